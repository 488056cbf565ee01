"""Instants and weekdays as sentences of the pages say them, in each language."""

from __future__ import annotations

from sm_dns.i18n.dates import date_text, time_text, weekday
from sm_dns.policy.windows import Schedule
from sm_dns.util import walltime

_MINUTE = 60


def when(language: str, at: float, schedule: Schedule) -> dict[str, str]:
    """An instant (POSIX seconds) in the schedule's zone, as the fields {day}, {date} and {time} of a sentence."""
    wall = walltime.to_local(at, schedule.zone)
    return {
        "day": weekday(language, wall.weekday()),
        "date": date_text(language, wall),
        "time": time_text(language, wall.time()),
    }


def left(seconds: float) -> tuple[int, int]:
    """Hours and minutes until something, the begun minute counted."""
    minutes = max(0, -int(-seconds // _MINUTE))
    return divmod(minutes, 60)
