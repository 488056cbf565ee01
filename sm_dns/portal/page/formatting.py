"""Days, dates and hours as each language writes them, and sentences with their fields filled in."""

from __future__ import annotations

from sm_dns.i18n import dates
from sm_dns.i18n.text import Text
from sm_dns.policy.windows import Schedule
from sm_dns.util import walltime

_MINUTE = 60


def moment(text: Text, language: str, at: float, schedule: Schedule, **fields: str) -> str:
    """A sentence with the fields {day}, {date} and {time} of an instant in the schedule's zone."""
    wall = walltime.to_local(at, schedule.zone)
    if language == "ms":
        when = {
            "day": dates.weekday_ms(wall),
            "date": dates.date_ms(wall),
            "time": dates.time_ms(wall.time()),
        }
    else:
        when = {
            "day": dates.weekday_en(wall),
            "date": dates.date_en(wall),
            "time": dates.time_en(wall.time()),
        }
    return text.in_(language).format(**when, **fields)


def weekday(language: str, number: int) -> str:
    """The name of a weekday, 0 for Monday."""
    return (dates.WEEKDAYS_MS if language == "ms" else dates.WEEKDAYS_EN)[number]


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
    to, also = (" hingga ", " dan ") if language == "ms" else (" to ", " and ")
    parts = []
    for run in runs:
        named = [weekday(language, number) for number in run]
        parts += [f"{named[0]}{to}{named[-1]}"] if len(run) > 2 else named
    *first, last = parts
    return f"{', '.join(first)}{also}{last}" if first else last


def left(seconds: float) -> tuple[int, int]:
    """Hours and minutes until something, the begun minute counted."""
    minutes = max(0, -int(-seconds // _MINUTE))
    return divmod(minutes, 60)
