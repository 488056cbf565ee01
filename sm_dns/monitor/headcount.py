"""D-10: how many staff there are is a number that the agency supplies, and dates; percentages are of it.

Where staff work at home on some weekdays, the number may be another one on each weekday.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

DAYS = 7
Week = tuple[int | None, ...]
"""A number of staff for each weekday from Monday on; None where the agency gave none."""


class DatedWeek(NamedTuple):
    """So many staff on each weekday from a local date on; None: for all time."""

    since: date | None
    week: Week

    @classmethod
    def same(cls, since: date | None, number: int) -> DatedWeek:
        """The same number on every weekday."""
        return cls(since, (number,) * DAYS)

    def greatest(self, weekdays: Iterable[int]) -> int | None:
        """The greatest number of some weekdays (0 is Monday); None where none of them has one."""
        return max((number for day in weekdays if (number := self.week[day]) is not None), default=None)


class Dated(NamedTuple):
    """So many staff from a local date on; None: for all time, or no number."""

    since: date | None
    number: int | None


@dataclass(frozen=True, slots=True)
class Base:
    """The number of staff for a period. number: None where there is none. since: from when it holds, None: undated.

    replaced: numbers of earlier days of the period, by date; unknown_before: for the first days of the period the
    agency gave none. week: the numbers of which `number` is one, None where every weekday has the same.
    """

    number: int | None = None
    since: date | None = None
    replaced: tuple[Dated, ...] = ()
    unknown_before: date | None = None
    week: Week | None = None


@dataclass(frozen=True, slots=True)
class Headcount:
    """All numbers that the agency gave, by date."""

    dated: tuple[DatedWeek, ...] = ()

    @classmethod
    def always(cls, number: int) -> Headcount:
        """One number for all days."""
        return cls((DatedWeek.same(None, number),))

    def on(self, day: date) -> int | None:
        """The number of one local date."""
        begun = self._begun(day)
        return begun[-1].week[day.weekday()] if begun else None

    def over(self, first: date, last: date, days: Iterable[date]) -> Base:
        """The number for the days that count of a period [first, last]: whoever came on any of them is of it.

        It is that of the last day of the period, and where weekdays have different ones, the greatest of those of the
        days (of all weekdays where no day counts).
        """
        begun = self._begun(last)
        if not begun:
            return Base()
        weekdays = {day.weekday() for day in days} or range(DAYS)
        earlier = self._begun(first)
        within = begun[len(earlier) :]
        held = [*earlier[-1:], *within]  # one after the other, in the period
        now = held[-1]
        return Base(
            number=now.greatest(weekdays),
            since=now.since,
            replaced=tuple(Dated(each.since, each.greatest(weekdays)) for each in held[:-1]),
            unknown_before=None if earlier else within[0].since,
            week=None if len(set(now.week)) == 1 else now.week,
        )

    def _begun(self, day: date) -> tuple[DatedWeek, ...]:
        return tuple(each for each in self.dated if each.since is None or each.since <= day)
