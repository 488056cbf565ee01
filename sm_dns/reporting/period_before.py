"""What a report of a whole day, week, month, quarter or year is compared with: the one before it, asked for alike."""

from __future__ import annotations

from dataclasses import replace

from sm_dns.monitor.comparison import QueriesBefore, VisitorsBefore
from sm_dns.monitor.disclosure.periods import PERIOD_KINDS, period_of
from sm_dns.monitor.figures.before import released_visitors_before, visitors_before
from sm_dns.monitor.figures.compliance import compliance
from sm_dns.monitor.figures.local_hours import span
from sm_dns.monitor.figures.released_compliance import released_compliance
from sm_dns.monitor.model import ComplianceReport
from sm_dns.monitor.selection import Selection
from sm_dns.monitor.store import read
from sm_dns.monitor.store.database import Database
from sm_dns.report.request import Request
from sm_dns.reporting.basis import basis_of
from sm_dns.reporting.rounding import rounding_of
from sm_dns.settings.settings import Settings


def visitors(
    settings: Settings, request: Request, selection: Selection, now: float, database: Database
) -> VisitorsBefore | None:
    """The staff of the period before; None where there is nothing to compare with. now: POSIX seconds.

    Raises `StoreError`, and `BadInput` for a configuration that cannot be.
    """
    former = selection_before(selection, now)
    if former is None:
        return None
    basis = basis_of(settings, request, now)
    if request.rounded:
        return released_visitors_before(database, former, basis, rounding_of(settings))
    return visitors_before(database, former, basis)


def queries(
    settings: Settings, request: Request, selection: Selection, now: float, database: Database
) -> QueriesBefore | None:
    """The queries of the period before; None where there is nothing to compare with. Raises what `visitors` does."""
    former = selection_before(selection, now)
    if former is None:
        return None
    found = kept(settings, request, former, now, database)
    erased = read.erased_in(database, *span(former), ("all",))
    return QueriesBefore(former.first, former.last, found.whole, None if erased else found.coverage)


def kept(
    settings: Settings, request: Request, selection: Selection, now: float, database: Database
) -> ComplianceReport:
    """How the rules were kept in a period. Raises what `visitors` does."""
    basis = basis_of(settings, request, now)
    if request.rounded:
        return released_compliance(database, selection, basis, rounding_of(settings))
    return compliance(database, selection, basis)


def selection_before(selection: Selection, now: float) -> Selection | None:
    """The same of the period before; None for other stretches than a period, and for one that is not over."""
    stretch = (selection.first, selection.last)
    periods = (period_of(kind, selection.first) for kind in PERIOD_KINDS)
    period = next((each for each in periods if (each.first, each.last) == stretch), None)
    if period is None or span(selection).until > now:
        return None
    return replace(selection, first=period.before.first, last=period.before.last)
