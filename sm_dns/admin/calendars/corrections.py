"""What a person corrects in an accepted calendar: the file of a year with one thing changed.

Each function raises `BadInput` where the year is not accepted, and where the change would say nothing or twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from sm_dns.admin.calendars.calendar_files import (
    CONDITIONAL,
    KEPT,
    CalendarFile,
    Line,
    accepted_path,
    load_file,
)
from sm_dns.admin.calendars.calendar_periods import Period
from sm_dns.util.errors import BadInput

_TAKEN_BACK = {"extra", "workday", "half-day"}


def with_line(directory: Path, name: str, line: Line) -> CalendarFile:
    """One line more. Adding a removed holiday again puts it back."""
    calendar = accepted_year(directory, name, line.day.year)
    _refuse_line(calendar, line.kind, line.day)
    if line.kind in ("extra", CONDITIONAL):
        _refuse_holidays(calendar, line.days)
        _refuse_workdays(calendar, line.days)
    if line.kind != CONDITIONAL:
        _refuse_unsettled(calendar, line.day)
    if line.kind == "extra" and line.day in calendar.of("removed"):
        return _without(calendar, [calendar.of("removed")[line.day], *_kept(calendar, line.day)])
    lines = [old for old in calendar.lines if old not in _kept(calendar, line.day)]
    return replace(calendar, lines=(*lines, line))


def without_day(directory: Path, name: str, day: date, reason: str) -> CalendarFile:
    """Without what is said of a date: a holiday gets a `removed` line, a conditional one of that day goes whole."""
    calendar = accepted_year(directory, name, day.year)
    kept = _kept(calendar, day)
    corrections = [
        line
        for line in calendar.lines
        if (line.day == day and line.kind in _TAKEN_BACK) or (line.kind == CONDITIONAL and day in line.days)
    ]
    if corrections:
        return _without(calendar, [*corrections, *kept])
    if day in calendar.holidays:
        changed = _without(calendar, kept)
        return replace(changed, lines=(*changed.lines, Line("removed", day, reason)))
    if kept:
        return _without(calendar, kept)
    raise BadInput("calendar {name} {year} has nothing on {day} to remove", name=name, year=day.year, day=day)


def settled(directory: Path, name: str, day: date) -> CalendarFile:
    """With a conditional holiday on the one of its days that it is on: it counts as declared."""
    calendar = accepted_year(directory, name, day.year)
    found = next((line for line in calendar.unsettled if day in line.days), None)
    if found is None:
        raise BadInput(
            "calendar {name} {year} has no conditional holiday on {day}; there are: {known}",
            name=name,
            year=day.year,
            day=day,
            known="; ".join(map(str, calendar.unsettled)) or "-",
        )
    _refuse_workdays(calendar, [day])
    without = _without(
        calendar, [found, *([calendar.of("extra")[day]] if day in calendar.of("extra") else [])]
    )
    return replace(without, lines=(*without.lines, Line("extra", day, found.text)))


def with_kept(directory: Path, name: str, day: date, reason: str) -> CalendarFile:
    """With the word of a person that what is said of a date holds, whatever the library says."""
    calendar = accepted_year(directory, name, day.year)
    without = _without(calendar, _kept(calendar, day))
    return replace(without, lines=(*without.lines, Line(KEPT, day, reason)))


def with_period(directory: Path, name: str, period: Period) -> CalendarFile:
    """With other hours over some dates, which no other period of the calendar has, in whatever year's file."""
    year = period.first.year
    calendar = accepted_year(directory, name, year)
    neighbours = [accepted_path(directory, name, each) for each in (year - 1, year + 1)]
    others = [each for path in neighbours if path.exists() for each in load_file(path).periods]
    for other in (*calendar.periods, *others):
        if period.overlaps(other):
            raise BadInput(
                "the dates overlap those of another period: {other} (`sm-dns calendar period remove {first}`)",
                other=other.source,
                first=other.first,
            )
    return replace(calendar, periods=(*calendar.periods, period))


def without_period(directory: Path, name: str, day: date) -> CalendarFile:
    """Without the period that a date lies in."""
    years = [year for year in (day.year, day.year - 1) if accepted_path(directory, name, year).exists()]
    for calendar in (accepted_year(directory, name, year) for year in years or [day.year]):
        left = tuple(each for each in calendar.periods if not each.covers(day))
        if left != calendar.periods:
            return replace(calendar, periods=left)
    raise BadInput("calendar {name} has no period on {day}", name=name, day=day)


def accepted_year(directory: Path, name: str, year: int) -> CalendarFile:
    """The accepted file of a year."""
    path = accepted_path(directory, name, year)
    if not path.exists():
        raise BadInput("calendar {name} {year} is not accepted yet", file=path, name=name, year=year)
    return load_file(path)


def _refuse_line(calendar: CalendarFile, kind: str, day: date) -> None:
    if day in calendar.of(kind):
        raise BadInput(
            "{name} {year} has a line `{kind} {day}` already",
            name=calendar.name,
            year=calendar.year,
            kind=kind,
            day=day,
        )


def _refuse_workdays(calendar: CalendarFile, days: Iterable[date]) -> None:
    """A day that is said to be one of work stays one, whatever holiday is written beside it."""
    for day in days:
        _refuse_line(calendar, "workday", day)


def _refuse_holidays(calendar: CalendarFile, days: Iterable[date]) -> None:
    for day in days:
        if day in calendar.holidays:
            raise BadInput("{day} is a holiday already: {text}", day=day, text=calendar.holidays[day].text)


def _refuse_unsettled(calendar: CalendarFile, day: date) -> None:
    for line in calendar.unsettled:
        if day in line.days:
            raise BadInput(
                "{day} is a day of {text}, which is not settled yet: `sm-dns calendar settle {day}`",
                day=day,
                text=line.text,
            )


def _kept(calendar: CalendarFile, day: date) -> list[Line]:
    return [line for line in calendar.lines if (line.kind, line.day) == (KEPT, day)]


def _without(calendar: CalendarFile, lines: Iterable[Line]) -> CalendarFile:
    gone = set(lines)
    return replace(calendar, lines=tuple(line for line in calendar.lines if line not in gone))
