"""Hours that come back each week: their edges to the second, also where the clocks change."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.policy.recurring_hours import RecurringHours, from_json, of_words, standing, written
from sm_dns.util import walltime
from sm_dns.util.errors import BadInput

MALAYSIA = ZoneInfo("Asia/Kuala_Lumpur")
BERLIN = ZoneInfo("Europe/Berlin")
SANTIAGO = ZoneInfo("America/Santiago")  # clocks go forward at midnight, and back at midnight


def hours(days: str | None, between: str | None, zone: ZoneInfo = MALAYSIA) -> RecurringHours:
    found = of_words(days, between, zone)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("days", "between", "zone", "moment", "in_force", "until"),
    [
        # 2026-11-23 is a Monday.
        ("MON-FRI", "09:00-11:00", MALAYSIA, "2026-11-23T08:59:59", False, "2026-11-23T09:00:00"),
        ("MON-FRI", "09:00-11:00", MALAYSIA, "2026-11-23T09:00:00", True, "2026-11-23T11:00:00"),
        ("MON-FRI", "09:00-11:00", MALAYSIA, "2026-11-23T10:59:59", True, "2026-11-23T11:00:00"),
        ("MON-FRI", "09:00-11:00", MALAYSIA, "2026-11-23T11:00:00", False, "2026-11-24T09:00:00"),
        ("MON-FRI", "09:00-11:00", MALAYSIA, "2026-11-27T11:00:00", False, "2026-11-30T09:00:00"),
        ("MON,WED-THU", "09:00-11:00", MALAYSIA, "2026-11-23T12:00:00", False, "2026-11-25T09:00:00"),
        ("TUE", None, MALAYSIA, "2026-11-23T23:59:59", False, "2026-11-24T00:00:00"),
        ("TUE", None, MALAYSIA, "2026-11-24T23:59:59", True, "2026-11-25T00:00:00"),
        # Touching days are one stretch.
        ("TUE-THU", None, MALAYSIA, "2026-11-24T00:00:00", True, "2026-11-27T00:00:00"),
        (None, "09:00-11:00", MALAYSIA, "2026-11-28T10:00:00", True, "2026-11-28T11:00:00"),
        # Over midnight: the evening of a named day and the night after.
        ("FRI", "22:00-02:00", MALAYSIA, "2026-11-27T01:59:59", False, "2026-11-27T22:00:00"),
        ("FRI", "22:00-02:00", MALAYSIA, "2026-11-27T22:00:00", True, "2026-11-28T02:00:00"),
        ("FRI", "22:00-02:00", MALAYSIA, "2026-11-28T01:59:59", True, "2026-11-28T02:00:00"),
        ("FRI", "22:00-02:00", MALAYSIA, "2026-11-28T02:00:00", False, "2026-12-04T22:00:00"),
        ("SUN", "22:00-02:00", MALAYSIA, "2026-11-30T01:00:00", True, "2026-11-30T02:00:00"),
        ("FRI", "22:00-24:00", MALAYSIA, "2026-11-27T23:59:59", True, "2026-11-28T00:00:00"),
        ("FRI", "22:00-00:00", MALAYSIA, "2026-11-27T23:59:59", True, "2026-11-28T00:00:00"),
        # Clocks go forward 02:00 to 03:00 on 2026-03-29: what is skipped is no time, its edge is the change.
        ("SUN", "02:00-04:00", BERLIN, "2026-03-29T01:59:59", False, "2026-03-29T03:00:00"),
        ("SUN", "02:00-04:00", BERLIN, "2026-03-29T03:00:00", True, "2026-03-29T04:00:00"),
        ("SUN", "02:10-02:50", BERLIN, "2026-03-29T01:00:00", False, "2026-04-05T02:10:00"),
        ("SUN", "01:00-02:30", BERLIN, "2026-03-29T01:59:59", True, "2026-03-29T03:00:00"),
        # Clocks go back 03:00 to 02:00 on 2026-10-25: an edge is at its first occurrence.
        ("SUN", "02:30-04:00", BERLIN, "2026-10-25T02:29:59+02:00", False, "2026-10-25T02:30:00+02:00"),
        ("SUN", "02:30-04:00", BERLIN, "2026-10-25T02:10:00+01:00", True, "2026-10-25T04:00:00+01:00"),
        ("SUN", "01:00-02:30", BERLIN, "2026-10-25T02:29:59+02:00", True, "2026-10-25T02:30:00+02:00"),
        # A night that loses, and one that gains, an hour at midnight.
        ("SAT", "22:00-02:00", SANTIAGO, "2026-09-05T23:59:59-04:00", True, "2026-09-06T02:00:00-03:00"),
        ("SAT", "22:00-02:00", SANTIAGO, "2026-04-04T23:30:00-04:00", True, "2026-04-05T02:00:00-04:00"),
    ],
)
def test_edges(
    days: str | None, between: str | None, zone: ZoneInfo, moment: str, in_force: bool, until: str
) -> None:
    now = walltime.parse(moment, zone)
    expected = (in_force, walltime.parse(until, zone))
    assert standing(hours(days, between, zone), now) == expected
    assert standing(hours(days, between, zone), now + 0.999) == expected


drawn = st.builds(
    RecurringHours,
    st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    st.integers(0, 1439),
    st.integers(0, 1440),
    st.sampled_from(["Asia/Kuala_Lumpur", "Europe/Berlin", "America/Santiago", "Australia/Lord_Howe"]),
).filter(lambda one: one.start != one.end and (one.start, one.end) != (0, 1440))
BEGIN = walltime.parse("2026-01-01T00:00", ZoneInfo("UTC"))
moments = st.integers(BEGIN, BEGIN + 365 * 86400)


@given(drawn, moments)
def test_nothing_changes_before_the_instant_that_is_named(one: RecurringHours, now: int) -> None:
    found = standing(one, now)
    assert found.until is not None and now < found.until <= now + 15 * 86400
    assert standing(one, found.until - 1) == found
    assert standing(one, found.until).in_force is not found.in_force


@given(drawn, moments)
def test_away_from_changes_of_the_clock_the_clock_on_the_wall_says_it(one: RecurringHours, now: int) -> None:
    """A second opinion, by nothing but what the clock on the wall shows."""
    zone = ZoneInfo(one.zone)
    near = {datetime.fromtimestamp(now + hour * 3600, zone).utcoffset() for hour in range(-30, 31)}
    if len(near) > 1:
        return
    wall = walltime.to_local(now, zone)
    minute = wall.hour * 60 + wall.minute
    yesterday = (wall - timedelta(days=1)).weekday()
    if one.start < one.end:
        expected = wall.weekday() in one.days and one.start <= minute < one.end
    else:
        evening = wall.weekday() in one.days and minute >= one.start
        expected = evening or (yesterday in one.days and minute < one.end)
    assert standing(one, now).in_force is expected


@given(drawn)
def test_they_are_written_as_they_are_read(one: RecurringHours) -> None:
    days, _, between = written(one).partition(" ")
    assert hours(days, between, ZoneInfo(one.zone)) == one
    assert from_json(asdict(one), "") == one


@pytest.mark.parametrize(
    ("days", "between"), [(None, None), ("MON-SUN", None), (None, "00:00-24:00"), ("SAT-FRI", None)]
)
def test_all_hours_are_none(days: str | None, between: str | None) -> None:
    assert of_words(days, between, MALAYSIA) is None


@pytest.mark.parametrize("between", ["9.00-11.00", "09:00-11.00", "9:00 – 11:00"])
def test_hours_are_read_as_clocks_are_written(between: str) -> None:
    assert of_words(None, between, MALAYSIA) == of_words(None, "09:00-11:00", MALAYSIA)


@pytest.mark.parametrize(
    ("days", "between", "said"),
    [
        ("FOO", None, "--days: 'FOO' names no days"),
        ("", None, "--days: '' names no days"),
        ("MON,", None, "--days: 'MON,' names no days"),
        (None, "9-11", "--between: '9-11' is no time"),
        (None, "09:00", "--between: '09:00' is no time"),
        (None, "24:00-09:00", "--between: '24:00-09:00' is no time"),
        (None, "09:00-09:00", "--between: '09:00-09:00' ends when it begins"),
    ],
)
def test_what_says_no_hours(days: str | None, between: str | None, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        of_words(days, between, MALAYSIA)
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"days": []}, "h.days"),
        ({"days": [1, 0]}, "h.days"),
        ({"days": [7]}, "h.days"),
        ({"days": 3}, "h.days"),
        ({"start": 1440}, "h: "),
        ({"end": 540}, "h: "),
        ({"zone": "Nowhere"}, "h.zone"),
        ({"more": 1}, "h.more"),
    ],
)
def test_a_mistake_in_a_stored_one_is_named(changes: dict[str, object], path: str) -> None:
    with pytest.raises(BadInput) as caught:
        from_json({"days": [0], "start": 540, "end": 660, "zone": "UTC", **changes}, "h")
    assert str(caught.value.reason).startswith(path)
