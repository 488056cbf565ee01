"""Dates as offices write them: `17/2/2026`, `2026-02-17`, `Selasa, 17 Februari 2026`, `20 atau 23 Mac 2026`.

Days come before months; the order of America is not read (`orders_of` tells it). Malay and English months, whole and
short; names of days beside a date must fit it. Several days: `21 & 22 Mac` are both, `21 - 23 Mac` are three,
`20 atau 23 Mac` is one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sm_dns.admin.calendars.calendar_files import YEARS
from sm_dns.util.errors import BadInput

MAX_CELL = 200  # characters of a cell that may be a date
MAX_RANGE_DAYS = 31  # from the first to the last of one line


def _numbered(rows: str, first: int) -> dict[str, int]:
    return {name: number for number, row in enumerate(rows.split("|"), first) for name in row.split()}


_MONTHS = _numbered(
    "januari january jan|februari february feb|mac march mar|april apr|mei may|jun june|julai july jul|"
    "ogos august aug ogo ogs|september sept sep|oktober october okt oct|november nov|disember december dis dec",
    1,
)
_WEEKDAYS = _numbered(
    "isnin monday mon|selasa tuesday tue tues|rabu wednesday wed|khamis thursday thu thur thurs|"
    "jumaat jumat friday fri|sabtu saturday sat|ahad minggu sunday sun",
    0,
)
DAY, MONTH = "day", "month"
_MONTHS_OF_A_YEAR = 12
_AND, _RANGE, _OR = "and", "range", "or"
_JOINS = {
    **dict.fromkeys(("&", "+", "/", "dan", "and", "serta"), _AND),
    **dict.fromkeys(("-", "–", "—", "hingga", "sehingga", "to", "until"), _RANGE),
    **dict.fromkeys(("atau", "or"), _OR),
}
_MIDNIGHT = re.compile(r"[ t]+(?:00?|12):00(?::00)?(?: ?am)?\b", re.IGNORECASE)
_TOKEN = re.compile(
    r"(?P<iso>\d{4}-\d{1,2}-\d{1,2})(?!\d)|(?P<numbers>\d{1,2}([/.-])\d{1,2}\3\d{4})(?!\d)|(?P<year>\d{4})(?!\d)"
    r"|(?P<day>\d{1,2})(?:(?:hb|st|nd|rd|th)\b\.?)?(?!\w)|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)?)\.?|(?P<sign>\S)",
    re.IGNORECASE,
)
_SHORT_YEAR = re.compile(r"\d{1,2}([/. -])(?:\d{1,2}|[^\W\d_]+)\1\d{2}")
# What a spreadsheet makes of "1 Jan 2027" where nobody says how to write it.
_SPREADSHEET = re.compile(r"(\d{1,2})-([^\W\d_]+)-(\d{2})")
_EITHER_WAY = re.compile(r"(?<!\d)(\d{1,2})([/.-])(\d{1,2})\2\d{4}(?!\d)")


@dataclass(frozen=True, slots=True)
class Dates:
    """The days that a cell names, in its order, all of them or one. `is_marked`: a star stands by."""

    days: tuple[date, ...]
    is_conditional: bool
    is_marked: bool


@dataclass(slots=True)
class _Day:
    day: int
    month: int | None = None
    year: int | None = None

    def dated(self, year: int | None) -> date:
        of = self.year or year
        if self.month is None or of is None:
            raise BadInput("the date has no year: say which with --year")
        if of not in YEARS:
            raise BadInput("{year} is no year of a calendar", year=of)
        try:
            return date(of, self.month, self.day)
        except ValueError:
            raise BadInput(
                "there is no day {day}, month {month} (the day comes first)", day=self.day, month=self.month
            ) from None


@dataclass(slots=True)
class _Reading:
    """A cell, token by token; `is_date` ends with the first that belongs to no date."""

    days: list[_Day] = field(default_factory=list)
    joins: list[str] = field(default_factory=list)
    weekdays: list[int] = field(default_factory=list)
    month: int | None = None
    is_marked: bool = False
    is_date: bool = True

    def take(self, kind: str, written: str) -> None:
        if kind == "iso":
            year, month, day = map(int, written.split("-"))
            self.days.append(_Day(day, month, year))
        elif kind == "numbers":
            day, month, year = map(int, re.split("[/.-]", written))
            self.days.append(_Day(day, month, year))
        elif kind == "year":
            self._year(int(written))
        elif kind == "day":
            self.days.append(_Day(int(written), self.month))
        elif kind == "word" and written in _MONTHS:
            self._month(_MONTHS[written])
        elif kind == "word" and written in _WEEKDAYS:
            self.weekdays.append(_WEEKDAYS[written])
        elif written in _JOINS:
            self.joins.append(_JOINS[written])
        elif written == "*":
            self.is_marked = True
        elif written not in "(),;":
            self.is_date = False

    def _year(self, year: int) -> None:
        for each in self.days:
            each.year = each.year or year
        self.is_date = self.is_date and bool(self.days)

    def _month(self, month: int) -> None:
        for each in self.days:
            each.month = each.month or month
        self.month = None if self.days else month  # "February 17"


def dates_of(cell: str, year: int | None) -> Dates | None:
    """The dates of a cell, None where it is none. `year` is that of dates without one.

    Raises `BadInput` for what looks like a date and cannot be one, and where a weekday beside it is another.
    """
    text = _MIDNIGHT.sub("", cell.strip().lower())
    short = _SPREADSHEET.fullmatch(text)
    if short is not None and short[2] in _MONTHS:
        text = f"{short[1]} {short[2]} 20{short[3]}"
    if not text or len(text) > MAX_CELL:
        return None
    if _SHORT_YEAR.fullmatch(text):
        raise BadInput("{text!r}: write the year with four digits", text=cell.strip())
    reading = _Reading()
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or "sign"
        reading.take(kind, found[kind])
    if not (reading.is_date and reading.days and all(each.month for each in reading.days)):
        return None
    days = tuple(each.dated(year) for each in reading.days)
    check_weekdays(days, reading.weekdays)
    return Dates(
        days=_spread(days, reading.joins),
        is_conditional=_OR in reading.joins and len(days) > 1,
        is_marked=reading.is_marked,
    )


def orders_of(cell: str) -> frozenset[str]:
    """What a date in numbers may begin with, "day" or "month"; empty where there is none or nothing to choose."""
    found = _EITHER_WAY.search(cell)
    if found is None or found[1] == found[3]:
        return frozenset()
    first, second = int(found[1]) <= _MONTHS_OF_A_YEAR, int(found[3]) <= _MONTHS_OF_A_YEAR
    return frozenset(order for order, fits in ((DAY, second), (MONTH, first)) if fits)


def weekdays_of(cell: str) -> list[int] | None:
    """The weekdays that a cell names, 0 for Monday; None where it names anything else."""
    words = [each.lower().replace("'", "") for each in re.findall(r"[^\W_]+(?:'[^\W_]+)?", cell)]
    joins = {word for word in _JOINS if word.isalpha()}
    found = [word for word in words if word not in joins]
    if not found or any(word not in _WEEKDAYS for word in found):
        return None
    return [_WEEKDAYS[word] for word in found]


def check_weekdays(days: Sequence[date], weekdays: Sequence[int]) -> None:
    """Raise `BadInput` where the weekdays that stand beside days are others. Fewer or more of them say nothing."""
    if len(days) != len(weekdays):
        return
    for day, weekday in zip(days, weekdays, strict=True):
        if day.weekday() != weekday:
            raise BadInput("{day} is another weekday than it says", day=day)


def _spread(days: tuple[date, ...], joins: Sequence[str]) -> tuple[date, ...]:
    """All days from the first to the last where a line stands between two."""
    if _RANGE not in joins or len(days) != 2:
        return days
    length = (days[1] - days[0]).days + 1
    if not 1 <= length <= MAX_RANGE_DAYS:
        raise BadInput("{first} to {last} is no stretch of holidays", first=days[0], last=days[1])
    return tuple(days[0] + timedelta(days=at) for at in range(length))
