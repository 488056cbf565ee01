"""The table of paragraph 5 of JKDM ICT Circular No. 2 of 2010, beside the week of a schedule that is said to keep it.

The table is of Mondays to Fridays. It says nothing of Friday evening, of weekly rest days and of the nights after
them: what a schedule has there is a reading of it, and no difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from sm_dns.policy.schedule import Schedule
from sm_dns.policy.week import ordinary_week
from sm_dns.util.strict_json import Span
from sm_dns.util.walltime import DAY_MINUTES

WORK_STARTS = 7 * 60 + 30
WORK_ENDS = 17 * 60 + 30
_NIGHT, _EVENING = Span(0, WORK_STARTS), Span(WORK_ENDS, DAY_MINUTES)
_REST, _FRIDAY_REST = Span(13 * 60, 14 * 60), Span(12 * 60 + 15, 14 * 60 + 45)


class _Row(NamedTuple):
    """What the table says of a weekday: the minutes that it speaks of, and those of them that it permits."""

    of: Span
    permits: tuple[Span, ...]


_TABLE = (
    _Row(Span(WORK_STARTS, DAY_MINUTES), (_REST, _EVENING)),  # the night before is that of Sunday
    _Row(Span(0, DAY_MINUTES), (_NIGHT, _REST, _EVENING)),
    _Row(Span(0, DAY_MINUTES), (_NIGHT, _REST, _EVENING)),
    _Row(Span(0, DAY_MINUTES), (_NIGHT, _REST, _EVENING)),
    _Row(Span(0, WORK_ENDS), (_NIGHT, _FRIDAY_REST)),  # the cell of its evening has no text
)


class Difference(NamedTuple):
    """A weekday (0 is Monday) on which a schedule is unlike the table, within the minutes that that speaks of."""

    weekday: int
    of: Span
    table: tuple[Span, ...]
    schedule: tuple[Span, ...]


def differences(schedule: Schedule, today: date) -> Iterator[Difference]:
    """By the ordinary week around `today`: dated periods, half days and holidays are no part of it."""
    week = ordinary_week(replace(schedule, periods=()), today)
    for weekday, row in enumerate(_TABLE):
        found = tuple(_within(week[weekday], row.of))
        if found != row.permits:
            yield Difference(weekday, row.of, row.permits, found)


def _within(spans: tuple[Span, ...], bounds: Span) -> Iterator[Span]:
    for span in spans:
        cut = Span(max(span.start, bounds.start), min(span.end, bounds.end))
        if cut.start < cut.end:
            yield cut
