"""Reports as JSON for programs: stable names, described field by field in docs/reports.md.

Percentages, means and hours are decimal texts as printed, instants are ISO 8601 in UTC, dates and hours are local. A
count that is kept back is null, and its `mark` says why.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

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
from sm_dns.report.kinds.common import CAVEATS
from sm_dns.report.records import Records, ScheduleState, ScheduleVersion
from sm_dns.report.texts import say
from sm_dns.util.strict_json import WEEKDAYS, Json

_OF_ALL_STAFF = ("staff_seen", "unmapped_seen", "lost")
FORMAT = 1  # of these objects; a change that breaks readers raises it

Object = dict[str, Json]


def render(report: Object) -> str:
    """One object, indented, with a newline at its end."""
    return json.dumps(report, ensure_ascii=False, indent=1) + "\n"


def usage_object(report: UsageReport, context: Context) -> Object:
    """RPT-1."""
    return {
        **_start("usage", report.selection, context),
        **_share(report.total, report.coverage),
        **_base(context.base),
        "beside": [
            {"about": each.about, "name": each.name, **_cell(each.staff), "queries": each.queries}
            for each in report.beside
        ],
        "mean_per_working_day": _text(report.mean_per_working_day),
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


def department_object(report: DepartmentReport, context: Context) -> Object:
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
            name: value for name, value in _coverage(report.coverage).items() if name not in _OF_ALL_STAFF
        }
    else:
        end = _end(report.coverage, context)
        whole = {
            **_share(report.total, report.coverage),
            **_base(context.base),
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
                "percent": _text(each.percent),
                "seen": _cell(each.seen),
                "percent_of_seen": _text(each.percent_of_seen),
                "days": [_cell(cell) for cell in each.per_day],
                "hours": [_cell(cell) for cell in each.per_band],
                "refused": _refused(each.refused),
            }
            for each in report.departments
        ],
        **end,
    }


def compliance_object(report: ComplianceReport, records: Records, context: Context) -> Object:
    """RPT-3."""
    return {
        **_start("compliance", report.selection, context),
        "schedules": [
            _schedule(version, each) for version in records.schedules for each in version.schedules or ()
        ],
        "schedule_versions": [_schedule_version(each) for each in records.schedules if each.version],
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
                **_exemption(use.exemption, records),
            }
            for use in report.exemptions
        ],
        "switches": [
            {
                "turn": each.turn,
                "what": each.what or None,
                "who": each.who or None,
                "from": _instant(each.since),
                "to": _instant(each.until),
                "by": each.by,
                "reason": each.reason,
            }
            for each in records.switches
        ],
        "flips": [
            {
                "at": _instant(flip.at),
                "schedule": flip.schedule,
                "state": "permitted" if flip.permitted else "denied",
                "lag_ms": flip.lag_ms,
            }
            for flip in records.flips
        ],
        "changes": [
            {
                "at": _instant(each.at),
                "who": each.who,
                "action": each.action,
                "target": each.target,
                "why": each.why,
            }
            for each in records.changes
        ],
        "audit": {"ok": records.audit_ok, "records": records.audit_records},
        **_end(report.coverage, context),
    }


def _schedule(version: ScheduleVersion, state: ScheduleState) -> Object:
    return {
        "schedule": state.name,
        "version": version.version or None,
        "effective_from": None if state.since is None else _instant(state.since),
        "permitted": [
            {"date": str(day.day), "minutes": [list(span) for span in day.spans]} for day in state.week
        ],
    }


def _schedule_version(version: ScheduleVersion) -> Object:
    uses = [
        {
            "resolver": use.source,
            "from": _instant(use.since),
            "to": None if use.until is None else _instant(use.until),
        }
        for use in version.uses
    ]
    return {"version": version.version, "readable": version.schedules is not None, "uses": uses}


def coverage_object(coverage: Coverage, selection: Selection, context: Context) -> Object:
    """RPT-4."""
    return {**_start("coverage", selection, context), **_end(coverage, context)}


def _start(kind: str, selection: Selection, context: Context) -> Object:
    return {
        "report": kind,
        "format": FORMAT,
        "number": context.number or None,
        "prepared": _instant(context.prepared),
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
        "coverage": _coverage(coverage),
        "uncertain_years": list(context.uncertain_years),
        "unsettled_days": [str(day) for day in context.unsettled_days],
        "caveats": [say(context.language, key) for key in CAVEATS],
    }


def _coverage(coverage: Coverage) -> Object:
    return {
        "hours": str(coverage.hours),
        "watched_hours": str(coverage.watched_hours),
        "watched_percent": _text(coverage.watched_percent),
        "resolvers": [
            {"resolver": each.source, "watched_seconds": each.seconds, "of_seconds": each.of}
            for each in coverage.sources
        ],
        "silent_resolvers": list(coverage.silent_sources),
        "retired_resolvers": [
            {
                "resolver": each.source,
                "at": _instant(each.at),
                "back": None if each.back is None else _instant(each.back),
            }
            for each in coverage.retired
        ],
        "gaps": [
            {
                "from": _instant(gap.start),
                "to": _instant(gap.end),
                "resolver": gap.source,
                "reason": gap.reason,
                "lost": gap.lost,
            }
            for gap in coverage.gaps
        ],
        "lost": coverage.lost,
        "staff_seen": coverage.staff_seen,
        "unmapped_seen": coverage.unmapped_seen,
        "mapped_percent": _text(coverage.mapped_percent),
        "mapped_queries_percent": _text(coverage.mapped_queries_percent),
        "key_ids": list(coverage.key_ids),
        "keys_changed": coverage.keys_changed,
        "source_troubles": [
            {
                "resolver": each.source,
                "path": each.path,
                "what": each.what,
                "from": _instant(each.since),
                "to": None if each.until is None else _instant(each.until),
            }
            for each in coverage.source_troubles
        ],
        "share_falls": [
            {"from": _instant(each.at), "before": str(each.before), "after": str(each.after)}
            for each in coverage.share_falls
        ],
        "versions": [
            {
                "at": _instant(each.at),
                "resolver": each.source,
                "what": each.what,
                "version": each.version,
            }
            for each in coverage.versions
        ],
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
        "percent": _text(total.percent),
        "seen": total.seen,
        "seen_mark": total.seen_mark,
        "percent_of_seen": _text(total.percent_of_seen),
    }


def _day(figure: DayFigure) -> Object:
    return {
        "date": str(figure.day),
        "working": figure.working,
        **_cell(figure.staff),
        "base": figure.base,
        "percent": _text(figure.percent),
        "seen": _cell(figure.seen),
        "percent_of_seen": _text(figure.percent_of_seen),
    }


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


def _exemption(name: str, records: Records) -> Object:
    found = records.exemptions.get(name)
    if found is None:
        return {"approver": None, "reason": None, "expires": None, "hours": None}
    expires = None if found.expires is None else _instant(found.expires)
    each = found.hours
    hours = None if each is None else {"days": each.days, "minutes": [each.start, each.end]}
    return {"approver": found.approver, "reason": found.reason, "expires": expires, "hours": hours}


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _instant(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
