"""Where the library of holidays says otherwise than a calendar that a person accepted.

The accepted calendar rules. The library may have learned of a day since, or a line may be a slip: so it is said, but
for days of which a person said otherwise on purpose, by a correction of that day or by a `kept` line. What differs as
a calendar is accepted is shown then, and accepted with it: each such day gets its `kept` line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import version

from sm_dns.admin.calendars import calendar_proposals
from sm_dns.admin.calendars.calendar_files import CONDITIONAL, KEPT, CalendarFile, Line
from sm_dns.settings.blocks.policy import CalendarSettings
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message

MAX_SAID = 5  # days of one year that get a finding of their own

_ON_PURPOSE = {"extra", "removed", "workday", CONDITIONAL, KEPT}


@dataclass(frozen=True, slots=True)
class OtherWord:
    """A day that is a holiday in the library alone, or in the calendar alone; `text` is its name there."""

    day: date
    text: str
    in_library: bool

    def __str__(self) -> str:
        where = "library" if self.in_library else "calendar"
        return f"in the {where} alone: {self.day} {self.text}"


def other_words(file: CalendarFile, calendar: CalendarSettings) -> list[OtherWord]:
    """The days on which the library says otherwise, in their order, but for those said on purpose.

    Raises `BadInput` where the library does not know the place.
    """
    proposed = calendar_proposals.propose(calendar.country, calendar.subdivision, file.year)
    library = {line.day: line for line in proposed if line.day.year == file.year}
    if not library:
        return []  # a year beyond those that it knows
    ours = file.holidays
    on_purpose = {day for line in file.lines if line.kind in _ON_PURPOSE for day in line.days}
    return [
        OtherWord(day, (library.get(day) or ours[day]).text, in_library=day in library)
        for day in sorted(library.keys() ^ ours.keys())
        if day not in on_purpose
    ]


def known_other_words(file: CalendarFile, calendar: CalendarSettings) -> list[OtherWord]:
    """The same; none where the library does not know the place: what it does not know it will not contradict."""
    try:
        return other_words(file, calendar)
    except BadInput:
        return []


def with_known_differences(
    file: CalendarFile, before: CalendarFile | None, calendar: CalendarSettings
) -> CalendarFile:
    """A calendar that is being accepted, with a `kept` line for each day on which the library says otherwise now."""
    found = known_other_words(file, calendar)
    earlier = before.of(KEPT) if before else {}
    kept = [earlier.get(each.day) or _known(each) for each in found]
    return replace(file, lines=(*file.lines, *kept))


def _known(other: OtherWord) -> Line:
    of = version("holidays")
    ms, en = ("ada", "in") if other.in_library else ("tiada", "not in")
    return Line(
        KEPT, other.day, f"{ms} dalam pustaka ({of}) ketika disahkan / {en} the library ({of}) when accepted"
    )


def said(name: str, year: int, others: Sequence[OtherWord]) -> Iterator[Message]:
    """What `check` says of them: which day, which way, what to type."""
    for each in others[:MAX_SAID]:
        way = _LIBRARY_ALONE if each.in_library else _CALENDAR_ALONE
        yield Message(way.template, name=name, day=each.day, text=each.text, version=version("holidays"))
    if len(others) > MAX_SAID:
        yield Message(
            "calendar {name} {year}: the library of holidays says otherwise on {count} days more: "
            "`sm-dns calendar show {year} --calendar {name}` names them",
            name=name,
            year=year,
            count=len(others) - MAX_SAID,
        )


_LIBRARY_ALONE = Message(
    "calendar {name}: {day} is no holiday, but one in the library ({version}): if it is one, run "
    "`sm-dns calendar add {day} {text!r} --calendar {name}`, if not, "
    "`sm-dns calendar keep {day} --calendar {name}`"
)
_CALENDAR_ALONE = Message(
    "calendar {name}: {day} is a holiday, {text}, but none in the library ({version}): if it is none, run "
    "`sm-dns calendar remove {day} --calendar {name}`, if it is, "
    "`sm-dns calendar keep {day} --calendar {name}`"
)
