"""The staff of a period without its days and hours, for the report of the period after it."""

from __future__ import annotations

from sm_dns.monitor.comparison import VisitorsBefore
from sm_dns.monitor.disclosure.rounding import Rounding
from sm_dns.monitor.figures.basis import Basis
from sm_dns.monitor.figures.by_department import department_counts
from sm_dns.monitor.figures.figures import gathered, is_erased
from sm_dns.monitor.figures.local_hours import span
from sm_dns.monitor.figures.released import members_of, released_coverage
from sm_dns.monitor.figures.selecting import selected_days
from sm_dns.monitor.model import Cell
from sm_dns.monitor.selection import Selection
from sm_dns.monitor.store.database import Database
from sm_dns.monitor.suppression.departments import suppress
from sm_dns.monitor.suppression.line import small


def visitors_before(database: Database, selection: Selection, basis: Basis) -> VisitorsBefore:
    """As `figures.usage` and `figures.departments` show them. Raises `StoreError`."""
    if is_erased(database, span(selection)):
        return _erased(selection)
    days, limit = selected_days(selection, basis.is_working), basis.small_cell
    found, roster, _, coverage = gathered(database, selection, days, basis)
    count = found.staff.bit_count()
    shown = suppress(department_counts(found, roster, selection, days, basis), found.band, limit)
    return VisitorsBefore(
        selection.first,
        selection.last,
        Cell(None, "small") if small(count, limit) else Cell(count),
        {name: cells.whole for name, cells in shown.items()},
        coverage,
    )


def released_visitors_before(
    database: Database, selection: Selection, basis: Basis, rounding: Rounding
) -> VisitorsBefore:
    """As `released_usage` and `released_departments` round them. Raises `StoreError`."""
    if is_erased(database, span(selection)):
        return _erased(selection)
    days = selected_days(selection, basis.is_working)
    found, roster, everything, coverage = gathered(database, selection, days, basis)
    return VisitorsBefore(
        selection.first,
        selection.last,
        rounding.persons(found.staff),
        {
            name: rounding.persons(found.staff & members)
            for name, members in members_of(found, roster, basis).items()
        },
        released_coverage(coverage, everything, rounding),
    )


def _erased(selection: Selection) -> VisitorsBefore:
    return VisitorsBefore(selection.first, selection.last, Cell(None, "protect"), {}, None)
