"""Holidays of a calendar file of events (iCalendar, RFC 5545): whole days alone.

Of it is read what tells of a holiday: VEVENT with DTSTART, DTEND (exclusive) or DURATION of whole days, SUMMARY and
STATUS.
Libraries for it do not say on which line something stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from sm_dns.admin.calendars.calendar_files import YEARS
from sm_dns.admin.calendars.official_table import NotUnderstood, Table, TableDay, name_of
from sm_dns.admin.calendars.table_dates import MAX_RANGE_DAYS
from sm_dns.util.errors import BadInput

FORM = "iCalendar"
MAX_EVENTS = 10_000
MAX_LINE = 10_000  # characters of a line, its further ones taken to it

_BEGIN = re.compile(r"\s*BEGIN:VCALENDAR\b", re.IGNORECASE)
_PROPERTY = re.compile(r"([A-Za-z-]+)((?:;[^:\"]*(?:\"[^\"]*\"[^:\"]*)*)?):(.*)", re.DOTALL)
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)", re.ASCII)
_LENGTH = re.compile(r"P(?:(\d{1,2})W|(\d{1,3})D)", re.ASCII)
_ESCAPED = re.compile(r"\\(.)")
_READ = ("DTSTART", "DTEND", "DURATION", "SUMMARY", "STATUS", "RRULE", "RDATE")


class _Line(NamedTuple):
    """A line with those that go on with it (RFC 5545, 3.1); `number` is that of the first."""

    number: int
    name: str
    value: str


def is_events(text: str) -> bool:
    """Whether a text begins as such a file does."""
    return _BEGIN.match(text) is not None


def read_events(text: str) -> Table:
    """The events that are whole days. Raises `BadInput` with the line for a file that is not whole."""
    days: list[TableDay] = []
    left: list[NotUnderstood] = []
    inside: dict[str, str] | None = None
    begin = depth = 0
    for line in _lines(text):
        opens, closes = (line.value.strip().upper() if line.name == word else "" for word in ("BEGIN", "END"))
        if opens == "VEVENT":
            if len(days) + len(left) >= MAX_EVENTS:
                raise BadInput("more than {most} events", line=line.number, most=MAX_EVENTS)
            inside, begin, depth = {}, line.number, 0
        elif closes == "VEVENT" and inside is not None:
            try:
                days.append(_event(begin, inside))
            except BadInput as error:
                left.append(NotUnderstood(begin, error.reason))
            inside = None
        elif opens or closes:
            depth += 1 if opens else -1  # an alarm within an event
        elif inside is not None and depth == 0 and line.name in _READ:
            inside.setdefault(line.name, line.value)
    if inside is not None:
        raise BadInput("the event that begins here has no end", line=begin)
    return Table(FORM, tuple(days), tuple(left))


def _lines(text: str) -> Iterator[_Line]:
    number, whole = 0, ""
    for at, row in enumerate(re.split(r"\r\n|\n|\r", text), start=1):
        if row[:1] in (" ", "\t") and number:
            whole += row[1:]
            if len(whole) > MAX_LINE:
                raise BadInput("a line of more than {most} characters", line=number, most=MAX_LINE)
        else:
            yield from _property(number, whole)
            number, whole = at, row
    yield from _property(number, whole)


def _property(number: int, whole: str) -> Iterator[_Line]:
    found = _PROPERTY.fullmatch(whole)
    if found is not None:
        yield _Line(number, found[1].upper(), found[3])


def _event(begin: int, read: dict[str, str]) -> TableDay:
    """The holiday of an event. Raises `BadInput` with the reason where it is none."""
    name, is_unsure = name_of(_ESCAPED.sub(_unescaped, read.get("SUMMARY", "")))
    if read.get("STATUS", "").strip().upper() == "CANCELLED":
        raise BadInput("{name}: is cancelled", name=name)
    if "RRULE" in read or "RDATE" in read:
        raise BadInput("{name}: is repeated by a rule: write an event for each day", name=name)
    first = _day(name, read.get("DTSTART", ""))
    length = _length(name, first, read)
    days = tuple(first + timedelta(days=at) for at in range(length))
    return TableDay(begin, days, name, is_estimate=is_unsure)


def _length(name: str, first: date, read: dict[str, str]) -> int:
    """How many days an event has: one, where it does not say."""
    length = 1
    if "DTEND" in read:
        length = (_day(name, read["DTEND"]) - first).days
    elif "DURATION" in read:
        found = _LENGTH.fullmatch(read["DURATION"].strip().lstrip("+"))
        length = 0 if found is None else int(found[1] or 0) * 7 + int(found[2] or 0)
    if not 1 <= length <= MAX_RANGE_DAYS:
        raise BadInput("{name}: lasts no whole days from 1 to {most}", name=name, most=MAX_RANGE_DAYS)
    return length


def _day(name: str, written: str) -> date:
    found = _DAY.fullmatch(written.strip())
    try:
        if found is not None and int(found[1]) in YEARS:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    raise BadInput("{name}: {written!r} is no whole day such as 20260831", name=name, written=written[:40])


def _unescaped(found: re.Match[str]) -> str:
    return " " if found[1] in "nN" else found[1]
