"""How many different figures a role looks at in a day."""

from __future__ import annotations

import pytest

from sm_dns.state.dashboard_accounts import ADMIN
from sm_dns.web.auth import budget
from sm_dns.web.auth.accounts import AUDITOR, HEAD
from sm_dns.web.auth.budget import DAY_SECONDS, SELECTIONS_A_DAY, Budget
from sm_dns.web.auth.roles import Person, Refused

NOON = 20_000 * DAY_SECONDS + DAY_SECONDS // 2


@pytest.mark.parametrize("role", [AUDITOR, HEAD])
def test_what_is_too_much_for_a_day_is_refused_until_the_next(role: str) -> None:
    clock = [float(NOON)]
    mine, one = Budget(lambda: clock[0]), Person("one", role, "Audit")
    for number in range(SELECTIONS_A_DAY[role]):
        mine.spend(one, number)
    with pytest.raises(Refused) as refused:
        mine.spend(one, "another")
    assert refused.value.status == 429
    assert refused.value.headers == {"Retry-After": str(DAY_SECONDS // 2)}
    mine.spend(one, 0)  # what was looked at costs nothing
    mine.spend(Person("other", role, "Audit"), "another")
    clock[0] += DAY_SECONDS // 2
    mine.spend(one, "another")


def test_the_administrator_has_none() -> None:
    mine = Budget(lambda: float(NOON))
    for number in range(2000):
        mine.spend(Person("one", ADMIN), number)


def test_of_more_people_than_there_can_be_nobody_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MAX_KNOWN", 2)
    mine = Budget(lambda: float(NOON))
    mine.spend(Person("a", HEAD, "A"), 1)
    mine.spend(Person("b", HEAD, "B"), 1)
    with pytest.raises(Refused):
        mine.spend(Person("c", HEAD, "C"), 1)
    mine.spend(Person("a", HEAD, "A"), 2)
