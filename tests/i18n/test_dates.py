from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from sm_dns.i18n import dates

MONTHS_MS = [
    "Januari",
    "Februari",
    "Mac",
    "April",
    "Mei",
    "Jun",
    "Julai",
    "Ogos",
    "September",
    "Oktober",
    "November",
    "Disember",
]
WEEK_MS = ["Isnin", "Selasa", "Rabu", "Khamis", "Jumaat", "Sabtu", "Ahad"]
MONDAY = date(2026, 8, 31)


@pytest.mark.parametrize(
    ("clock", "malay", "english"),
    [
        ("07:30", "7.30 pagi", "07:30"),
        ("12:15", "12.15 tengah hari", "12:15"),
        ("17:30", "5.30 petang", "17:30"),
        ("00:05", "12.05 tengah malam", "00:05"),
        ("00:00", "12.00 tengah malam", "00:00"),
        ("00:01", "12.01 tengah malam", "00:01"),
        ("00:59", "12.59 tengah malam", "00:59"),
        ("01:00", "1.00 pagi", "01:00"),
        ("11:59", "11.59 pagi", "11:59"),
        ("12:00", "12.00 tengah hari", "12:00"),
        ("13:59", "1.59 tengah hari", "13:59"),
        ("14:00", "2.00 petang", "14:00"),
        ("18:59", "6.59 petang", "18:59"),
        ("19:00", "7.00 malam", "19:00"),
        ("23:59", "11.59 malam", "23:59"),
    ],
)
def test_times(clock: str, malay: str, english: str) -> None:
    at = time.fromisoformat(clock)
    assert (dates.time_text("ms", at), dates.time_text("en", at)) == (malay, english)
    minute = at.hour * 60 + at.minute
    assert (dates.clock("ms", minute), dates.clock("en", minute)) == (malay, english)


def test_the_midnight_that_ends_a_day() -> None:
    assert [dates.clock(language, 1440) for language in ("ms", "en")] == ["12.00 tengah malam", "24:00"]


def test_short_times() -> None:
    hours = [dates.short_time("ms", time(hour)) for hour in (0, 1, 12, 14, 19)]
    assert hours == ["12.00 tgh mlm", "1.00 pg", "12.00 tgh hari", "2.00 ptg", "7.00 mlm"]
    assert dates.short_time("en", time(0, 5)) == "00:05"


def test_dates() -> None:
    assert [dates.date_text(each, MONDAY) for each in ("ms", "en")] == ["31 Ogos 2026", "31 August 2026"]
    assert [dates.short_date(each, MONDAY) for each in ("ms", "en")] == ["31 Ogos", "31 Aug"]
    months = [dates.date_text("ms", date(2026, month, 1)).split()[1] for month in range(1, 13)]
    assert months == MONTHS_MS
    week = [dates.weekday("ms", (MONDAY + timedelta(days=shift)).weekday()) for shift in range(7)]
    assert week == WEEK_MS
    assert (dates.weekday("en", 0), dates.short_weekday("en", 6), dates.short_weekday("ms", 6)) == (
        "Monday",
        "Sun",
        "Ahd",
    )


def test_local_times_in_a_table_and_in_a_sentence() -> None:
    at = datetime.fromisoformat("2026-08-16T07:05")
    assert dates.date_and_time("ms", at) == "16 Ogos 2026, 7.05 pagi"
    assert dates.date_and_time("en", at) == "16 August 2026, 07:05"
    assert dates.moment_text("ms", at) == "Ahad, 16 Ogos 2026, pukul 7.05 pagi"
    assert dates.moment_text("en", at) == "Sunday, 16 August 2026, 07:05"


def test_numbers() -> None:
    for language in ("ms", "en"):
        numbers = [dates.number_text(language, number) for number in (0, 1310, 9999, 10_000, 1_234_567)]
        assert numbers == ["0", "1310", "9999", "10,000", "1,234,567"]
        assert dates.decimal_text(language, "87.33") == "87.33"
