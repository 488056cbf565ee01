"""The figures of a selection, out of the store, as JSON: what `FigureCache` keeps.

Everything is computed for the whole agency at once, for only so are small numbers kept back without gaps; what a
head of department gets is cut out of it by `view_usage`.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date
from typing import Any, NamedTuple

from sm_dns.builder.monitoring import monitoring_plan
from sm_dns.monitor.figures import figures
from sm_dns.monitor.model import (
    Cell,
    ComplianceReport,
    Coverage,
    DepartmentReport,
    Selection,
    Share,
    UsageReport,
)
from sm_dns.monitor.store.error import StoreError
from sm_dns.monitor.store.store import Store
from sm_dns.reporting.headcounts import department_bases, numbers, whole_base
from sm_dns.util.errors import BadInput
from sm_dns.web.data import timeline
from sm_dns.web.data.backend import Backend


class Figures(NamedTuple):
    """The three tables of a selection."""

    usage: dict[str, Any]
    departments: list[dict[str, Any]]
    services: list[dict[str, Any]]


def computing(backend: Backend) -> Callable[[Selection], Figures]:
    """What computes the figures of a selection. Raises `BadInput`, of a store that cannot be read too."""

    def compute(selection: Selection) -> Figures:
        settings = backend.settings()
        given = settings.monitoring
        _, schedule = backend.schedule()
        now = backend.true_now()
        days = (selection.first, selection.last)
        base = whole_base(given, *days).number
        bases = numbers(department_bases(given, *days))

        def is_working(day: date) -> bool:
            return timeline.is_working(schedule, day)

        try:
            with (
                closing(Store(monitoring_plan(settings).store, create=False)) as store,
                store.reading() as database,
            ):
                usage = figures.usage(
                    database,
                    selection,
                    base=base,
                    is_working=is_working,
                    small_cell=given.small_cell,
                    now=now,
                )
                departments = figures.departments(
                    database,
                    selection,
                    base=base,
                    bases=bases,
                    is_working=is_working,
                    small_cell=given.small_cell,
                    now=now,
                )
                compliance = figures.compliance(database, selection, is_working=is_working, now=now)
        except StoreError as error:
            raise BadInput(f"the store cannot be read: {error}") from error
        return Figures(_usage(usage), _departments(departments), _services(compliance))

    return compute


def _usage(report: UsageReport) -> dict[str, Any]:
    return {
        "total": _share(report.total),
        "mean_per_working_day": _number(report.mean_per_working_day),
        "unmapped": report.unmapped,
        "queries": report.queries,
        "small_cell": report.small_cell,
        "per_day": [
            {"date": each.day.isoformat(), "working": each.working, **_cell(each.staff)}
            for each in report.per_day
        ],
        "per_hour": [
            {"hour": each.hour, "unmapped": each.unmapped, **_cell(each.staff)} for each in report.per_band
        ],
        "heat": [
            {"date": row.day.isoformat(), "hours": [_cell(cell) for cell in row.hours]} for row in report.heat
        ],
        "coverage": _coverage(report.coverage),
    }


def _departments(report: DepartmentReport) -> list[dict[str, Any]]:
    days = [each.day.isoformat() for each in report.days]
    return [
        {
            "department": each.department,
            "base": each.base,
            "percent": _number(each.percent),
            **_cell(each.staff),
            "per_day": [{"date": day, **_cell(cell)} for day, cell in zip(days, each.per_day, strict=True)],
            "per_hour": [{"hour": hour, **_cell(cell)} for hour, cell in enumerate(each.per_band)],
        }
        for each in report.departments
    ]


def _services(report: ComplianceReport) -> list[dict[str, Any]]:
    return [
        {"category": each.category, "service": each.service, **each.by_outcome} for each in report.services
    ]


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "hours": _number(coverage.hours),
        "watched_hours": _number(coverage.watched_hours),
        "watched_percent": _number(coverage.watched_percent),
        "mapped_percent": _number(coverage.mapped_percent),
        "gaps": len(coverage.gaps),
        "lost": coverage.lost,
        "keys_changed": coverage.keys_changed,
    }


def _cell(cell: Cell) -> dict[str, Any]:
    return {"count": cell.count, "mark": cell.mark}


def _share(share: Share) -> dict[str, Any]:
    return {"count": share.count, "base": share.base, "percent": _number(share.percent)}


def _number(value: object) -> str | None:
    """Decimals as text: they are shown as they were rounded."""
    return None if value is None else str(value)
