"""The figures of a selection as they are answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, NamedTuple

from sm_dns.monitor.model import (
    Cell,
    DepartmentFigure,
    DepartmentReport,
    Mark,
    UsageReport,
)
from sm_dns.monitor.model import Coverage as WholeCoverage
from sm_dns.util.schema_notes import Date, one_of, says
from sm_dns.util.with_more import with_more
from sm_dns.web.interface.answer import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DateCell(Cell):
    """Of one local date."""

    date: Date


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCell(DateCell):
    """Of one local date, and whether it is a working day; of all staff, and of those seen on the network that day."""

    working: bool
    base: Annotated[int | None, says("number of staff on this day")]
    percent: Annotated[Decimal | None, says("of `base`; null without one, and where more came than that")]
    seen: Annotated[Cell, says("staff who asked for any governed name, at any hour")]
    percent_of_seen: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HourCell(Cell):
    """Of one whole local hour over the selected days."""

    hour: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BandCell(HourCell):
    """The same with the devices and addresses that no staff map knows, which are no part of it."""

    unmapped: Annotated[int | None, says("null for few")]


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideCell(Cell):
    """Distinct staff beside the figure, over the whole range."""

    about: Annotated[str, says("what `name` is"), one_of("hours", "decision", "category")]
    name: Annotated[
        str, says("`working`, `rest`, `after`, `edge`; `would_deny`, `denied`; a category that is no visit")
    ]
    queries: Annotated[int | None, says("null beside a count that is kept back")]
    recorded: Annotated[bool, says("false: the category is permitted, and its queries are not recorded")]


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One local date: distinct staff in each of its 24 hours."""

    date: Date
    hours: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """Distinct staff in the hours that count over the whole range; `percent` of `base`, both null where none was
    supplied. All but `base` are null where there is no data."""

    count: int | None
    base: int | None
    percent: Decimal | None
    seen: Annotated[
        int | None, says("staff who asked for any governed name on the days that count, at any hour")
    ]
    percent_of_seen: Decimal | None
    mark: Annotated[Mark, says("why `count` is null, or that it is rounded")] = ""
    seen_mark: Annotated[Mark, says("the same of `seen`")] = ""


@dataclass(frozen=True, slots=True)
class HeadCoverage:
    """How far the figures of one department can be relied on."""

    watched_percent: Annotated[Decimal | None, says("of the hours, those that every resolver watched")]
    gaps: Annotated[int, says("stretches that were not, or not wholly, watched")]
    data: Annotated[bool, says("false: nobody watched and nothing was counted, so that there is no figure")]
    little_watched: Annotated[bool, says("too little for a figure to be read without that")]
    little_known: Annotated[bool, says("too few clients were matched to staff, likewise")]


@dataclass(frozen=True, slots=True)
class Coverage(HeadCoverage):
    """How far the figures can be relied on."""

    hours: Decimal | None
    watched_hours: Decimal | None
    mapped_percent: Annotated[Decimal | None, says("staff, of staff and unmapped devices together")]
    lost: Annotated[int, says("queries known to be uncounted")]
    keys_changed: Annotated[bool, says("one person may count twice")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Department(Cell):
    """Distinct staff of a department inside the band over the range."""

    department: Annotated[str, says("empty for staff of an unknown one")]
    base: int | None
    percent: Decimal | None
    seen: Annotated[Cell, says("staff of it who asked for any governed name on those days, at any hour")]
    percent_of_seen: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDepartment(Department):
    """The same by day and by hour."""

    per_day: tuple[DateCell, ...]
    per_hour: tuple[HourCell, ...]


@dataclass(frozen=True, slots=True)
class ServiceQueries:
    """Queries, not persons, by what became of them."""

    category: str
    service: str
    permitted: Annotated[int | None, says("null for few")]
    denied: Annotated[int | None, says("null for few")]
    would_deny: Annotated[int | None, says("null for few")]
    exempt: Annotated[int | None, says("null for few")]


@dataclass(frozen=True)
class UsageFigures:
    """The whole agency's figures, but for departments and services."""

    total: Total
    mean_per_working_day: Decimal | None
    unmapped: Annotated[
        int | None, says("distinct devices and addresses that no staff map knows; null for few")
    ]
    queries: Annotated[int | None, says("null for few")]
    small_cell: Annotated[int, says("counts from 1 to below this are kept back")]
    per_day: tuple[DayCell, ...]
    per_hour: tuple[BandCell, ...]
    heat: tuple[HeatRow, ...]
    beside: tuple[BesideCell, ...]
    coverage: Coverage


class Figures(NamedTuple):
    """The three tables of a selection."""

    usage: UsageFigures
    departments: tuple[OwnDepartment, ...]
    services: tuple[ServiceQueries, ...]


def _total(report: UsageReport) -> Total:
    total = report.total
    if report.coverage.is_empty:
        return Total(None, total.base, None, None, None)
    return Total(
        total.count,
        total.base,
        _number(total.percent),
        total.seen,
        _number(total.percent_of_seen),
        total.mark,
        total.seen_mark,
    )


def usage_answer(report: UsageReport, unrecorded: frozenset[str]) -> UsageFigures:
    """A usage report as it is answered; unrecorded: categories of which queries are not recorded."""
    return UsageFigures(
        total=_total(report),
        beside=tuple(
            with_more(
                BesideCell,
                each.staff,
                about=each.about,
                name=each.name,
                queries=each.queries,
                recorded=bool(each.queries) or each.name not in unrecorded,
            )
            for each in report.beside
        ),
        mean_per_working_day=_number(report.mean_per_working_day),
        unmapped=report.unmapped,
        queries=report.queries,
        small_cell=report.small_cell,
        per_day=tuple(
            with_more(
                DayCell,
                each.staff,
                date=each.day.isoformat(),
                working=each.working,
                base=each.base,
                percent=_number(each.percent),
                seen=each.seen,
                percent_of_seen=_number(each.percent_of_seen),
            )
            for each in report.per_day
        ),
        per_hour=tuple(
            with_more(BandCell, each.staff, hour=each.hour, unmapped=each.unmapped)
            for each in report.per_band
        ),
        heat=tuple(HeatRow(row.day.isoformat(), row.hours) for row in report.heat),
        coverage=_coverage(report.coverage),
    )


def departments_answer(report: DepartmentReport) -> tuple[OwnDepartment, ...]:
    """The lines of a department report as they are answered."""
    days = [each.day.isoformat() for each in report.days]
    return tuple(_department(each, days) for each in report.departments)


def _department(figure: DepartmentFigure, days: list[str]) -> OwnDepartment:
    return with_more(
        OwnDepartment,
        figure.staff,
        department=figure.department,
        base=figure.base,
        percent=_number(figure.percent),
        seen=figure.seen,
        percent_of_seen=_number(figure.percent_of_seen),
        per_day=tuple(
            with_more(DateCell, cell, date=day) for day, cell in zip(days, figure.per_day, strict=True)
        ),
        per_hour=tuple(with_more(HourCell, cell, hour=hour) for hour, cell in enumerate(figure.per_band)),
    )


def _coverage(coverage: WholeCoverage) -> Coverage:
    return Coverage(
        hours=_number(coverage.hours),
        watched_hours=_number(coverage.watched_hours),
        watched_percent=_number(coverage.watched_percent),
        mapped_percent=_number(coverage.mapped_percent),
        gaps=len(coverage.gaps),
        data=not coverage.is_empty,
        little_watched=coverage.is_little_watched,
        little_known=coverage.is_little_known,
        lost=coverage.lost,
        keys_changed=coverage.keys_changed,
    )


def _number(value: object) -> str | None:
    """Decimals as text: they are shown as they were rounded."""
    return None if value is None else str(value)
