"""The staff of each department: the counts of a table, and who was refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sm_dns.monitor.figures.aggregate import Gathered
from sm_dns.monitor.figures.basis import Basis
from sm_dns.monitor.figures.beside import Counted
from sm_dns.monitor.headcount import Headcount
from sm_dns.monitor.model import UNKNOWN_DEPARTMENT, Cell, Refusal
from sm_dns.monitor.selection import Selection
from sm_dns.monitor.store.read import Roster
from sm_dns.monitor.suppression.departments import Cells, Counts
from sm_dns.monitor.suppression.refused import refused_by_department


def base_of(headcount: Headcount, selection: Selection, days: list[date]) -> int | None:
    """How many staff a period is measured by."""
    return headcount.over(selection.first, selection.last, days).number


def counts_of(found: Gathered, members: int, base: int | None) -> Counts:
    """The numbers of some staff, given as a set."""
    return Counts(
        (found.staff & members).bit_count(),
        tuple((day & members).bit_count() for day in found.by_day.values()),
        tuple((hour & members).bit_count() for hour in found.by_hour),
        base,
        (found.seen & members).bit_count(),
    )


def names_of(basis: Basis, roster: Roster) -> list[str]:
    """Every department of which there is staff, or a number of staff; the unknown one last."""
    return sorted(
        {*basis.headcounts, *roster.departments}, key=lambda name: (name == UNKNOWN_DEPARTMENT, name)
    )


def department_counts(
    found: Gathered, roster: Roster, selection: Selection, days: list[date], basis: Basis
) -> dict[str, Counts]:
    """Of each department that has a line, before anything is kept back."""
    table = {}
    for name in names_of(basis, roster):
        known = basis.headcounts.get(name)
        base = None if known is None else base_of(known, selection, days)
        counts = counts_of(found, roster.departments.get(name, 0), base)
        if name != UNKNOWN_DEPARTMENT or counts.seen or base is not None:
            table[name] = counts
    return table


def refusals(
    lines: Iterable[Counted],
    roster: Roster,
    table: Mapping[str, Counts],
    shown: Mapping[str, Cells],
    seen: Mapping[str, Cell],
    limit: int,
) -> dict[str, tuple[Refusal, ...]]:
    """Who of each department was refused. lines: the staff of each outcome. shown, seen: what is told beside it."""
    open_ones = {
        name for name in table if shown[name].whole.count is not None and seen[name].count is not None
    }
    told: dict[str, tuple[Refusal, ...]] = dict.fromkeys(table, ())
    for each in lines:
        counts = {name: (each.staff & roster.departments.get(name, 0)).bit_count() for name in table}
        cells = refused_by_department(
            counts, {name: one.seen for name, one in table.items()}, open_ones, limit
        )
        told = {name: (*before, Refusal(each.name, cells[name])) for name, before in told.items()}
    return told
