"""The numbers of the reports for who is not the administrator: every number of persons rounded (PRIV-3).

The same reports as those of `figures.py`, out of the same sets. Nothing is kept back for the sake of another number,
for rounded ones do not add up; what may be asked is narrowed by whoever asks (`disclosure/periods.py`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from sm_dns.monitor.disclosure.rounding import Rounding
from sm_dns.monitor.figures.aggregate import Gathered, union
from sm_dns.monitor.figures.beside import Counted, counted_beside, counted_by_hours
from sm_dns.monitor.figures.figures import base_of, by_clock, gathered
from sm_dns.monitor.figures.local_hours import span
from sm_dns.monitor.figures.selecting import IsWorking, KindOfHour, selected_days
from sm_dns.monitor.headcount import Headcount
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
    *,
    headcount: Headcount,
    is_working: IsWorking,
    hour_kind: KindOfHour,
    rounding: Rounding,
    now: float = math.inf,
) -> UsageReport:
    """RPT-1, rounded. Arguments and errors are those of `figures.usage`, but that no base is too small."""
    days = selected_days(selection, is_working)
    found, roster, everything, coverage = gathered(database, selection, days, hour_kind, now)
    beside = [
        *counted_by_hours(found, selection, hour_kind),
        *counted_beside(database, span(selection), selection, found, everything, roster),
    ]
    return UsageReport(
        selection=selection,
        total=_share(found.staff, found.seen, base_of(headcount, selection, days), rounding),
        per_day=_days(found, is_working, headcount, rounding),
        mean_per_working_day=None,
        per_band=_hours(found, selection, rounding),
        heat=tuple(
            HeatRow(day, by_clock(selection, tuple(rounding.persons(hour) for hour in hours)))
            for day, hours in found.by_day_hour.items()
        ),
        beside=tuple(_beside(each, rounding) for each in beside),
        unmapped=rounding.persons(found.unmapped).count,
        queries=rounding.events("all", found.queries).count,
        small_cell=rounding.step,
        coverage=_coverage(coverage, everything, rounding),
    )


def released_departments(
    database: Database,
    selection: Selection,
    *,
    headcount: Headcount,
    headcounts: Mapping[str, Headcount],
    is_working: IsWorking,
    hour_kind: KindOfHour,
    rounding: Rounding,
    now: float = math.inf,
) -> DepartmentReport:
    """RPT-2, rounded. Arguments and errors are those of `figures.departments`, but that no base is too small."""
    days = selected_days(selection, is_working)
    found, roster, everything, coverage = gathered(database, selection, days, hour_kind, now)
    names = sorted({*headcounts, *roster.departments}, key=lambda name: (name == UNKNOWN_DEPARTMENT, name))
    figures = []
    for name in names:
        members = roster.departments.get(name, 0)
        if name == UNKNOWN_DEPARTMENT and not found.seen & members:
            continue
        known = headcounts.get(name)
        base = None if known is None else base_of(known, selection, days)
        figures.append(_department(name, members, base, found, selection, rounding))
    return DepartmentReport(
        selection=selection,
        total=_share(found.staff, found.seen, base_of(headcount, selection, days), rounding),
        days=_days(found, is_working, headcount, rounding),
        bands=_hours(found, selection, rounding),
        departments=tuple(figures),
        small_cell=rounding.step,
        coverage=_coverage(coverage, everything, rounding),
    )


def _department(
    name: str, members: int, base: int | None, found: Gathered, selection: Selection, rounding: Rounding
) -> DepartmentFigure:
    share = _share(found.staff & members, found.seen & members, base, rounding)
    return DepartmentFigure(
        department=name,
        staff=share.staff_cell,
        base=base,
        percent=share.percent,
        seen=share.seen_cell,
        percent_of_seen=share.percent_of_seen,
        per_day=tuple(rounding.persons(day & members) for day in found.by_day.values()),
        per_band=by_clock(selection, tuple(rounding.persons(hour & members) for hour in found.by_hour)),
    )


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


def _days(
    found: Gathered, is_working: IsWorking, headcount: Headcount, rounding: Rounding
) -> tuple[DayFigure, ...]:
    figures = []
    for day, seen in found.seen_by_day.items():
        share = _share(found.by_day[day], seen, headcount.on(day), rounding)
        figures.append(
            DayFigure(
                day=day,
                working=is_working(day),
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


def _coverage(coverage: Coverage, everything: read.Presence, rounding: Rounding) -> Coverage:
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
