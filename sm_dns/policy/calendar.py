"""The class of a local date: a working day, or one that is open or closed as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class DayClass(StrEnum):
    """What a local date is. The value of a whole-day class is also its reason code."""

    WORK = "WORK"
    WEEKEND_OPEN = "WEEKEND_OPEN"
    WEEKEND_CLOSED = "WEEKEND_CLOSED"
    HOLIDAY_OPEN = "HOLIDAY_OPEN"
    HOLIDAY_CLOSED = "HOLIDAY_CLOSED"


OPEN = frozenset({DayClass.WEEKEND_OPEN, DayClass.HOLIDAY_OPEN})
CLOSED = frozenset({DayClass.WEEKEND_CLOSED, DayClass.HOLIDAY_CLOSED})

WEEKEND_MODES = {
    "open": DayClass.WEEKEND_OPEN,
    "closed": DayClass.WEEKEND_CLOSED,
    "as_workday": DayClass.WORK,
}
HOLIDAY_MODES = {"open": DayClass.HOLIDAY_OPEN, "closed": DayClass.HOLIDAY_CLOSED, "ignore": None}


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which dates are not ordinary working days, and what that means.

    `weekend` holds weekdays from 0 (Monday). `holiday_class` is None where holidays are ignored.
    """

    weekend: frozenset[int]
    weekend_class: DayClass
    holiday_class: DayClass | None
    holidays: Mapping[date, str]
    extra_workdays: frozenset[date]

    def class_of(self, day: date) -> DayClass:
        """First match wins: extra working day, holiday, weekend; else an ordinary working day."""
        if day in self.extra_workdays:
            return DayClass.WORK
        if self.holiday_class is not None and day in self.holidays:
            return self.holiday_class
        if day.weekday() in self.weekend:
            return self.weekend_class
        return DayClass.WORK
