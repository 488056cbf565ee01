"""Usage: who may see which figures of which days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Annotated

from sm_dns.monitor.selection import Selection
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from sm_dns.util.schema_notes import Date, one_of, says
from sm_dns.util.with_more import with_more
from sm_dns.web.auth.roles import READERS, Person
from sm_dns.web.data import timeline
from sm_dns.web.data.backend import Backend
from sm_dns.web.data.figure_cache import FigureCache
from sm_dns.web.data.usage import (
    Department,
    Figures,
    HeadCoverage,
    OwnDepartment,
    ServiceQueries,
    UsageFigures,
)
from sm_dns.web.data.usage_figures import Wanted
from sm_dns.web.interface.request_fields import Values
from sm_dns.web.views.usage_selection import offered, wanted


@dataclass(frozen=True)
class Asked:
    """What was asked for, without the figures: they are still computed."""

    period: Annotated[str, says("the period that was asked for; empty for free dates")]
    rounded: Annotated[bool, says("whether numbers are rounded to multiples of `small_cell`, few being null")]
    periods: Annotated[tuple[str, ...], says("periods that are over, to choose from")]
    first: Date
    last: Date
    hours: Annotated[str, says("whether working hours count, or the band"), one_of("working", "band")]
    start_hour: int
    end_hour: int
    service: Annotated[str, says("id of the only service; empty for all")]
    categories: Annotated[tuple[str, ...], says("of which any counts; empty for all")]
    days: Annotated[str, one_of("all", "working")]
    timezone: str
    pending: Annotated[bool, says("the figures are still computed: ask again")]
    timetable: Annotated[
        tuple[timeline.Day, ...],
        says(
            "each date by the default schedule as it is now, and the one after a night; empty while pending"
        ),
    ]

    def day(self, of: str) -> timeline.Day:
        """A date of the range by the default schedule."""
        return next(each for each in self.timetable if each.date == of)

    def marks(self, of: str) -> tuple[str, ...]:
        """What the hours of a row of the heat map are; of a night, those before its end are of the morning after."""
        at = next(number for number, each in enumerate(self.timetable) if each.date == of)
        if self.end_hour >= self.start_hour:
            return self.timetable[at].hours
        morning = self.timetable[at + 1].hours[: self.end_hour]
        return morning + self.timetable[at].hours[self.end_hour :]


@dataclass(frozen=True)
class WholeUsage(UsageFigures, Asked):
    """The figures of the whole agency."""

    departments: tuple[Department, ...]
    services: tuple[ServiceQueries, ...]


@dataclass(frozen=True)
class OwnUsage(Asked):
    """The figures of one department."""

    small_cell: int
    departments: Annotated[tuple[OwnDepartment, ...], says("the one; empty where nobody of it was seen")]
    coverage: HeadCoverage


Usage = Asked | WholeUsage | OwnUsage


def usage(cache: FigureCache[Wanted, Figures], wait: float) -> Callable[[Backend, Person, Values], Usage]:
    """The view, which waits for figures at most `wait` seconds; `pending` where they are still computed."""

    def view(backend: Backend, person: Person, values: Values) -> Usage:
        asks = wanted(backend, person, values)
        selection = asks.selection
        backend.budget.spend(person, asks)
        asked = _asked(backend, asks)
        looked = asdict(asked)
        for name in ("timezone", "pending", "timetable", "periods"):
            del looked[name]
        backend.looks.note(person, "usage", looked)
        kept = cache.get(asks, wait)
        if kept is None:
            return replace(asked, pending=True)
        if kept.value is None:
            # What is wrong with one department is not for the head of another.
            told = (
                kept.problem
                if person.role in READERS
                else Message("the figures cannot be shown: ask the administrator")
            )
            raise BadInput(told or Message("the figures could not be computed"))
        asked = replace(asked, timetable=_timetable(backend, selection))
        if person.role in READERS:
            return _whole(asked, kept.value)
        return _own(asked, kept.value, person.department)

    return view


def _asked(backend: Backend, asks: Wanted) -> Asked:
    selection = asks.selection
    _, schedule = backend.schedule()
    return Asked(
        period=asks.period,
        rounded=asks.rounded,
        periods=offered(timeline.today(schedule, backend.now())),
        first=selection.first.isoformat(),
        last=selection.last.isoformat(),
        hours=selection.hours,
        categories=selection.categories,
        start_hour=selection.band_start,
        end_hour=selection.band_end,
        service=selection.services[0] if selection.services else "",
        days=selection.days,
        timezone=selection.zone,
        pending=False,
        timetable=(),
    )


def _timetable(backend: Backend, selection: Selection) -> tuple[timeline.Day, ...]:
    """The dates of the range, and the morning after a night."""
    _, schedule = backend.schedule()
    count = (selection.last - selection.first).days + (2 if selection.is_over_midnight else 1)
    return timeline.days(schedule, selection.first, count)


def _whole(asked: Asked, figures: Figures) -> WholeUsage:
    plain = tuple(
        Department(
            count=each.count,
            mark=each.mark,
            department=each.department,
            base=each.base,
            percent=each.percent,
            seen=each.seen,
            percent_of_seen=each.percent_of_seen,
        )
        for each in figures.departments
    )
    return with_more(WholeUsage, asked, figures.usage, departments=plain, services=figures.services)


def _own(asked: Asked, figures: Figures, department: str) -> OwnUsage:
    """What a head sees: the one department, and how far the figures can be relied on."""
    whole = figures.usage
    return with_more(
        OwnUsage,
        asked,
        small_cell=whole.small_cell,
        departments=tuple(each for each in figures.departments if each.department == department),
        coverage=HeadCoverage(
            whole.coverage.watched_percent,
            whole.coverage.gaps,
            whole.coverage.data,
            whole.coverage.little_watched,
            whole.coverage.little_known,
        ),
    )
