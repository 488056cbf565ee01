from __future__ import annotations

from datetime import date

from sm_dns.policy.schedule import Schedule
from sm_dns.policy.work_hours import KINDS, hour_kind

LETTERS = dict(zip(KINDS, "wrae", strict=True))


def day(schedule: Schedule, when: date) -> str:
    """The 24 hours of a date, a letter each."""
    return "".join(LETTERS[hour_kind(schedule, when, hour)] for hour in range(24))


def test_the_hours_of_the_circular() -> None:
    schedule = Schedule.from_json({"holidays": {"2026-08-31": "National Day"}})
    #                                              0     6 7 8    13 14 17 18
    assert day(schedule, date(2026, 8, 13)) == "aaaaaaaewwwwwrwwweaaaaaa"
    friday = day(schedule, date(2026, 8, 14))  # its rest is 12:15 to 14:45
    assert friday == "aaaaaaaewwwwerewweaaaaaa"
    assert day(schedule, date(2026, 8, 15)) == "a" * 24
    assert day(schedule, date(2026, 8, 31)) == "a" * 24


def test_a_half_day_ends_work_and_what_is_closed_on_friday_evening_is_no_work() -> None:
    schedule = Schedule.from_json({"half_days": {"2026-08-13": "12:00"}, "no_after_hours_weekdays": ["FRI"]})
    assert day(schedule, date(2026, 8, 13)) == "aaaaaaaewwww" + "a" * 12
    assert day(schedule, date(2026, 8, 14)).endswith("eaaaaaa")


def test_whole_hours_have_no_edge() -> None:
    schedule = Schedule.from_json({"work_start": "08:00", "after_start": "17:00", "rest_by_weekday": {}})
    assert day(schedule, date(2026, 8, 14)) == "a" * 8 + "wwwwwrwww" + "a" * 7
