"""A schedule over some days, as stretches of open and closed: what timelines are drawn from."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated

from sm_dns.policy import windows
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


def days(schedule: Schedule, first: date, count: int) -> tuple[Day, ...]:
    """Each local date from `first` on."""
    return tuple(_day(schedule, first + timedelta(days=number)) for number in range(count))


def minute_of_day(schedule: Schedule, now: float) -> int:
    """The local minute of an instant, from midnight."""
    wall = walltime.to_local(now, schedule.zone)
    return wall.hour * 60 + wall.minute


def today(schedule: Schedule, now: float) -> date:
    """The local date of an instant."""
    return walltime.to_local(now, schedule.zone).date()


def is_working(schedule: Schedule, day: date) -> bool:
    """Whether a local date is an ordinary working day."""
    return schedule.calendar.class_of(day) is DayClass.WORK


def _day(schedule: Schedule, day: date) -> Day:
    start = walltime.of_minute(day, 0, schedule.zone)
    end = walltime.of_minute(day + timedelta(days=1), 0, schedule.zone)
    edges = windows.transitions(schedule, start, end)
    marks = [start, *(edge.at for edge in edges), end]
    stretches = tuple(
        Stretch(
            start=0 if begin == start else minute_of_day(schedule, begin),
            end=1440 if stop == end else minute_of_day(schedule, stop),
            open=windows.state_at(schedule, begin).permitted,
        )
        for begin, stop in itertools.pairwise(marks)
    )
    return Day(
        date=day.isoformat(),
        weekday=day.weekday(),
        day_class=schedule.calendar.class_of(day),
        holiday=schedule.calendar.holidays.get(day, ""),
        stretches=stretches,
    )
