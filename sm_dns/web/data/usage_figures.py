"""The figures of a selection, out of the store, as they are answered: what `FigureCache` keeps.

Everything is computed for the whole agency at once, for only so are small numbers kept back without gaps; what a
head of department gets is cut out of it by `view_usage`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache, partial
from typing import NamedTuple

from sm_dns.admin.service_names import unrecorded
from sm_dns.builder.monitoring import monitoring_plan
from sm_dns.monitor.disclosure.periods import parse_period
from sm_dns.monitor.disclosure.rounding import Rounding
from sm_dns.monitor.figures import figures
from sm_dns.monitor.figures.compliance import compliance
from sm_dns.monitor.figures.released import released_departments, released_usage
from sm_dns.monitor.figures.selecting import IsWorking, KindOfHour
from sm_dns.monitor.headcount import Headcount
from sm_dns.monitor.model import ServiceCounts
from sm_dns.monitor.selection import Selection
from sm_dns.monitor.store.database import Database
from sm_dns.monitor.store.error import StoreError
from sm_dns.monitor.store.store import Store
from sm_dns.policy.work_hours import hour_kind
from sm_dns.reporting.headcounts import department_headcounts, whole_headcount
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput
from sm_dns.web.data import timeline
from sm_dns.web.data.backend import Backend
from sm_dns.web.data.usage import Figures, ServiceQueries, departments_answer, usage_answer


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for, and whether it is shown rounded (PRIV-3). period: its name; "" for free dates."""

    selection: Selection
    rounded: bool
    period: str = ""

    @property
    def before(self) -> Wanted:
        """The same of the period before, or of as many days. Raises `BadInput` before the year 1."""
        if self.period:
            period = parse_period(self.period).before
            return self._of(period.first, period.last, period.name)
        first, last = self.selection.first, self.selection.last
        days = (last - first).days + 1
        if first.toordinal() <= days:
            raise BadInput("there is no period before {name}", name=first)
        return self._of(first - timedelta(days=days), first - timedelta(days=1), "")

    def _of(self, first: date, last: date, period: str) -> Wanted:
        return Wanted(replace(self.selection, first=first, last=last), self.rounded, period)


class _Given(NamedTuple):
    """What the figures need beside the store."""

    settings: Settings
    headcount: Headcount
    headcounts: Mapping[str, Headcount]
    is_working: IsWorking
    hour_kind: KindOfHour
    now: float


def computing(backend: Backend) -> Callable[[Wanted], Figures]:
    """What computes figures. Raises `BadInput`, of a store that cannot be read too."""

    def compute(wanted: Wanted) -> Figures:
        given = _given(backend)
        try:
            with (
                closing(Store(monitoring_plan(given.settings).store, create=False)) as store,
                store.reading() as database,
            ):
                if wanted.rounded:
                    return _rounded(database, wanted.selection, given, backend.rounding())
                return _exact(database, wanted.selection, given)
        except StoreError as error:
            raise BadInput("the store cannot be read: {reason}", reason=error) from error

    return compute


def _given(backend: Backend) -> _Given:
    settings = backend.settings()
    _, schedule = backend.schedule()
    return _Given(
        settings=settings,
        headcount=whole_headcount(settings.monitoring),
        headcounts=department_headcounts(settings.monitoring),
        is_working=partial(timeline.is_working, schedule),
        hour_kind=cache(partial(hour_kind, schedule)),
        now=backend.true_now(),
    )


def _exact(database: Database, selection: Selection, given: _Given) -> Figures:
    """For the administrator: small numbers of each table are kept back, and what would give them away."""
    usage = figures.usage(
        database,
        selection,
        headcount=given.headcount,
        is_working=given.is_working,
        hour_kind=given.hour_kind,
        small_cell=given.settings.monitoring.small_cell,
        now=given.now,
    )
    departments = figures.departments(
        database,
        selection,
        headcount=given.headcount,
        headcounts=given.headcounts,
        is_working=given.is_working,
        hour_kind=given.hour_kind,
        small_cell=given.settings.monitoring.small_cell,
        now=given.now,
    )
    services = tuple(
        ServiceQueries(each.category, each.service, **each.by_outcome)
        for each in _queries(database, selection, given)
    )
    return Figures(usage_answer(usage, unrecorded(given.settings)), departments_answer(departments), services)


def _rounded(database: Database, selection: Selection, given: _Given, rounding: Rounding) -> Figures:
    """For others: every number of persons is rounded, and every number of queries."""
    usage = released_usage(
        database,
        selection,
        headcount=given.headcount,
        is_working=given.is_working,
        hour_kind=given.hour_kind,
        rounding=rounding,
        now=given.now,
    )
    departments = released_departments(
        database,
        selection,
        headcount=given.headcount,
        headcounts=given.headcounts,
        is_working=given.is_working,
        hour_kind=given.hour_kind,
        rounding=rounding,
        now=given.now,
    )
    services = tuple(
        ServiceQueries(
            each.category,
            each.service,
            **{
                outcome: rounding.events(f"{each.service} {outcome}", count).count
                for outcome, count in each.by_outcome.items()
            },
        )
        for each in _queries(database, selection, given)
    )
    return Figures(usage_answer(usage, unrecorded(given.settings)), departments_answer(departments), services)


def _queries(database: Database, selection: Selection, given: _Given) -> tuple[ServiceCounts, ...]:
    """Of every service, whatever categories the selection has."""
    found = compliance(
        database,
        replace(selection, categories=()),
        is_working=given.is_working,
        hour_kind=given.hour_kind,
        now=given.now,
    )
    return found.services
