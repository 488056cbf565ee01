from __future__ import annotations

import math
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.figures.coverage import coverage_alone, united, without
from sm_dns.monitor.figures.local_hours import HOUR, Span
from sm_dns.monitor.model import Coverage
from sm_dns.monitor.store.retirement import retire
from sm_dns.monitor.store.rows import Gap
from sm_dns.monitor.store.store import Store
from tests.support.changes import unrecorded
from tests.support.rows import KEY, START, row

stretches = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=6)


def instants(parts: list[tuple[float, float]]) -> set[int]:
    return {second for start, end in parts for second in range(int(start), int(end))}


@given(stretches, stretches)
def test_stretches_are_sets_of_instants(
    one: list[tuple[float, float]], other: list[tuple[float, float]]
) -> None:
    assert instants(united(one)) == instants(one)
    assert instants(without(one, other)) == instants(one) - instants(other)


def watch(store: Store, start: int, end: int) -> None:
    for second in range(start, end + 1, 60):
        store.note_running(START + second)


def covered(store: Store) -> Coverage:
    with store.reading() as database:
        return coverage_alone(database, Span(START, START + HOUR), math.inf)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "usage.db"


def test_only_what_every_resolver_watched_is_covered(place: Path) -> None:
    north, south, gone = (Store(place, source=name) for name in ("north", "south", "gone"))
    watch(north, 0, 3600)
    watch(south, 1800, 3600)
    watch(gone, -7200, -3600)
    south.add_gap(Gap(START + 3000, START + 3600, "worker lost", 7))
    found = covered(north)
    assert (found.hours, found.watched_hours, found.watched_percent) == (
        Decimal("1.00"),
        Decimal("0.33"),
        Decimal("33.33"),
    )
    assert [(each.source, each.seconds) for each in found.sources] == [("north", 3600), ("south", 1200)]
    assert found.silent_sources == ("gone",)
    assert [(gap.source, gap.reason, gap.start - START, gap.end - START) for gap in found.gaps] == [
        ("south", "not running", 0, 1800),
        ("gone", "not running", 0, 3600),
        ("south", "worker lost", 3000, 3600),
    ]
    assert found.lost == 7
    for store in (north, south, gone):
        store.close()


def test_the_share_of_mapped_clients_and_the_versions(place: Path) -> None:
    store = Store(place)
    store.add([row("ali", queries=3), row("x", kind="device"), row("y", kind="address")], KEY)
    store.note_version(START, "lists", "v1")
    found = covered(store)
    assert (found.staff_seen, found.unmapped_seen) == (1, 2)
    assert (found.mapped_percent, found.mapped_queries_percent) == (Decimal("33.33"), Decimal("60.00"))
    assert [(each.what, each.version) for each in found.versions] == [("lists", "v1")]
    store.close()


def test_one_that_was_retired_is_no_gap_from_then_on_and_none_of_the_whole(place: Path) -> None:
    north, gone, old = (Store(place, source=name) for name in ("north", "gone", "old"))
    watch(north, 0, 3600)
    watch(gone, 0, 600)
    watch(old, -7200, -3600)
    for name, at in (("gone", START + 1200), ("old", START - 3000)):
        retirement = partial(retire, source=name, at=at, reason="closed", by="o", now=START + 9e6)
        north.run(partial(retirement, record=unrecorded))
    found = covered(north)
    assert [(gap.source, gap.reason, gap.start - START, gap.end - START) for gap in found.gaps] == [
        ("gone", "not running", 600, 1200)
    ]
    assert [(each.source, each.seconds, each.of) for each in found.sources] == [
        ("gone", 600, 1200),
        ("north", 3600, 3600),
    ]
    assert found.watched_percent == Decimal("83.33")  # all but the ten minutes before it was retired
    assert found.silent_sources == ()
    assert [(each.source, each.back) for each in found.retired] == [("old", None), ("gone", None)]
    watch(gone, 3000, 3600)
    back = covered(north)
    assert [each.back for each in back.retired] == [None, START + 3000]
    assert [each.of for each in back.sources] == [1800, 3600]
    for store in (north, gone, old):
        store.close()


def test_when_all_are_retired_nobody_watches(place: Path) -> None:
    store = Store(place)
    watch(store, 0, 1800)
    store.run(
        lambda database: retire(database, "local", START + 1800, "closed", "o", START + 9e6, unrecorded)
    )
    found = covered(store)
    assert (found.watched_percent, found.gaps) == (Decimal("50.00"), ())
    store.close()


def test_what_is_still_to_come_is_no_gap(place: Path) -> None:
    store = Store(place)
    watch(store, 0, 1800)

    def at(now: float) -> Coverage:
        with store.reading() as database:
            return coverage_alone(database, Span(START, START + HOUR), now)

    running = at(START + 1804.5)
    assert (running.gaps, running.hours, running.watched_percent) == ((), Decimal("0.50"), Decimal("100.00"))
    [gap] = at(START + 2400.0).gaps  # it has stopped
    assert (gap.start, gap.end) == (START + 1800, START + 2400)
    assert at(START + 9e6) == covered(store)
    assert at(START - 5.0).watched_percent is None
    store.close()
