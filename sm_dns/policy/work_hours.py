"""What each whole hour of a local date is by a schedule: of work, of rest, or after work.

Counts of use are kept by whole hours, and a schedule has its edges at any minute. An hour in which two of these fall
is called an edge: what was counted in it is of neither, and whoever tells of it says so.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args

from sm_dns.policy.calendar import DayClass
from sm_dns.policy.schedule import Schedule
from sm_dns.util.strict_json import Span

HourKind = Literal["working", "rest", "after", "edge"]
KINDS: tuple[HourKind, ...] = get_args(HourKind)

_HOUR = 60


def hour_kind(schedule: Schedule, day: date, hour: int) -> HourKind:
    """What the local hour [hour, hour + 1) of a date is, whether or not the schedule is in force.

    Working hours reach on a working day from `work_start` to `after_start` (on a half day to its end), without the
    rest periods. All that is no work and no rest comes after work, weekly rest days and holidays too.
    """
    if schedule.calendar.class_of(day) is not DayClass.WORK:
        return "after"
    hours = schedule.hours_on(day)
    work = Span(hours.work_start, schedule.half_days.get(day, hours.after_start_on(day.weekday())))
    rests = hours.rest_on(day.weekday())
    start = _HOUR * hour
    edges = {minute for span in (work, *rests) for minute in span if start < minute < start + _HOUR}
    kinds = {_at(minute, work, rests) for minute in (start, *edges)}
    return kinds.pop() if len(kinds) == 1 else "edge"


def _at(minute: int, work: Span, rests: tuple[Span, ...]) -> HourKind:
    if not work.start <= minute < work.end:
        return "after"
    return "rest" if any(rest.start <= minute < rest.end for rest in rests) else "working"
