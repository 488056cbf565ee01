"""Holidays on a weekly rest day, and what takes their place (Holidays Act 1951, s. 3)."""

from __future__ import annotations

from datetime import date

import pytest

from sm_dns.admin.calendars.calendar_files import Line
from sm_dns.admin.calendars.calendar_proposals import propose
from sm_dns.admin.calendars.weekly_rest import replacements, weekend_of


def lines(*days: str) -> list[Line]:
    return [Line("holiday", date.fromisoformat(day[:10]), day[11:]) for day in days]


def test_awal_muharam_of_2027_moves_past_the_king_s_birthday() -> None:
    found = [line for line in propose("MY", "PJY", 2027) if line.is_estimate]
    assert [str(line) for line in found] == [
        "estimate 2027-06-08 Awal Muharam (Maal Hijrah) (cuti gantian) / "
        "Awal Muharam (Maal Hijrah) (replacement holiday)"
    ]


@pytest.mark.parametrize(
    ("state", "days", "expected"),
    [
        ("PJY", ["2026-08-30 A"], ["2026-08-31"]),  # a Sunday
        ("PJY", ["2026-08-30 A", "2026-08-31 B"], ["2026-09-01"]),
        ("PJY", ["2026-08-30 A", "2026-08-31 A (cuti gantian)"], []),
        ("PJY", ["2026-08-30 A", "2026-08-31 B", "2026-09-01 A (cuti gantian)"], []),
        ("PJY", ["2026-08-29 A"], []),  # a Saturday is no rest day
        ("KDH", ["2026-08-28 A"], ["2026-08-30"]),  # a Friday; Saturday is of the weekend
        ("02", ["2026-08-28 A"], ["2026-08-30"]),
        ("KDH", ["2026-08-30 A"], []),
        ("PJY", ["2028-12-31 A"], []),  # into another year
        (None, ["2026-08-30 A"], []),
    ],
)
def test_each_holiday_on_the_rest_day_has_its_day(
    state: str | None, days: list[str], expected: list[str]
) -> None:
    assert [line.day.isoformat() for line in replacements("MY", state, lines(*days))] == expected


def test_two_on_the_same_run_have_two_days() -> None:
    found = replacements("MY", "PJY", lines("2026-08-30 A", "2026-09-06 B", "2026-09-07 C"))
    assert [line.day.isoformat() for line in found] == ["2026-08-31", "2026-09-08"]


def test_weekends() -> None:
    assert weekend_of("MY", "TRG") == frozenset({4, 5})
    assert weekend_of("MY", "JHR") == frozenset({5, 6})
    assert weekend_of("SG", None) is None
