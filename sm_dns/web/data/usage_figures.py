"""The figures of a selection, out of the store, as they are answered: what `FigureCache` keeps.

Everything is computed for the whole agency at once, for only so are small numbers kept back without gaps; what a
head of department gets is cut out of it by `view_usage`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import NamedTuple

from sm_dns.admin.service_names import unrecorded
from sm_dns.builder.monitoring import monitoring_plan
from sm_dns.monitor.disclosure.periods import parse_period
from sm_dns.monitor.disclosure.rounding import Rounding
from sm_dns.monitor.figures import figures
from sm_dns.monitor.figures.basis import Basis
from sm_dns.monitor.figures.compliance import compliance
from sm_dns.monitor.figures.released import released_departments, released_usage
from sm_dns.monitor.model import DepartmentReport, ServiceCounts, UsageReport
from sm_dns.monitor.selection import Selection
from sm_dns.monitor.store.database import Database
from sm_dns.monitor.store.error import StoreError
from sm_dns.monitor.store.store import Store
from sm_dns.reporting.basis import basis_on
from sm_dns.reporting.headcounts import whole_headcount
from sm_dns.util.errors import BadInput
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


def computing(backend: Backend) -> Callable[[Wanted], Figures]:
    """What computes figures. Raises `BadInput`, of a store that cannot be read too."""

    def compute(wanted: Wanted) -> Figures:
        settings = backend.settings()
        _, schedule = backend.schedule()
        basis = basis_on(settings, schedule, whole_headcount(settings.monitoring), backend.true_now())
        try:
            with (
                closing(Store(monitoring_plan(settings).store, create=False)) as store,
                store.reading() as database,
            ):
                if wanted.rounded:
                    made = _rounded(database, wanted.selection, basis, backend.rounding())
                else:
                    made = _exact(database, wanted.selection, basis)
        except StoreError as error:
            raise BadInput("the store cannot be read: {reason}", reason=error) from error
        return Figures(
            usage_answer(made.usage, unrecorded(settings)),
            departments_answer(made.departments),
            made.services,
        )

    return compute


class _Made(NamedTuple):
    """The three tables of a selection before they are answered."""

    usage: UsageReport
    departments: DepartmentReport
    services: tuple[ServiceQueries, ...]


def _exact(database: Database, selection: Selection, basis: Basis) -> _Made:
    """For the administrator: small numbers of each table are kept back, and what would give them away."""
    return _Made(
        figures.usage(database, selection, basis),
        figures.departments(database, selection, basis),
        tuple(
            ServiceQueries(each.category, each.service, **each.by_outcome)
            for each in _queries(database, selection, basis)
        ),
    )


def _rounded(database: Database, selection: Selection, basis: Basis, rounding: Rounding) -> _Made:
    """For others: every number of persons is rounded, and every number of queries."""
    services = tuple(
        ServiceQueries(
            each.category,
            each.service,
            **{
                outcome: rounding.events(f"{each.service} {outcome}", count).count
                for outcome, count in each.by_outcome.items()
                if count is not None
            },
        )
        for each in _queries(database, selection, basis)
    )
    return _Made(
        released_usage(database, selection, basis, rounding),
        released_departments(database, selection, basis, rounding),
        services,
    )


def _queries(database: Database, selection: Selection, basis: Basis) -> tuple[ServiceCounts, ...]:
    """Of every service, whatever categories the selection has."""
    return compliance(database, replace(selection, categories=()), basis).services
