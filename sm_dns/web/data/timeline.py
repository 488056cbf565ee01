"""A schedule over some days, as stretches of open and closed: what timelines are drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from sm_dns.policy import local_day
from sm_dns.policy.calendar import DayClass
from sm_dns.policy.schedule import Schedule
from sm_dns.util import walltime
from sm_dns.util.schema_notes import Date, says
from sm_dns.web.interface.answer import called


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a day, in minutes of wall time from midnight."""

    start: int
    end: int
    open: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A local date and what is open on it."""

    date: Date
    weekday: Annotated[int, says("0 for Monday")]
    day_class: Annotated[DayClass, called("class")]
    holiday: Annotated[str, says("its name; empty without one")]
    stretches: tuple[Stretch, ...]

    @property
    def hours(self) -> tuple[str, ...]:
        """What each of the 24 hours is: "open", "shut", or which half of it is open: "opens", "closes"."""
        return tuple(self._hour(60 * hour) for hour in range(24))

    def _hour(self, start: int) -> str:
        first, last = self._is_open(start, start + 30), self._is_open(start + 30, start + 60)
        if first and last:
            return "open"
        return "closes" if first else "opens" if last else "shut"

    def _is_open(self, start: int, end: int) -> bool:
        """Whether the greater part of these minutes is open."""
        minutes = sum(
            max(0, min(end, each.end) - max(start, each.start)) for each in self.stretches if each.open
        )
        return 2 * minutes > end - start


def days(schedule: Schedule, first: date, count: int) -> tuple[Day, ...]:
    """Each local date from `first` on."""
    return tuple(_day(schedule, first + timedelta(days=number)) for number in range(count))


def today(schedule: Schedule, now: float) -> date:
    """The local date of an instant."""
    return walltime.to_local(now, schedule.zone).date()


def _day(schedule: Schedule, day: date) -> Day:
    return Day(
        date=day.isoformat(),
        weekday=day.weekday(),
        day_class=schedule.calendar.class_of(day),
        holiday=schedule.calendar.holidays.get(day, ""),
        stretches=tuple(
            Stretch(one.start, one.end, one.permitted) for one in local_day.stretches(schedule, day)
        ),
    )
