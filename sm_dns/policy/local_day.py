"""One local day of a schedule, from midnight to midnight, cut where permission changes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from sm_dns.policy.schedule import Schedule
from sm_dns.policy.windows import state_at
from sm_dns.util import walltime
from sm_dns.util.strict_json import Span
from sm_dns.util.walltime import DAY_MINUTES


class Stretch(NamedTuple):
    """A part of a day in minutes of wall time after midnight, `end` exclusive."""

    start: int
    end: int
    permitted: bool


def stretches(schedule: Schedule, day: date) -> Iterator[Stretch]:
    """The whole of a local date, whether or not the schedule is in force yet.

    The first begins at 0 and the last ends at `DAY_MINUTES`; a date that the zone skipped has none.
    """
    midnight = walltime.of_minute(day, 0, schedule.zone)
    tomorrow = walltime.of_minute(day + timedelta(days=1), 0, schedule.zone)
    at = midnight
    while at < tomorrow:
        state = state_at(schedule, at)
        end = tomorrow if state.until is None else min(state.until, tomorrow)
        # A day that begins at 01:00, where clocks go forward at midnight, is a whole one too.
        first = 0 if at == midnight else walltime.minute_of_day(at, schedule.zone)
        last = DAY_MINUTES if end == tomorrow else walltime.minute_of_day(end, schedule.zone)
        yield Stretch(first, last, state.permitted)
        at = end


def permitted_on(schedule: Schedule, day: date) -> Iterator[Span]:
    """When a schedule permits on one local date, whether or not it is in force yet."""
    return (Span(one.start, one.end) for one in stretches(schedule, day) if one.permitted)
