"""A schedule over some days, as stretches of open and closed: what timelines are drawn from."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from sm_dns.policy import windows
from sm_dns.policy.calendar import DayClass
from sm_dns.policy.schedule import Schedule
from sm_dns.util import walltime


def days(schedule: Schedule, first: date, count: int) -> list[dict[str, Any]]:
    """Each local date from `first` on: its class, the name of its holiday, and its stretches.

    A stretch has `start` and `end` in minutes of wall time from midnight, and whether it is open.
    """
    return [_day(schedule, first + timedelta(days=number)) for number in range(count)]


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


def _day(schedule: Schedule, day: date) -> dict[str, Any]:
    start = walltime.of_minute(day, 0, schedule.zone)
    end = walltime.of_minute(day + timedelta(days=1), 0, schedule.zone)
    edges = windows.transitions(schedule, start, end)
    marks = [start, *(edge.at for edge in edges), end]
    stretches = []
    for begin, stop in itertools.pairwise(marks):
        minute = 0 if begin == start else minute_of_day(schedule, begin)
        stretches.append(
            {
                "start": minute,
                "end": 1440 if stop == end else minute_of_day(schedule, stop),
                "open": windows.state_at(schedule, begin).permitted,
            }
        )
    return {
        "date": day.isoformat(),
        "weekday": day.weekday(),
        "class": schedule.calendar.class_of(day).value,
        "holiday": schedule.calendar.holidays.get(day, ""),
        "stretches": stretches,
    }
