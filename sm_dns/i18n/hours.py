"""Hours of a week in words, in each language: "Monday to Friday, 09:00 to 11:00"."""

from __future__ import annotations

from sm_dns.i18n.catalogue import catalogue
from sm_dns.i18n.dates import clock, weekday
from sm_dns.util.walltime import DAY_MINUTES


def recurring(language: str, days: tuple[int, ...], start: int, end: int) -> str:
    """Weekdays, 0 for Monday, and the minutes of their day between which something holds each week."""
    say = catalogue(language)
    if end - start == DAY_MINUTES:
        return say("date.recurring_whole", days=weekdays(language, days))
    return say(
        "date.recurring",
        days=weekdays(language, days),
        start=clock(language, start),
        end=clock(language, end),
    )


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
