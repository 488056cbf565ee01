"""The numbers of the reports, out of a store: RPT-1 usage, RPT-2 departments, RPT-4 coverage."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TypeVar

from sm_dns.monitor.figures.aggregate import Gathered, gather
from sm_dns.monitor.figures.basis import Basis
from sm_dns.monitor.figures.beside import (
    counted_apart,
    counted_by_hours,
    counted_refused,
    counting,
    told_beside,
)
from sm_dns.monitor.figures.by_department import base_of, counts_of, department_counts, refusals
from sm_dns.monitor.figures.coverage import coverage_alone, coverage_of, everything_in
from sm_dns.monitor.figures.local_hours import Span, converter, span
from sm_dns.monitor.figures.rounding import percent, ratio
from sm_dns.monitor.figures.selecting import chosen, counted_hours, selected_days
from sm_dns.monitor.figures.unwatched import of_day, of_days, of_heat, unwatched_days
from sm_dns.monitor.model import (
    BandFigure,
    Cell,
    Coverage,
    DayFigure,
    DepartmentFigure,
    DepartmentReport,
    HeatRow,
    Refusal,
    Share,
    UsageReport,
)
from sm_dns.monitor.selection import Selection
from sm_dns.monitor.store import read
from sm_dns.monitor.store.database import Database
from sm_dns.monitor.suppression.departments import Cells, Counts, suppress, whole_staff
from sm_dns.monitor.suppression.line import PROTECTED, crossing, line, small
from sm_dns.monitor.suppression.seen import Presence, seen_by_day, seen_by_department
from sm_dns.util.errors import BadInput

V = TypeVar("V")


def usage(
    database: Database,
    selection: Selection,
    basis: Basis,
) -> UsageReport:
    """RPT-1 (UMP paragraph 2).

    Raises `StoreError`; `BadInput` for a selection that cannot be, a count above the base, and a range of which is
    erased already who asked.
    """
    days, limit = selected_days(selection, basis.is_working), basis.small_cell
    found, roster, everything, coverage = gathered(database, selection, days, basis)
    hours = counted_by_hours(found, selection, basis.hour_kind)
    cells = whole_staff(counts_of(found, ~0, None), found.band, limit, [each.stretch for each in hours])
    line = counting(database, span(selection), selection, found, everything, roster)
    refused = counted_refused(selection, line)
    apart = counted_apart(database, selection, line)
    table = department_counts(found, roster, selection, days, basis)
    shown = suppress(table, found.band, limit)
    unwatched = unwatched_days(days, coverage, everything, converter(selection))
    working = [
        found.by_day[day].bit_count() for day in days if basis.is_working(day) and day not in unwatched
    ]
    return UsageReport(
        selection=selection,
        total=_total(found, base_of(basis.headcount, selection, days), limit),
        per_day=tuple(of_day(each, unwatched) for each in _day_figures(found, basis, cells)),
        mean_per_working_day=ratio(sum(working), len(working)) if working else None,
        per_band=_band_figures(found, selection, cells),
        heat=tuple(of_heat(each, unwatched) for each in _heat(found, selection, cells, limit)),
        beside=told_beside([*hours, *refused, *apart], limit),
        refused=refusals(refused, roster, table, shown, _seen(table, shown, limit), limit),
        unmapped=found.unmapped.bit_count(),
        queries=found.queries,
        small_cell=limit,
        coverage=coverage,
    )


def departments(database: Database, selection: Selection, basis: Basis) -> DepartmentReport:
    """RPT-2. Each department of which the number of staff is known has a line, without users too.

    Raises what `usage` raises.
    """
    days, limit = selected_days(selection, basis.is_working), basis.small_cell
    found, roster, everything, coverage = gathered(database, selection, days, basis)
    unwatched = unwatched_days(days, coverage, everything, converter(selection))
    table = department_counts(found, roster, selection, days, basis)
    for name, counts in table.items():
        _check_base(name, counts)
    together = whole_staff(counts_of(found, ~0, None), found.band, limit)
    shown = suppress(table, found.band, limit)
    seen = _seen(table, shown, limit)
    line = counting(database, span(selection), selection, found, everything, roster)
    lines = counted_refused(selection, line)
    refused = refusals(lines, roster, table, shown, seen, limit)
    return DepartmentReport(
        selection=selection,
        total=_total(found, base_of(basis.headcount, selection, days), limit),
        days=tuple(of_day(each, unwatched) for each in _day_figures(found, basis, together)),
        bands=_band_figures(found, selection, together),
        departments=tuple(
            replace(
                _department(name, counts, selection, shown[name], seen[name], refused[name]),
                per_day=of_days(days, shown[name].days, unwatched),
            )
            for name, counts in table.items()
        ),
        small_cell=limit,
        coverage=coverage,
    )


def coverage(database: Database, selection: Selection, *, now: float = math.inf) -> Coverage:
    """RPT-4 alone. Raises `StoreError`, and `BadInput` for a selection that cannot be."""
    return coverage_alone(database, span(selection), now)


def gathered(
    database: Database, selection: Selection, days: list[date], basis: Basis
) -> tuple[Gathered, read.Roster, read.Presence, Coverage]:
    when = span(selection)
    _refuse_erased(database, when)
    roster = read.roster(database)
    presence = read.presence(database, *when, chosen(selection, visits_only=True))
    everything = everything_in(database, when)
    counts = counted_hours(selection, basis.hour_kind)
    found = gather(presence, everything, roster, selection, days, converter(selection), counts)
    return found, roster, everything, coverage_of(database, when, roster, everything, basis.now)


def is_erased(database: Database, when: Span) -> bool:
    """Whether who asked is disposed of in a part of a range, so that staff cannot be counted over it."""
    return bool(read.erased_in(database, *when, ("raw", "all")))


def _refuse_erased(database: Database, when: Span) -> None:
    if is_erased(database, when):
        raise BadInput(
            "who asked is erased already (retention) in a part of the range: distinct staff can be counted only over "
            "a range that is kept whole; the reports filed at the time hold the figure"
        )


def _seen(table: Mapping[str, Counts], shown: Mapping[str, Cells], limit: int) -> dict[str, Cell]:
    return seen_by_department(
        {name: Presence(each.seen, each.whole, shown[name].whole, each.base) for name, each in table.items()},
        limit,
    )


def _total(found: Gathered, base: int | None, limit: int) -> Share:
    """Where the figure is small, how many were seen bounds it, and is kept back too."""
    count, seen = found.staff.bit_count(), found.seen.bit_count()
    share = percent(count, base)  # checks the base, whatever is shown
    if small(count, limit):
        return Share(None, base, None, None, None, "small", "protect")
    if small(seen, limit):
        return Share(count, base, share, None, None, "", "small")
    return Share(count, base, share, seen, percent(count, seen))


def _check_base(name: str, counts: Counts) -> None:
    if counts.base is not None and max(counts.whole, *counts.hours) > counts.base:
        # Without the count: it may be one that must not be shown.
        raise BadInput(
            "department {name!r}: more staff were counted than its base of {base}",
            name=name,
            base=counts.base,
        )


def _department(
    name: str, counts: Counts, selection: Selection, cells: Cells, seen: Cell, refused: tuple[Refusal, ...]
) -> DepartmentFigure:
    count = cells.whole.count
    return DepartmentFigure(
        department=name,
        staff=cells.whole,
        base=counts.base,
        percent=None if count is None else percent(count, counts.base),
        seen=seen,
        percent_of_seen=_of_seen(cells.whole, seen),
        per_day=cells.days,
        per_band=by_clock(selection, cells.hours),
        refused=refused,
    )


def _of_seen(staff: Cell, seen: Cell) -> Decimal | None:
    """Nothing beside a count that is kept back."""
    return None if staff.count is None or seen.count is None else percent(staff.count, seen.count)


def _day_figures(found: Gathered, basis: Basis, cells: Cells) -> tuple[DayFigure, ...]:
    present = [day.bit_count() for day in found.seen_by_day.values()]
    seen = seen_by_day(found.seen.bit_count(), present, cells.days, basis.small_cell)
    return tuple(
        _day_figure(day, basis.is_working(day), basis.headcount.on(day), *pair)
        for day, *pair in zip(found.seen_by_day, cells.days, seen, strict=True)
    )


def _day_figure(day: date, working: bool, base: int | None, staff: Cell, seen: Cell) -> DayFigure:
    is_within = staff.count is not None and base is not None and staff.count <= base
    return DayFigure(
        day=day,
        working=working,
        staff=staff,
        base=base,
        percent=percent(staff.count or 0, base) if is_within else None,
        seen=seen,
        percent_of_seen=_of_seen(staff, seen),
    )


def _band_figures(found: Gathered, selection: Selection, cells: Cells) -> tuple[BandFigure, ...]:
    hours = by_clock(selection, tuple(zip(cells.hours, found.unmapped_by_hour, strict=True)))
    return tuple(BandFigure(hour, cell, unmapped.bit_count()) for hour, (cell, unmapped) in enumerate(hours))


def by_clock(selection: Selection, hours: tuple[V, ...]) -> tuple[V, ...]:
    """What stands in the order of the report's day, from midnight on."""
    return tuple(hours[selection.place(hour)] for hour in range(24))


def _heat(found: Gathered, selection: Selection, cells: Cells, limit: int) -> tuple[HeatRow, ...]:
    """Each cell lies on the line of its hour, and, where it counts, on that of its day; both may keep it back."""
    table = [[each.bit_count() for each in hours] for hours in found.by_day_hour.values()]
    columns = [
        _line(cell, found.by_hour[hour].bit_count(), [row[hour] for row in table], limit)
        for hour, cell in enumerate(cells.hours)
    ]
    rows = []
    for at, day in enumerate(found.by_day):
        row = [column[at] for column in columns]
        places = found.places[day]
        parts = [table[at][place] for place in places]
        across = _line(cells.days[at], found.by_day[day].bit_count(), parts, limit)
        for place, shown in zip(places, across, strict=True):
            row[place] = crossing(row[place], shown)
        rows.append(HeatRow(day, by_clock(selection, tuple(row))))
    return tuple(rows)


def _line(shown: Cell, whole: int, parts: list[int], limit: int) -> list[Cell]:
    """The parts of a count; all kept back where it is itself, whoever of them is nobody."""
    if shown.count is None:
        return [PROTECTED] * len(parts)
    return line(whole, parts, limit)
