"""Retired resolvers, in both kinds of stores."""

from __future__ import annotations

import pytest

from sm_dns.monitor.store.database import Database
from sm_dns.monitor.store.retirement import Retirement, retire, retirements
from sm_dns.monitor.store.store import Store
from sm_dns.util.errors import BadInput
from tests.support.changes import unrecorded
from tests.support.rows import START

NOW = START + 86_400.0


@pytest.fixture
def branch(store: Store, place: str) -> Store:
    """A store into which a branch has reported for a minute, long ago."""
    made = Store(place, source="branch")
    made.note_running(START)
    made.note_running(START + 60)
    made.close()
    return store


def retired(
    store: Store, name: str = "branch", at: float = NOW, reason: str = "closed", now: float = NOW
) -> Retirement:
    def work(database: Database) -> Retirement:
        return retire(database, name, at, reason, "officer1", now, unrecorded)

    return store.run(work)


def test_it_is_kept_and_told_from_then_on(branch: Store) -> None:
    made = retired(branch, at=START + 100)
    assert made == Retirement("branch", START + 100, "closed", "officer1", None)
    assert branch.run(lambda database: retirements(database, START + 101)) == [made]
    assert branch.run(lambda database: retirements(database, START + 100)) == []


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"name": "hq"}, "no resolver 'hq' has reported; there are: branch"),
        ({"reason": " "}, "needs a reason"),
        ({"at": NOW + 1}, "not beforehand"),
        ({"at": START + 59}, "reported after that time"),
        ({"at": START + 70, "now": START + 100}, "reports still"),
    ],
)
def test_what_cannot_be_is_said(branch: Store, given: dict[str, object], reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        retired(branch, **given)  # type: ignore[arg-type]
    assert branch.run(lambda database: retirements(database, NOW + 1)) == []


def test_one_that_reports_again_is_back_and_may_be_retired_again(branch: Store, place: str) -> None:
    retired(branch, at=START + 100)
    with pytest.raises(BadInput, match="retired already"):
        retired(branch)
    again = Store(place, source="branch")
    again.note_running(START + 7200)
    again.close()
    assert branch.run(lambda database: retirements(database, NOW))[0].back == START + 7200
    retired(branch, at=START + 9000)
    assert [each.back for each in branch.run(lambda database: retirements(database, NOW))] == [
        START + 7200,
        None,
    ]
