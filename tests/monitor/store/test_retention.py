from __future__ import annotations

from functools import partial

import pytest

from sm_dns.monitor.store import read, retention
from sm_dns.monitor.store.retention import Retention, months_before
from sm_dns.monitor.store.rows import HOUR
from sm_dns.monitor.store.store import Store
from sm_dns.util.errors import BadInput
from tests.support.changes import unrecorded
from tests.support.rows import KEY, START, row

DAY = 24 * HOUR
NOW = START + 1000 * DAY
OLD, MIDDLE, NEW = START, NOW - 400 * DAY, NOW - 10 * DAY


def filled(store: Store) -> None:
    for name, hour in (("ali", OLD), ("officer4", MIDDLE), ("hana", NEW)):
        store.add([row(name, hour=hour)], KEY)


def kept(store: Store) -> dict[int, tuple[int, int]]:
    """By hour: the staff still known, and the queries."""
    with store.reading() as database:
        found = read.presence_of_all(database, 0, int(NOW))
    return {at: (hour.staff.bit_count(), hour.staff_queries) for at, hour in found.hours.items()}


def purge(store: Store, authority: str | None = "ANM 1/2026") -> retention.Plan:
    plan = store.run(lambda database: retention.plan(database, Retention(), NOW, authority))
    store.run(lambda database: retention.execute(database, plan))
    return plan


@pytest.mark.parametrize("authority", [None, "", "  "])
def test_nothing_goes_without_an_authority(store: Store, authority: str | None) -> None:
    filled(store)
    with pytest.raises(BadInput, match="authority for disposal"):
        purge(store, authority)
    assert len(kept(store)) == 3


def test_names_go_first_then_sums(store: Store) -> None:
    filled(store)
    plan = purge(store)
    assert (plan.raw_cells, plan.whole_cells) == (4, 2)
    assert kept(store) == {MIDDLE: (0, 1), NEW: (1, 1)}
    with store.reading() as database:
        assert read.presence_of_all(database, 0, int(NOW)).erased
        assert sum(bits.bit_count() for bits in read.roster(database).departments.values()) == 1
        assert read.erased_in(database, MIDDLE, NOW, ["raw"])
        assert not read.erased_in(database, NEW, NOW, ["raw", "all"])
    again = purge(store)
    assert (again.raw_cells, again.whole_cells) == (0, 0)


def test_what_is_held_stays(store: Store) -> None:
    filled(store)
    hold = store.run(
        lambda database: retention.add_hold(database, OLD + 5, OLD + 6, "court", "officer4", NOW, unrecorded)
    )
    assert (hold.since, hold.until) == (OLD, OLD + HOUR)
    purge(store)
    assert kept(store) == {OLD: (1, 1), MIDDLE: (0, 1), NEW: (1, 1)}
    store.run(lambda database: retention.release_hold(database, hold.id, NOW, unrecorded))
    purge(store)
    assert kept(store) == {MIDDLE: (0, 1), NEW: (1, 1)}
    [listed] = store.run(retention.holds)
    assert listed.released == NOW


def test_a_late_batch_does_not_bring_names_back(store: Store) -> None:
    filled(store)
    purge(store)
    store.add([row("officer4", hour=MIDDLE)], KEY)
    assert kept(store)[MIDDLE] == (0, 2)


def test_half_a_hold_is_refused(store: Store) -> None:
    for since, until, reason in ((5 * HOUR, 5 * HOUR, "x"), (0, HOUR, " ")):
        with pytest.raises(BadInput):
            given = {"since": since, "until": until, "reason": reason, "by": "x", "now": NOW}
            store.run(partial(retention.add_hold, record=unrecorded, **given))  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="no hold 7"):
        store.run(lambda database: retention.release_hold(database, 7, NOW, unrecorded))


def test_months_are_those_of_the_calendar() -> None:
    assert months_before(START, 24) == 1_199_145_600  # 2008-01-01
    assert months_before(START, 1) == 1_259_625_600  # 2009-12-01
