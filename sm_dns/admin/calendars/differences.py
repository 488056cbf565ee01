"""What becomes otherwise between two calendars of a year, day by day, as a person compares them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sm_dns.admin.calendars.calendar_files import CalendarFile, Line
from sm_dns.i18n.text import Text

What = Literal["added", "removed", "moved", "renamed", "estimate", "confirmed"]
WHATS: tuple[What, ...] = ("added", "removed", "moved", "renamed", "estimate", "confirmed")


@dataclass(frozen=True, slots=True)
class Difference:
    """One holiday that is another. `days` and `text` are as they become; of one that goes, as they were.

    `was_on` is the day of one that moved, `was_called` the name of one that was renamed.
    """

    what: What
    days: tuple[date, ...]
    text: str
    was_on: date | None = None
    was_called: str = ""

    def __str__(self) -> str:
        days = " or ".join(f"{day:%a} {day}" for day in self.days)
        said = f"{self.what:<9} {days} {self.text}"
        if self.was_on is not None:
            return f"{said}, from {self.was_on:%a} {self.was_on}"
        return f"{said}, which was {self.was_called}" if self.was_called else said


def differences(before: CalendarFile | None, after: CalendarFile) -> list[Difference]:
    """What `after` says otherwise than `before`, in the order of the days. Without `before` everything is added."""
    old, new = ({} if file is None else file.holidays for file in (before, after))
    gone = [old[day] for day in sorted(old.keys() - new.keys())]
    come = [new[day] for day in sorted(new.keys() - old.keys())]
    moved = dict(_moved(gone, come))
    found = [
        *(Difference("removed", (line.day,), line.text) for line in gone if line not in moved.values()),
        *(
            Difference("moved", (line.day,), line.text, moved[line].day)
            if line in moved
            else Difference("added", (line.day,), line.text)
            for line in come
        ),
        *_changed(old, new),
        *_conditional(before, after),
    ]
    return sorted(found, key=lambda each: (each.days, WHATS.index(each.what)))


def _moved(gone: Iterable[Line], come: Iterable[Line]) -> Iterator[tuple[Line, Line]]:
    """Of those that came the ones that were on another day before, each with what it was."""
    left = list(gone)
    for line in come:
        found = next((each for each in left if same_name(each.text, line.text)), None)
        if found is not None:
            left.remove(found)
            yield line, found


def _changed(old: Mapping[date, Line], new: Mapping[date, Line]) -> Iterator[Difference]:
    for day in old.keys() & new.keys():
        one, other = old[day], new[day]
        if one.text != other.text:
            yield Difference("renamed", (day,), other.text, was_called=one.text)
        if one.is_estimate != other.is_estimate:
            yield Difference("estimate" if other.is_estimate else "confirmed", (day,), other.text)


def _conditional(before: CalendarFile | None, after: CalendarFile) -> Iterator[Difference]:
    old = [] if before is None else before.unsettled
    yield from (Difference("removed", line.days, line.text) for line in old if line not in after.unsettled)
    yield from (Difference("added", line.days, line.text) for line in after.unsettled if line not in old)


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same in either language, whatever their capitals."""
    return bool(halves(one) & halves(other))


def halves(written: str) -> set[str]:
    """The name in each of its languages, without capitals."""
    return {" ".join(half.casefold().split()) for half in Text.both(written)}
