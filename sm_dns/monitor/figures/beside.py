"""What is told beside the figure of a usage report: the other hours, what was denied, and what is no visit."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from sm_dns.monitor.figures.aggregate import Gathered, gather, union
from sm_dns.monitor.figures.local_hours import Span, converter
from sm_dns.monitor.figures.selecting import KindOfHour, chosen
from sm_dns.monitor.model import Beside
from sm_dns.monitor.selection import OUTCOMES, VISITED, Selection
from sm_dns.monitor.store import read
from sm_dns.monitor.store.database import Database
from sm_dns.monitor.suppression.departments import Stretch
from sm_dns.monitor.suppression.line import cell
from sm_dns.policy.work_hours import KINDS, HourKind

REFUSED = ("would_deny", "denied")
APART = ("messaging", "bypass")  # always told, however often they were asked for


def _places_of(
    kind: HourKind, selection: Selection, days: list[date], hour_kind: KindOfHour
) -> dict[date, list[int]]:
    """The places of a kind of hours on each day."""
    return {
        day: [
            selection.place(hour)
            for hour in range(24)
            if hour_kind(selection.date_of(day, hour), hour) == kind
        ]
        for day in days
    }


@dataclass(frozen=True, slots=True)
class Counted:
    """One line before anything of it is kept back. staff: a set (an int); queries: how often was asked.

    places: the hours of a kind of hours, in the order of the report's day; none of other lines.
    """

    name: str
    about: str
    staff: int
    queries: int
    places: tuple[int, ...] = ()

    @property
    def stretch(self) -> Stretch:
        """What the suppression of a table knows of it."""
        return Stretch(self.staff.bit_count(), [*self.places])


def counted_by_hours(found: Gathered, selection: Selection, hour_kind: KindOfHour) -> list[Counted]:
    """A line for each kind of hours that there is on the days."""
    days = list(found.by_day_hour)
    lines = []
    for kind in KINDS:
        places = _places_of(kind, selection, days, hour_kind)
        if any(places.values()):
            staff = union(found.by_day_hour[day][place] for day in days for place in places[day])
            queries = sum(found.queries_by_day_hour[day][place] for day in days for place in places[day])
            used = sorted({place for each in places.values() for place in each})
            lines.append(Counted(kind, "hours", staff, queries, tuple(used)))
    return lines


Counting = Callable[[str, str, Selection, bool], Counted]
"""Makes the line of a name, of what it is about, of another selection of the same days: of visits only or of all that
was asked."""


def counting(
    database: Database,
    when: Span,
    selection: Selection,
    found: Gathered,
    everything: read.Presence,
    roster: read.Roster,
) -> Counting:
    """What makes lines of other selections of the days of this one."""
    days, local = list(found.by_day_hour), converter(selection)

    def line(name: str, about: str, only: Selection, visits_only: bool) -> Counted:
        presence = read.presence(database, *when, chosen(only, visits_only=visits_only))
        each = gather(presence, everything, roster, only, days, local, lambda day, hour: True)
        return Counted(name, about, each.staff, each.queries)

    return line


def counted_refused(selection: Selection, line: Counting) -> list[Counted]:
    """A line for each outcome that refuses, of those that are asked for."""
    return [
        line(name, "decision", replace(selection, outcomes=(name,)), True)
        for name in REFUSED
        if name in selection.outcomes
    ]


def counted_apart(database: Database, selection: Selection, line: Counting) -> list[Counted]:
    """Where the circular's question is asked, a line for each category of what is no visit."""
    if not is_of_the_circular(selection):
        return []
    return [
        line(name, "category", replace(selection, categories=(name,), outcomes=OUTCOMES), False)
        for name in _apart(database)
    ]


def told_beside(lines: Iterable[Counted], limit: int) -> tuple[Beside, ...]:
    """Small numbers are kept back, and with each how often was asked, which bounds it."""
    told = []
    for each in lines:
        shown = cell(each.staff.bit_count(), limit)
        told.append(Beside(each.name, each.about, shown, None if shown.count is None else each.queries))
    return tuple(told)


def is_of_the_circular(selection: Selection) -> bool:
    """Whether it is asked for social media and streaming alone, all of them."""
    return not selection.services and set(selection.categories) == set(VISITED)


def _apart(database: Database) -> list[str]:
    """The categories whose questions are no visits."""
    others = {label.category for label in read.labels(database)} - {*VISITED, *APART}
    return [*APART, *sorted(others)]
