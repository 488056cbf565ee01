from __future__ import annotations

import pytest

from sm_dns.portal.http import rate_limit
from sm_dns.portal.http.rate_limit import BURST, REQUESTS_A_SECOND, Budgets


def test_a_burst_and_then_so_many_a_second() -> None:
    budgets = Budgets()
    assert [budgets.allow("a", 0.0) for _ in range(int(BURST) + 1)] == [True] * int(BURST) + [False]
    assert budgets.allow("b", 0.0)
    assert sum(budgets.allow("a", 10.0) for _ in range(1000)) == min(BURST, 10 * REQUESTS_A_SECOND)


def test_the_table_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "MAX_CLIENTS", 3)
    budgets = Budgets()
    for number in range(10):
        assert budgets.allow(str(number), 0.0)
        assert len(budgets._known) <= 3
