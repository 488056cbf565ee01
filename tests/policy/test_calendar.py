from __future__ import annotations

from datetime import date

import pytest

from sm_dns.policy.calendar import Calendar, DayClass
from sm_dns.policy.schedule import Schedule

SATURDAY = date(2026, 8, 15)
HOLIDAY_MONDAY = date(2026, 8, 31)
HOLIDAY_SUNDAY = date(2026, 11, 8)
MONDAY = date(2026, 8, 10)


def calendar(**changes: object) -> Calendar:
    holidays = {HOLIDAY_MONDAY.isoformat(): "National Day", HOLIDAY_SUNDAY.isoformat(): "Deepavali"}
    return Schedule.from_json({"holidays": holidays, **changes}).calendar


@pytest.mark.parametrize(
    ("changes", "day", "expected"),
    [
        ({}, MONDAY, DayClass.WORK),
        ({}, SATURDAY, DayClass.WEEKEND_OPEN),
        ({"weekend_mode": "closed"}, SATURDAY, DayClass.WEEKEND_CLOSED),
        ({"weekend_mode": "as_workday"}, SATURDAY, DayClass.WORK),
        ({"weekend": ["FRI"]}, SATURDAY, DayClass.WORK),
        ({"weekend": []}, SATURDAY, DayClass.WORK),
        ({}, HOLIDAY_MONDAY, DayClass.HOLIDAY_OPEN),
        ({"holiday_mode": "closed"}, HOLIDAY_MONDAY, DayClass.HOLIDAY_CLOSED),
        ({"holiday_mode": "ignore"}, HOLIDAY_MONDAY, DayClass.WORK),
        # A holiday beats the weekend it falls on; ignored, it leaves the weekend.
        ({"weekend_mode": "closed"}, HOLIDAY_SUNDAY, DayClass.HOLIDAY_OPEN),
        ({"holiday_mode": "closed"}, HOLIDAY_SUNDAY, DayClass.HOLIDAY_CLOSED),
        ({"holiday_mode": "ignore"}, HOLIDAY_SUNDAY, DayClass.WEEKEND_OPEN),
        # An extra working day beats both.
        ({"extra_workdays": ["2026-08-15"]}, SATURDAY, DayClass.WORK),
        ({"extra_workdays": ["2026-11-08"]}, HOLIDAY_SUNDAY, DayClass.WORK),
    ],
)
def test_the_class_of_a_date(changes: dict[str, object], day: date, expected: DayClass) -> None:
    assert calendar(**changes).class_of(day) is expected
