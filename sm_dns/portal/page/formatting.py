"""Instants and weekdays as sentences of the pages say them, in each language."""

from __future__ import annotations

from sm_dns.i18n.catalogue import catalogue
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


def weekdays(language: str, numbers: tuple[int, ...]) -> str:
    """Several weekdays in order: a run of three or more as its ends, others one by one; "Sabtu dan Ahad".

    A week has no end: Sunday to Thursday is one run.
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    if len(runs) > 1 and runs[0][0] == 0 and runs[-1][-1] == 6:
        runs[0] = [*runs.pop(), *runs[0]]
    say = catalogue(language)
    parts = []
    for run in runs:
        named = [weekday(language, number) for number in run]
        parts += [say("date.to", first=named[0], last=named[-1])] if len(run) > 2 else named
    *first, last = parts
    return say("date.and", first=", ".join(first), last=last) if first else last


def left(seconds: float) -> tuple[int, int]:
    """Hours and minutes until something, the begun minute counted."""
    minutes = max(0, -int(-seconds // _MINUTE))
    return divmod(minutes, 60)
