"""The numbers of the reports, out of a store: RPT-1 usage, RPT-2 departments, RPT-3 compliance, RPT-4 coverage."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from sm_dns.monitor.figures.aggregate import Gathered, gather
from sm_dns.monitor.figures.coverage import coverage_of
from sm_dns.monitor.figures.local_hours import Span, converter, dates, span
from sm_dns.monitor.figures.rounding import percent, ratio
from sm_dns.monitor.model import (
    OUTCOMES,
    UNKNOWN_DEPARTMENT,
    BandFigure,
    CategoryCounts,
    Cell,
    ComplianceReport,
    Coverage,
    DayCounts,
    DayFigure,
    DepartmentFigure,
    DepartmentReport,
    ExemptionUse,
    HeatRow,
    Selection,
    ServiceCounts,
    Share,
    UsageReport,
)
from sm_dns.monitor.store import read
from sm_dns.monitor.store.database import Database
from sm_dns.monitor.suppression.departments import Cells, Counts, suppress, whole_staff
from sm_dns.monitor.suppression.line import crossing, line
from sm_dns.util.errors import BadInput

BYPASS = "bypass"

IsWorking = Callable[[date], bool]
V = TypeVar("V")


def usage(
    database: Database,
    selection: Selection,
    *,
    base: int | None,
    is_working: IsWorking,
    small_cell: int,
    now: float = math.inf,
) -> UsageReport:
    """RPT-1 (UMP paragraph 2). `base`: how many staff there are; `is_working`: the class of a local date.

    `now` (POSIX seconds): what is after it is not missing in the coverage.

    Raises `StoreError`; `BadInput` for a selection that cannot be, a count above the base, and a range of which is
    erased already who asked.
    """
    days = _days(selection, is_working)
    found, _, coverage = _gathered(database, selection, days, now)
    cells = whole_staff(_counts(found, ~0, None), selection.band, small_cell)
    count = found.staff.bit_count()
    working = [found.by_day[day].bit_count() for day in days if is_working(day)]
    return UsageReport(
        selection=selection,
        total=Share(count, base, percent(count, base)),
        per_day=_day_figures(days, is_working, cells),
        mean_per_working_day=ratio(sum(working), len(working)) if working else None,
        per_band=_band_figures(found, selection, cells),
        heat=_heat(found, selection, cells, small_cell),
        unmapped=found.unmapped.bit_count(),
        queries=found.queries,
        small_cell=small_cell,
        coverage=coverage,
    )


def departments(
    database: Database,
    selection: Selection,
    *,
    base: int | None,
    bases: Mapping[str, int],
    is_working: IsWorking,
    small_cell: int,
    now: float = math.inf,
) -> DepartmentReport:
    """RPT-2. `bases`: how many staff each department has, where that is known; it has a line without users too.

    Raises what `usage` raises.
    """
    days = _days(selection, is_working)
    found, roster, coverage = _gathered(database, selection, days, now)
    names = sorted({*bases, *roster.departments}, key=lambda name: (name == UNKNOWN_DEPARTMENT, name))
    table = {name: _counts(found, roster.departments.get(name, 0), bases.get(name)) for name in names}
    unknown = table.get(UNKNOWN_DEPARTMENT)
    if unknown is not None and not any(unknown.hours) and UNKNOWN_DEPARTMENT not in bases:
        del table[UNKNOWN_DEPARTMENT]
    for name, counts in table.items():
        _check_base(name, counts)
    together = whole_staff(_counts(found, ~0, None), selection.band, small_cell)
    shown = suppress(table, selection.band, small_cell)
    count = found.staff.bit_count()
    return DepartmentReport(
        selection=selection,
        total=Share(count, base, percent(count, base)),
        days=_day_figures(days, is_working, together),
        bands=_band_figures(found, selection, together),
        departments=tuple(
            _department(name, counts, selection, shown[name]) for name, counts in table.items()
        ),
        small_cell=small_cell,
        coverage=coverage,
    )


def compliance(
    database: Database, selection: Selection, *, is_working: IsWorking, now: float = math.inf
) -> ComplianceReport:
    """RPT-3: queries (not persons, not visits only) by category, service, day and exemption. Raises `StoreError`,
    and `BadInput` for a selection that cannot be."""
    days = set(_days(selection, is_working))
    when = span(selection)
    local, band = converter(selection), selection.band
    by_category: dict[str, dict[str, int]] = defaultdict(_no_outcomes)
    by_service: dict[tuple[str, str], dict[str, int]] = defaultdict(_no_outcomes)
    by_day: dict[date, dict[str, int]] = {day: _no_outcomes() for day in sorted(days)}
    exemptions: dict[str, int] = defaultdict(int)
    exempted: dict[str, set[str]] = defaultdict(set)
    for label, hours in read.queries(database, *when, _chosen(selection, visits_only=False)).items():
        total = 0
        for at, queries in hours:
            day, hour = local(at)
            if band.start <= selection.place(hour) < band.stop and day in days:
                by_day[day][label.outcome] += queries
                total += queries
        if not total:
            continue
        by_category[label.category][label.outcome] += total
        by_service[label.category, label.service][label.outcome] += total
        if label.exemption:
            exemptions[label.exemption] += total
            exempted[label.exemption].add(label.service)
    return ComplianceReport(
        selection=selection,
        categories=tuple(CategoryCounts(name, table) for name, table in sorted(by_category.items())),
        services=tuple(ServiceCounts(*names, table) for names, table in sorted(by_service.items())),
        per_day=tuple(DayCounts(day, is_working(day), table) for day, table in by_day.items()),
        exemptions=tuple(
            ExemptionUse(name, queries, tuple(sorted(exempted[name])))
            for name, queries in sorted(exemptions.items())
        ),
        bypass=CategoryCounts(BYPASS, by_category.get(BYPASS, _no_outcomes())),
        coverage=coverage_of(database, when, read.roster(database), now),
    )


def coverage(database: Database, selection: Selection, *, now: float = math.inf) -> Coverage:
    """RPT-4 alone. Raises `StoreError`, and `BadInput` for a selection that cannot be."""
    return coverage_of(database, span(selection), read.roster(database), now)


def _gathered(
    database: Database, selection: Selection, days: list[date], now: float
) -> tuple[Gathered, read.Roster, Coverage]:
    when = span(selection)
    _refuse_erased(database, when)
    roster = read.roster(database)
    presence = read.presence(database, *when, _chosen(selection, visits_only=True))
    found = gather(presence, roster, selection, days, converter(selection))
    return found, roster, coverage_of(database, when, roster, now)


def _refuse_erased(database: Database, when: Span) -> None:
    erased = read.erased_in(database, *when, ("raw", "all"))
    if erased:
        raise BadInput(
            "who asked is erased already (retention) in a part of the range: distinct staff can be counted only over "
            "a range that is kept whole; the reports filed at the time hold the figure"
        )


def _days(selection: Selection, is_working: IsWorking) -> list[date]:
    span(selection)  # refuses what is no range before anybody walks through it
    return [day for day in dates(selection) if selection.days == "all" or is_working(day)]


def _chosen(selection: Selection, *, visits_only: bool) -> Callable[[read.Label], bool]:
    services, outcomes = set(selection.services), set(selection.outcomes)
    unknown = outcomes - set(OUTCOMES)
    if unknown:
        raise BadInput(
            "there is no decision {unknown!r}; there are: {outcomes}",
            unknown=min(unknown),
            outcomes=", ".join(OUTCOMES),
        )

    def chosen(label: read.Label) -> bool:
        return (
            (label.visit or not visits_only)
            and label.outcome in outcomes
            and (not services or label.service in services)
        )

    return chosen


def _counts(found: Gathered, members: int, base: int | None) -> Counts:
    """The numbers of some staff, given as a set."""
    return Counts(
        (found.staff & members).bit_count(),
        tuple((day & members).bit_count() for day in found.by_day.values()),
        tuple((hour & members).bit_count() for hour in found.by_hour),
        base,
    )


def _check_base(name: str, counts: Counts) -> None:
    if counts.base is not None and max(counts.whole, *counts.hours) > counts.base:
        # Without the count: it may be one that must not be shown.
        raise BadInput(
            "department {name!r}: more staff were counted than its base of {base}",
            name=name,
            base=counts.base,
        )


def _department(name: str, counts: Counts, selection: Selection, cells: Cells) -> DepartmentFigure:
    count = cells.whole.count
    return DepartmentFigure(
        department=name,
        staff=cells.whole,
        base=counts.base,
        percent=None if count is None else percent(count, counts.base),
        per_day=cells.days,
        per_band=_by_clock(selection, cells.hours),
    )


def _day_figures(days: list[date], is_working: IsWorking, cells: Cells) -> tuple[DayFigure, ...]:
    return tuple(DayFigure(day, is_working(day), cell) for day, cell in zip(days, cells.days, strict=True))


def _band_figures(found: Gathered, selection: Selection, cells: Cells) -> tuple[BandFigure, ...]:
    hours = _by_clock(selection, tuple(zip(cells.hours, found.unmapped_by_hour, strict=True)))
    return tuple(BandFigure(hour, cell, unmapped.bit_count()) for hour, (cell, unmapped) in enumerate(hours))


def _by_clock(selection: Selection, hours: tuple[V, ...]) -> tuple[V, ...]:
    """What stands in the order of the report's day, from midnight on."""
    return tuple(hours[selection.place(hour)] for hour in range(24))


def _heat(found: Gathered, selection: Selection, cells: Cells, limit: int) -> tuple[HeatRow, ...]:
    """Each cell lies on the line of its hour, and inside the band on that of its day; both may keep it back."""
    table = [[each.bit_count() for each in hours] for hours in found.by_day_hour.values()]
    columns = [
        _line(cell, found.by_hour[hour].bit_count(), [row[hour] for row in table], limit)
        for hour, cell in enumerate(cells.hours)
    ]
    rows = []
    for at, day in enumerate(found.by_day):
        row = [column[at] for column in columns]
        band = selection.band
        across = _line(cells.days[at], found.by_day[day].bit_count(), table[at][band], limit)
        row[band] = [crossing(*pair) for pair in zip(row[band], across, strict=True)]
        rows.append(HeatRow(day, _by_clock(selection, tuple(row))))
    return tuple(rows)


def _line(shown: Cell, whole: int, parts: list[int], limit: int) -> list[Cell]:
    """The parts of a count; all kept back where it is itself."""
    if shown.count is None:
        return [shown] * len(parts)
    return line(whole, parts, limit)


def _no_outcomes() -> dict[str, int]:
    return dict.fromkeys(OUTCOMES, 0)
