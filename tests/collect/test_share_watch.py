from __future__ import annotations

import pytest

from sm_dns.collect import share_watch
from sm_dns.collect.share_watch import ShareWatch
from sm_dns.monitor.store.rows import HOUR, Row

DAY = 86_400
NOON = 1_786_334_400


def rows(at: int, staff: int, unknown: int) -> list[Row]:
    kinds = ["person"] * staff + ["device"] * unknown
    return [
        Row(at // HOUR * HOUR, b"%16d" % number, kind, "", "facebook", "social", "denied", True, "", 1)
        for number, kind in enumerate(kinds)
    ]


def test_a_fall_against_the_same_hours_of_yesterday_is_said_and_goes_away() -> None:
    watch = ShareWatch()
    watch.add(rows(NOON - DAY, 40, 10))
    watch.add(rows(NOON, 5, 45))
    watch.look(NOON + 60)
    assert str(watch.problem) == (
        "the share of clients known as staff fell within a day from 80% to 10%: look at the leases and the staff map"
    )
    for at in (NOON - DAY + 3 * HOUR, NOON + 3 * HOUR):
        watch.add(rows(at, 40, 10))
    watch.look(NOON + 3 * HOUR)
    assert watch.problem is None


def test_the_first_day_and_a_pause_say_nothing() -> None:
    watch = ShareWatch()
    watch.add(rows(NOON, 5, 45))
    watch.look(NOON)
    watch.look(NOON + DAY)
    assert watch.problem is None


def test_who_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(share_watch, "MAX_SEEN", 3)
    watch = ShareWatch()
    watch.add(rows(NOON - DAY, 40, 10))
    watch.add(rows(NOON, 5, 45))
    watch.look(NOON)
    assert watch.problem is None  # three of each are too few to say
