"""The numbers of the reports for who is not the administrator: every number of persons rounded (PRIV-3).

The same reports as those of `figures.py`, out of the same sets. Nothing is kept back for the sake of another number,
for rounded ones do not add up; what may be asked is narrowed by whoever asks (`disclosure/periods.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from sm_dns.monitor.disclosure.rounding import Rounding
from sm_dns.monitor.figures.aggregate import Gathered, union
from sm_dns.monitor.figures.basis import Basis
from sm_dns.monitor.figures.beside import Counted, counted_apart, counted_by_hours, counted_refused, counting
from sm_dns.monitor.figures.by_department import base_of, names_of
from sm_dns.monitor.figures.figures import by_clock, gathered
from sm_dns.monitor.figures.local_hours import converter, span
from sm_dns.monitor.figures.selecting import selected_days
from sm_dns.monitor.figures.unwatched import of_day, of_days, of_heat, unwatched_days
from sm_dns.monitor.model import (
    UNKNOWN_DEPARTMENT,
    BandFigure,
    Beside,
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

_COARSE = 5  # percent: what shares of known clients are rounded to


def released_usage(
    database: Database,
    selection: Selection,
    basis: Basis,
    rounding: Rounding,
) -> UsageReport:
    """RPT-1, rounded. Arguments and errors are those of `figures.usage`, but that no base is too small."""
    days = selected_days(selection, basis.is_working)
    found, roster, everything, coverage = gathered(database, selection, days, basis)
    unwatched = unwatched_days(days, coverage, everything, converter(selection))
    hours = counted_by_hours(found, selection, basis.hour_kind)
    line = counting(database, span(selection), selection, found, everything, roster)
    refused = counted_refused(selection, line)
    apart = counted_apart(database, selection, line)
    return UsageReport(
        selection=selection,
        total=_share(found.staff, found.seen, base_of(basis.headcount, selection, days), rounding),
        per_day=tuple(of_day(each, unwatched) for each in _days(found, basis, rounding)),
        mean_per_working_day=None,
        per_band=_hours(found, selection, rounding),
        heat=tuple(
            of_heat(
                HeatRow(day, by_clock(selection, tuple(rounding.persons(hour) for hour in hours))), unwatched
            )
            for day, hours in found.by_day_hour.items()
        ),
        beside=tuple(_beside(each, rounding) for each in [*hours, *refused, *apart]),
        refused={
            name: _refusals(refused, members, rounding)
            for name, members in members_of(found, roster, basis).items()
        },
        unmapped=rounding.persons(found.unmapped).count,
        queries=rounding.events("all", found.queries).count,
        small_cell=rounding.step,
        coverage=released_coverage(coverage, everything, rounding),
    )


def released_departments(
    database: Database,
    selection: Selection,
    basis: Basis,
    rounding: Rounding,
) -> DepartmentReport:
    """RPT-2, rounded. Arguments and errors are those of `figures.departments`, but that no base is too small."""
    days = selected_days(selection, basis.is_working)
    found, roster, everything, coverage = gathered(database, selection, days, basis)
    line = counting(database, span(selection), selection, found, everything, roster)
    lines = counted_refused(selection, line)
    unwatched = unwatched_days(days, coverage, everything, converter(selection))
    figures = []
    for name, members in members_of(found, roster, basis).items():
        known = basis.headcounts.get(name)
        base = None if known is None else base_of(known, selection, days)
        figure = _department(name, members, base, found, selection, unwatched, rounding)
        figures.append(replace(figure, refused=_refusals(lines, members, rounding)))
    return DepartmentReport(
        selection=selection,
        total=_share(found.staff, found.seen, base_of(basis.headcount, selection, days), rounding),
        days=tuple(of_day(each, unwatched) for each in _days(found, basis, rounding)),
        bands=_hours(found, selection, rounding),
        departments=tuple(figures),
        small_cell=rounding.step,
        coverage=released_coverage(coverage, everything, rounding),
    )


def _department(
    name: str,
    members: int,
    base: int | None,
    found: Gathered,
    selection: Selection,
    unwatched: frozenset[date],
    rounding: Rounding,
) -> DepartmentFigure:
    share = _share(found.staff & members, found.seen & members, base, rounding)
    return DepartmentFigure(
        department=name,
        staff=share.staff_cell,
        base=base,
        percent=share.percent,
        seen=share.seen_cell,
        percent_of_seen=share.percent_of_seen,
        per_day=of_days(
            found.by_day, (rounding.persons(day & members) for day in found.by_day.values()), unwatched
        ),
        per_band=by_clock(selection, tuple(rounding.persons(hour & members) for hour in found.by_hour)),
        refused=(),
    )


def members_of(found: Gathered, roster: read.Roster, basis: Basis) -> dict[str, int]:
    """The staff of each department that has a line, as sets."""
    members = {name: roster.departments.get(name, 0) for name in names_of(basis, roster)}
    return {name: each for name, each in members.items() if name != UNKNOWN_DEPARTMENT or found.seen & each}


def _refusals(lines: Iterable[Counted], members: int, rounding: Rounding) -> tuple[Refusal, ...]:
    return tuple(Refusal(each.name, rounding.persons(each.staff & members)) for each in lines)


def _share(staff: int, seen: int, base: int | None, rounding: Rounding) -> Share:
    count, present = rounding.persons(staff), rounding.persons(seen)
    return Share(
        count=count.count,
        base=base,
        percent=_percent(count, base),
        seen=present.count,
        percent_of_seen=_percent(count, present.count),
        mark=count.mark,
        seen_mark=present.mark,
    )


def _percent(part: Cell, whole: int | None) -> Decimal | None:
    """Of rounded numbers a whole percentage; a number that was rounded up beyond the whole is all of it."""
    if part.count is None or not whole:
        return None
    return _whole(Decimal(100 * min(part.count, whole)) / whole, 1)


def _whole(value: Decimal, step: int) -> Decimal:
    return (value / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def _days(found: Gathered, basis: Basis, rounding: Rounding) -> tuple[DayFigure, ...]:
    figures = []
    for day, seen in found.seen_by_day.items():
        share = _share(found.by_day[day], seen, basis.headcount.on(day), rounding)
        figures.append(
            DayFigure(
                day=day,
                working=basis.is_working(day),
                staff=share.staff_cell,
                base=share.base,
                percent=share.percent,
                seen=share.seen_cell,
                percent_of_seen=share.percent_of_seen,
            )
        )
    return tuple(figures)


def _hours(found: Gathered, selection: Selection, rounding: Rounding) -> tuple[BandFigure, ...]:
    hours = by_clock(selection, tuple(zip(found.by_hour, found.unmapped_by_hour, strict=True)))
    return tuple(
        BandFigure(hour, rounding.persons(staff), rounding.persons(unmapped).count)
        for hour, (staff, unmapped) in enumerate(hours)
    )


def _beside(line: Counted, rounding: Rounding) -> Beside:
    queries = rounding.events(f"{line.about} {line.name}", line.queries).count
    return Beside(line.name, line.about, rounding.persons(line.staff), queries)


def released_coverage(coverage: Coverage, everything: read.Presence, rounding: Rounding) -> Coverage:
    """How many were known, rounded too; of few no share, which would tell them."""
    hours = everything.hours.values()
    staff = rounding.persons(union(hour.staff for hour in hours)).count
    unmapped = rounding.persons(union(hour.unmapped for hour in hours)).count
    # Where nobody watched, few are told from nobody by nothing either.
    nobody = staff is None and unmapped is None and not coverage.watched_hours
    return replace(
        coverage,
        staff_seen=0 if nobody else staff,
        unmapped_seen=0 if nobody else unmapped,
        mapped_percent=_coarse(coverage.mapped_percent, staff),
        mapped_queries_percent=_coarse(coverage.mapped_queries_percent, staff),
        share_falls=(),
    )


def _coarse(share: Decimal | None, staff: int | None) -> Decimal | None:
    return None if share is None or staff is None else _whole(share, _COARSE)
