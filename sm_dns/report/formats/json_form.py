"""Reports as JSON for programs: stable names, described field by field in docs/reports.md.

Percentages, means and hours are decimal texts as printed, instants are ISO 8601 in UTC, dates and hours are local. A
count that is kept back is null, and its `mark` says why.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from sm_dns.monitor.comparison import QueriesBefore, VisitorsBefore
from sm_dns.monitor.headcount import Base
from sm_dns.monitor.model import (
    Cell,
    ComplianceReport,
    Coverage,
    DayFigure,
    DepartmentReport,
    Refusal,
    Share,
    UsageReport,
)
from sm_dns.monitor.selection import Selection
from sm_dns.report.context import Context
from sm_dns.report.formats.json_coverage import OF_ALL_STAFF, coverage_of
from sm_dns.report.formats.json_records import exemption, recorded
from sm_dns.report.formats.json_values import Object, before_of, instant, text
from sm_dns.report.kinds.common import CAVEATS
from sm_dns.report.records import Records
from sm_dns.report.texts import say
from sm_dns.util.strict_json import WEEKDAYS, Json

FORMAT = 1  # of these objects; a change that breaks readers raises it


def render(report: Object) -> str:
    """One object, indented, with a newline at its end."""
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def usage_object(report: UsageReport, context: Context, before: VisitorsBefore | None = None) -> Object:
    """RPT-1."""
    return {
        **_start("usage", report.selection, context),
        **_share(report.total, report.coverage),
        **_base(context.base),
        "before": None if before is None else before_of(before, _cell(before.total)),
        "beside": [
            {"about": each.about, "name": each.name, **_cell(each.staff), "queries": each.queries}
            for each in report.beside
        ],
        "mean_per_working_day": text(report.mean_per_working_day),
        "unmapped": report.unmapped,
        "queries": report.queries,
        "small_cell": report.small_cell,
        "days": [_day(each) for each in report.per_day],
        "hours": [
            {"hour": each.hour, **_cell(each.staff), "unmapped": each.unmapped} for each in report.per_band
        ],
        "refused": [
            {"department": name, "outcomes": _refused(each)} for name, each in report.refused.items()
        ],
        "heat": [{"date": str(row.day), "hours": [_cell(cell) for cell in row.hours]} for row in report.heat],
        **_end(report.coverage, context),
    }


def department_object(
    report: DepartmentReport, context: Context, before: VisitorsBefore | None = None
) -> Object:
    """RPT-2; on a sheet of some departments alone (RPT-2) nothing is of all of them."""
    start = _start("department", report.selection, context)
    if report.total is None:
        whole: Object = {
            "data": not report.coverage.is_empty,
            "days": [{"date": str(day.day), "working": day.working} for day in report.days],
        }
        end = _end(report.coverage, context)
        # How many there are of all staff is not for one head.
        end["coverage"] = {
            name: value for name, value in coverage_of(report.coverage).items() if name not in OF_ALL_STAFF
        }
    else:
        end = _end(report.coverage, context)
        whole = {
            **_share(report.total, report.coverage),
            **_base(context.base),
            "before": None if before is None else before_of(before, _cell(before.total)),
            "days": [_day(each) for each in report.days],
        }
    return {
        **start,
        **whole,
        "small_cell": report.small_cell,
        "departments": [
            {
                "department": each.department,
                **_cell(each.staff),
                "base": each.base,
                **_base(context.department_bases.get(each.department, Base())),
                "percent": text(each.percent),
                "seen": _cell(each.seen),
                "percent_of_seen": text(each.percent_of_seen),
                "before": _department_before(each.department, before),
                "days": [_cell(cell) for cell in each.per_day],
                "hours": [_cell(cell) for cell in each.per_band],
                "refused": _refused(each.refused),
            }
            for each in report.departments
        ],
        **end,
    }


def compliance_object(
    report: ComplianceReport, records: Records, context: Context, before: QueriesBefore | None = None
) -> Object:
    """RPT-3."""
    return {
        **_start("compliance", report.selection, context),
        "whole": dict(report.whole.by_outcome),
        "before": None if before is None else before_of(before, {**before.whole.by_outcome}),
        **recorded(records),
        "categories": [{"category": each.category, **each.by_outcome} for each in report.categories],
        "services": [
            {"service": each.service, "category": each.category, **each.by_outcome}
            for each in report.services
        ],
        "days": [
            {"date": str(each.day), "working": each.working, **each.by_outcome} for each in report.per_day
        ],
        "bypass": dict(report.bypass.by_outcome),
        "exemptions": [
            {
                "exemption": use.exemption,
                "queries": use.queries,
                "services": list(use.services),
                **exemption(use.exemption, records),
            }
            for use in report.exemptions
        ],
        **_end(report.coverage, context),
    }


def coverage_object(coverage: Coverage, selection: Selection, context: Context) -> Object:
    """RPT-4."""
    return {**_start("coverage", selection, context), **_end(coverage, context)}


def _start(kind: str, selection: Selection, context: Context) -> Object:
    return {
        "report": kind,
        "format": FORMAT,
        "number": context.number or None,
        "prepared": instant(context.prepared),
        "system": context.system,
        "classification": context.letterhead.classification or None,
        "selection": {
            "services": list(selection.services),
            "from": str(selection.first),
            "to": str(selection.last),
            "band": f"{selection.band_start:02d}:00-{selection.band_end:02d}:00",
            "hours": selection.hours,
            "categories": list(selection.categories),
            "days": selection.days,
            "decisions": list(selection.outcomes),
            "zone": selection.zone,
        },
    }


def _end(coverage: Coverage, context: Context) -> Object:
    return {
        "coverage": coverage_of(coverage),
        "uncertain_years": list(context.uncertain_years),
        "unsettled_days": [str(day) for day in context.unsettled_days],
        "caveats": [say(context.language, key) for key in CAVEATS],
    }


def _share(total: Share, coverage: Coverage) -> Object:
    """The figure; none where nobody watched."""
    if coverage.is_empty:
        return {"data": False, "count": None, "mark": "", "base": total.base, "percent": None, "seen": None,
                "seen_mark": "", "percent_of_seen": None}  # fmt: skip
    return {
        "data": True,
        "count": total.count,
        "mark": total.mark,
        "base": total.base,
        "percent": text(total.percent),
        "seen": total.seen,
        "seen_mark": total.seen_mark,
        "percent_of_seen": text(total.percent_of_seen),
    }


def _day(figure: DayFigure) -> Object:
    return {
        "date": str(figure.day),
        "working": figure.working,
        **_cell(figure.staff),
        "base": figure.base,
        "percent": text(figure.percent),
        "seen": _cell(figure.seen),
        "percent_of_seen": text(figure.percent_of_seen),
    }


def _department_before(name: str, before: VisitorsBefore | None) -> Json:
    if before is None:
        return None
    was = before.departments.get(name)
    return before_of(before, _cell(was) if was else {"count": None, "mark": ""})


def _refused(refusals: Iterable[Refusal]) -> list[Json]:
    return [{"outcome": each.outcome, **_cell(each.staff)} for each in refusals]


def _base(base: Base) -> Object:
    return {
        "base_from": None if base.since is None else str(base.since),
        "base_replaced": [
            {"from": None if each.since is None else str(each.since), "base": each.number}
            for each in base.replaced
        ],
        "base_unknown_before": None if base.unknown_before is None else str(base.unknown_before),
        "base_by_weekday": None if base.week is None else dict(zip(WEEKDAYS, base.week, strict=True)),
    }


def _cell(cell: Cell) -> Object:
    return {"count": cell.count, "mark": cell.mark}
