from __future__ import annotations

import pytest

from sm_dns.monitor.store import coverage
from sm_dns.monitor.store.coverage import NOTE_SECONDS
from sm_dns.monitor.store.rows import HOUR, Gap
from sm_dns.monitor.store.store import Store
from tests.support.rows import START


def watched(store: Store) -> list[tuple[float, float]]:
    with store.reading() as database:
        found = coverage.stretches(database, START - HOUR, START + HOUR)
    return [(each.since - START, each.until - START) for each in found]


def test_notes_make_one_stretch(store: Store) -> None:
    for second in (0, 60, 120, 119):  # the last one of a clock that was set back a little
        store.note_running(START + second)
    assert watched(store) == [(0, 120)]


def test_a_pause_or_a_step_back_begins_another(store: Store) -> None:
    for second in (0, 60, 61 + NOTE_SECONDS, 70 + NOTE_SECONDS, -600, -590):
        store.note_running(START + second)
    assert watched(store) == [(-600, -590), (0, 60), (61 + NOTE_SECONDS, 70 + NOTE_SECONDS)]


def test_a_new_process_begins_another(store: Store, place: str) -> None:
    store.note_running(START)
    store.note_running(START + 10)
    again = Store(place)
    again.note_running(START + 20)
    again.note_running(START + 30)
    again.close()
    assert watched(store) == [(0, 10), (20, 30)]


def test_gaps_come_back_where_they_touch_the_range(store: Store) -> None:
    gaps = [
        Gap(START - 10, START, "before", 1),
        Gap(START, START, "moment", 2),
        Gap(START + 1, START + 9, "in", 3),
    ]
    for gap in gaps:
        store.add_gap(gap)
    with store.reading() as database:
        assert [hole.gap.reason for hole in coverage.holes(database, START, START + 5)] == ["moment", "in"]


def test_a_gap_that_cannot_be_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="no gap"):
        store.add_gap(Gap(START, START - 1, "x", 0))
    with pytest.raises(ValueError, match="no gap"):
        store.add_gap(Gap(START, START, "x", -1))


def test_versions_in_use(store: Store) -> None:
    for at, what, version in (
        (0, "lists", "a"),
        (1, "schedule", "s"),
        (2, "lists", "b"),
        (3, "lists", "b"),
        (9, "lists", "c"),
    ):
        store.note_version(START + at, what, version)
    with store.reading() as database:
        found = coverage.versions(database, START + 5, START + 10)
    assert [(each.what, each.version, each.at - START) for each in found] == [
        ("schedule", "s", 1),
        ("lists", "b", 2),
        ("lists", "c", 9),
    ]
