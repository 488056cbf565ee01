"""The numbers of the compliance report, out of a store (RPT-3): queries, not persons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cache

from sm_dns.monitor.figures.basis import Basis
from sm_dns.monitor.figures.coverage import coverage_alone
from sm_dns.monitor.figures.local_hours import converter, span
from sm_dns.monitor.figures.selecting import chosen, counted_hours, selected_days
from sm_dns.monitor.model import (
    CategoryCounts,
    ComplianceReport,
    DayCounts,
    ExemptionUse,
    ServiceCounts,
)
from sm_dns.monitor.selection import OUTCOMES, Selection
from sm_dns.monitor.store import read
from sm_dns.monitor.store.database import Database

BYPASS = "bypass"


def compliance(database: Database, selection: Selection, basis: Basis) -> ComplianceReport:
    """RPT-3: queries (not persons, not visits only) by category, service, day and exemption. Raises `StoreError`,
    and `BadInput` for a selection that cannot be."""
    days = set(selected_days(selection, basis.is_working))
    when = span(selection)
    local, counts = converter(selection), counted_hours(selection, basis.hour_kind)
    by_category: dict[str, dict[str, int]] = defaultdict(_no_outcomes)
    by_service: dict[tuple[str, str], dict[str, int]] = defaultdict(_no_outcomes)
    by_day: dict[date, dict[str, int]] = {day: _no_outcomes() for day in sorted(days)}
    exemptions: dict[str, int] = defaultdict(int)
    exempted: dict[str, set[str]] = defaultdict(set)

    @cache
    def counted(at: int) -> bool:
        day, hour = local(at)
        return day in days and counts(day, hour)

    wanted = chosen(selection, visits_only=False)
    for outcome, hours in read.queries_by_hour(database, *when, wanted).items():
        for at, queries in hours.items():
            if counted(at):
                by_day[local(at).day][outcome] += queries
    for label, total in read.queries(database, *when, wanted, counted).items():
        by_category[label.category][label.outcome] += total
        by_service[label.category, label.service][label.outcome] += total
        if label.exemption:
            exemptions[label.exemption] += total
            exempted[label.exemption].add(label.service)
    return ComplianceReport(
        selection=selection,
        categories=tuple(_of_category(name, table) for name, table in sorted(by_category.items())),
        services=tuple(
            ServiceCounts(category=names[0], service=names[1], by_outcome=table, total=sum(table.values()))
            for names, table in sorted(by_service.items())
        ),
        per_day=tuple(
            DayCounts(day=day, working=basis.is_working(day), by_outcome=table, total=sum(table.values()))
            for day, table in by_day.items()
        ),
        exemptions=tuple(
            ExemptionUse(name, queries, tuple(sorted(exempted[name])))
            for name, queries in sorted(exemptions.items())
        ),
        bypass=_of_category(BYPASS, by_category.get(BYPASS, _no_outcomes())),
        whole=_of_category("", {name: sum(each[name] for each in by_category.values()) for name in OUTCOMES}),
        coverage=coverage_alone(database, when, basis.now),
    )


def _of_category(category: str, table: Mapping[str, int]) -> CategoryCounts:
    return CategoryCounts(category=category, by_outcome=table, total=sum(table.values()))


def _no_outcomes() -> dict[str, int]:
    return dict.fromkeys(OUTCOMES, 0)
