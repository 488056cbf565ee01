from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.util import walltime
from sm_dns.util.errors import BadInput

KUALA_LUMPUR = ZoneInfo("Asia/Kuala_Lumpur")
NEW_YORK = ZoneInfo("America/New_York")
# Clocks of St John's once changed at 00:01; Samoa once left out a whole day.
ZONES = [
    KUALA_LUMPUR,
    NEW_YORK,
    ZoneInfo("America/St_Johns"),
    ZoneInfo("Pacific/Apia"),
    ZoneInfo("Australia/Lord_Howe"),
]


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize(
    ("wall", "expected"),
    [
        ("2026-03-08T01:59:59", "2026-03-08T06:59:59Z"),
        ("2026-03-08T02:00:00", "2026-03-08T07:00:00Z"),  # skipped: the instant of the change
        ("2026-03-08T02:30:00", "2026-03-08T07:00:00Z"),
        ("2026-03-08T03:00:00", "2026-03-08T07:00:00Z"),
        ("2026-11-01T01:30:00", "2026-11-01T05:30:00Z"),  # repeated: the first one
        ("2026-11-01T02:00:00", "2026-11-01T07:00:00Z"),
    ],
)
def test_a_clock_change(wall: str, expected: str) -> None:
    assert walltime.instant(datetime.fromisoformat(wall), NEW_YORK) == utc(expected)


def test_the_minute_in_which_an_instant_lies() -> None:
    assert walltime.minute_of_day(1786334459.9, KUALA_LUMPUR) == 12 * 60
    assert walltime.minute_of_day(1786334460, KUALA_LUMPUR) == 12 * 60 + 1
    assert walltime.minute_of_day(utc("2026-08-10T15:59:59Z"), KUALA_LUMPUR) == walltime.DAY_MINUTES - 1


def test_a_day_that_was_left_out() -> None:
    apia = ZoneInfo("Pacific/Apia")
    skipped = {walltime.instant(datetime(2011, 12, 30, hour), apia) for hour in range(24)}  # noqa: DTZ001
    assert skipped == {utc("2011-12-30T10:00:00Z")}


@given(
    st.sampled_from(ZONES),
    st.datetimes(datetime(1971, 1, 1), datetime(2037, 1, 1)),  # noqa: DTZ001
    st.integers(0, 10**5),
)
def test_wall_order_is_kept(zone: ZoneInfo, wall: datetime, seconds: int) -> None:
    wall = wall.replace(microsecond=0)
    assert walltime.instant(wall, zone) <= walltime.instant(wall + timedelta(seconds=seconds), zone)


@given(st.sampled_from(ZONES), st.integers(0, 2**31))
def test_an_instant_comes_back_or_is_the_second_pass_of_a_repeated_hour(zone: ZoneInfo, at: int) -> None:
    back = walltime.instant(walltime.to_local(at, zone), zone)
    assert back == at or (walltime.to_local(back, zone) == walltime.to_local(at, zone) and back < at)


def test_fractions_are_rounded_down() -> None:
    assert walltime.iso_local(utc("2026-08-10T06:00:00Z") - 0.0001, KUALA_LUMPUR) == "2026-08-10T13:59:59"


@pytest.mark.parametrize(
    "text",
    [
        "2026-08-10T13:00:00",
        "2026-08-10 13:00",
        "2026-08-10T05:00:00Z",
        "2026-08-10T01:00:00-04:00",
    ],
)
def test_a_date_time_is_read_as_local_unless_it_has_an_offset(text: str) -> None:
    assert walltime.parse(text, KUALA_LUMPUR) == utc("2026-08-10T05:00:00Z")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "13:00",
        "2026-08-10",
        "2026-02-30T00:00",
        "2026-08-10T25:00",
        "9999-12-31T00:00",
        "0001-01-01T00:00",
        "now",
    ],
)
def test_what_is_not_a_date_time_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="date-time"):
        walltime.parse(text, KUALA_LUMPUR)


NOON = utc("2026-08-10T12:00:00+08:00")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("18:00", "2026-08-10T18:00:00+08:00"),
        ("9:30", "2026-08-11T09:30:00+08:00"),
        ("12:00", "2026-08-11T12:00:00+08:00"),
        ("12.01", "2026-08-10T12:01:00+08:00"),
        ("2026-08-10", "2026-08-11T00:00:00+08:00"),
        ("2026-12-31", "2027-01-01T00:00:00+08:00"),
        ("2026-08-10T17:00", "2026-08-10T17:00:00+08:00"),
        ("2026-08-10T17.00", "2026-08-10T17:00:00+08:00"),
        ("2026-08-11 9.05", "2026-08-11T09:05:00+08:00"),
        ("24:00", "2026-08-11T00:00:00+08:00"),
        ("0.00", "2026-08-11T00:00:00+08:00"),
        ("today", "2026-08-11T00:00:00+08:00"),
        ("tomorrow", "2026-08-12T00:00:00+08:00"),
        ("tomorrow 18.00", "2026-08-11T18:00:00+08:00"),
        ("esok 18:00", "2026-08-11T18:00:00+08:00"),
    ],
)
def test_an_end_is_a_time_a_last_day_or_an_instant(text: str, expected: str) -> None:
    assert walltime.end(text, KUALA_LUMPUR, NOON) == utc(expected)


def test_a_time_near_now_is_of_its_day() -> None:
    assert walltime.near("10:12", KUALA_LUMPUR, NOON) == utc("2026-08-10T10:12:00+08:00")
    assert walltime.near("23:59", KUALA_LUMPUR, NOON) == utc("2026-08-10T23:59:00+08:00")
    assert walltime.since("2026-08-01", KUALA_LUMPUR, NOON) == utc("2026-08-01T00:00:00+08:00")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10:12", "2026-08-10T10:12:00+08:00"),
        ("18:00", "2026-08-10T18:00:00+08:00"),
        ("2026-08-01", "2026-08-02T00:00:00+08:00"),
        ("2026-08-01T10:12", "2026-08-01T10:12:00+08:00"),
    ],
)
def test_what_is_looked_back_at_ends_today_or_with_a_day(text: str, expected: str) -> None:
    assert walltime.before(text, KUALA_LUMPUR, NOON) == utc(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yesterday 10:12", "2026-08-09T10:12:00+08:00"),
        ("Yesterday 0:00", "2026-08-09T00:00:00+08:00"),
        ("semalam 23:59", "2026-08-09T23:59:00+08:00"),
        ("today 10.12", "2026-08-10T10:12:00+08:00"),
        ("hari ini 10:12", "2026-08-10T10:12:00+08:00"),
        ("2026-08-01 10:12", "2026-08-01T10:12:00+08:00"),
        ("2026-08-01T9.12", "2026-08-01T09:12:00+08:00"),
        ("Tomorrow 10.12", "2026-08-11T10:12:00+08:00"),
    ],
)
def test_a_day_may_be_named(text: str, expected: str) -> None:
    assert walltime.near(text, KUALA_LUMPUR, NOON) == utc(expected)


def test_a_named_day_begins_at_its_midnight() -> None:
    assert walltime.start("yesterday", KUALA_LUMPUR, NOON) == utc("2026-08-09T00:00:00+08:00")
    assert walltime.start("semalam", KUALA_LUMPUR, NOON) == utc("2026-08-09T00:00:00+08:00")
    for text in ("", "yesterday 24:00", "monday 10:12"):
        with pytest.raises(BadInput):
            walltime.start(text, KUALA_LUMPUR, NOON)


@pytest.mark.parametrize(
    "text",
    ["", "24:01", "7", "18:60", "2026-02-30", "2026-02-30T9:00", "2026-8-1", "monday", "18:00:00", "٣:00"],
)
def test_what_is_no_end_is_refused(text: str) -> None:
    for read in (walltime.end, walltime.near, walltime.since, walltime.before):
        with pytest.raises(BadInput):
            read(text, KUALA_LUMPUR, NOON)


def test_the_end_of_a_day_is_no_time_within_one() -> None:
    for read in (walltime.near, walltime.since, walltime.before):
        with pytest.raises(BadInput):
            read("24:00", KUALA_LUMPUR, NOON)
    assert not walltime.names_a_day("24:00")


@given(st.integers(0, 1439), st.integers(0, 2**31), st.sampled_from(ZONES))
def test_an_end_lies_ahead_within_a_day_or_so(minute: int, now: int, zone: ZoneInfo) -> None:
    found = walltime.end(f"{minute // 60}:{minute % 60:02}", zone, now)
    assert now < found <= now + 2 * 86_400 + 7_200
