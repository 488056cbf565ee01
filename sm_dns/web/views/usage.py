"""Usage: who may see which figures of which days."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Annotated

from sm_dns.monitor.selection import Selection
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, did_you_mean
from sm_dns.util.schema_notes import Date, one_of, says
from sm_dns.util.with_more import with_more
from sm_dns.web.auth.roles import READERS, Person, Refused, department_of
from sm_dns.web.data import timeline
from sm_dns.web.data.backend import Backend
from sm_dns.web.data.figure_cache import FigureCache, Kept
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
from sm_dns.web.views.usage_change import Change, change
from sm_dns.web.views.usage_selection import DECISIONS, offered, wanted


@dataclass(frozen=True)
class Asked:
    """What was asked for, without the figures: they are still computed."""

    period: Annotated[str, says("the period that was asked for; empty for free dates")]
    rounded: Annotated[bool, says("whether numbers are rounded to multiples of `small_cell`, few being null")]
    periods: Annotated[tuple[str, ...], says("periods that are over, to choose from")]
    governed: Annotated[tuple[str, ...], says("categories to choose from")]
    first: Date
    last: Date
    hours: Annotated[str, says("whether working hours count, or the band"), one_of("working", "band")]
    start_hour: int
    end_hour: int
    before: Annotated[str, says("the period that `change` compares with, or its dates with a stroke between")]
    service: Annotated[str, says("id of the only service; empty for all")]
    service_name: str
    categories: Annotated[tuple[str, ...], says("of which any counts; empty for all")]
    decision: Annotated[str, says("what became of it; empty for anything"), one_of("", *DECISIONS)]
    department: Annotated[str, says("the only one that is shown; empty for all")]
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
    change: Change


@dataclass(frozen=True)
class OwnUsage(Asked):
    """The figures of one department."""

    small_cell: int
    departments: Annotated[tuple[OwnDepartment, ...], says("the one; empty where nobody of it was seen")]
    coverage: HeadCoverage
    change: Change


Usage = Asked | WholeUsage | OwnUsage


def usage(cache: FigureCache[Wanted, Figures], wait: float) -> Callable[[Backend, Person, Values], Usage]:
    """The view, which waits for figures at most `wait` seconds; `pending` where they are still computed."""

    def view(backend: Backend, person: Person, values: Values) -> Usage:
        asks, department = wanted(backend, person, values), _department(person, values["department"])
        selection = asks.selection
        backend.budget.spend(person, (asks, department), (asks.before, department))
        asked = _asked(backend, asks, values["decision"], department)
        looked = asdict(asked)
        for name in ("timezone", "pending", "timetable", "periods", "governed", "service_name"):
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
        goes_on = selection.last >= _today(backend)
        before = None if goes_on else _if_not_busy(cache, asks.before, wait)
        changed = change(kept.value, before, asked.before, department, goes_on=goes_on)
        if not department:
            return _whole(asked, kept.value, changed)
        if person.role in READERS:
            _check_department(department, kept.value)
        return _own(asked, kept.value, changed)

    return view


def _department(person: Person, wanted: str) -> str:
    """The only department that is shown, "" for all. Raises `Refused` for a head who asks for another."""
    own = department_of(person)
    if own is None:
        return wanted
    if wanted not in ("", own):
        raise Refused(403, "the figures of another department are not yours to see")
    return own


def _check_department(department: str, figures: Figures) -> None:
    known = [each.department for each in figures.departments]
    if department not in known:
        said = Message("there is no department {name!r}", name=department)
        raise BadInput(did_you_mean(said, department, known))


def _if_not_busy(cache: FigureCache[Wanted, Figures], asks: Wanted, wait: float) -> Kept[Figures] | None:
    """What is kept of the period before; a page does without it where too much is computed already."""
    try:
        return cache.get(asks, wait)
    except Refused:
        return None


def _today(backend: Backend) -> date:
    _, schedule = backend.schedule()
    return timeline.today(schedule, backend.now())


def _asked(backend: Backend, asks: Wanted, decision: str, department: str) -> Asked:
    selection, before = asks.selection, asks.before
    service = selection.services[0] if selection.services else ""
    return Asked(
        period=asks.period,
        rounded=asks.rounded,
        periods=offered(_today(backend)),
        governed=tuple(each.name for each in backend.settings().all_categories if each.action != "allow"),
        first=selection.first.isoformat(),
        last=selection.last.isoformat(),
        hours=selection.hours,
        categories=selection.categories,
        start_hour=selection.band_start,
        end_hour=selection.band_end,
        before=before.period or f"{before.selection.first}/{before.selection.last}",
        service=service,
        service_name=backend.service_name(service) if service else "",
        decision=decision,
        department=department,
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


def _whole(asked: Asked, figures: Figures, changed: Change) -> WholeUsage:
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
    return with_more(
        WholeUsage, asked, figures.usage, departments=plain, services=figures.services, change=changed
    )


def _own(asked: Asked, figures: Figures, changed: Change) -> OwnUsage:
    """What a head sees: the one department, and how far the figures can be relied on."""
    whole = figures.usage
    return with_more(
        OwnUsage,
        asked,
        small_cell=whole.small_cell,
        departments=tuple(each for each in figures.departments if each.department == asked.department),
        coverage=HeadCoverage(
            whole.coverage.watched_percent,
            whole.coverage.gaps,
            whole.coverage.data,
            whole.coverage.little_watched,
            whole.coverage.little_known,
        ),
        change=changed,
    )
