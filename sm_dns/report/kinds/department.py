"""RPT-2 as a document: the departments, with small ones kept back."""

from __future__ import annotations

from dataclasses import replace

from sm_dns.i18n.dates import date_text
from sm_dns.monitor.headcount import Base
from sm_dns.monitor.model import UNKNOWN_DEPARTMENT, DepartmentFigure, DepartmentReport
from sm_dns.report.context import Context
from sm_dns.report.document import Bars, Block, Document, Facts, Heat, Section, Table
from sm_dns.report.formatting import cell_text, percent_text, short_day_text
from sm_dns.report.kinds.common import asked_for, caveats, document, legend, night, number_of
from sm_dns.report.kinds.coverage import coverage_section
from sm_dns.report.kinds.usage import seen_notes, share_facts, whole_base
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, did_you_mean


def only(report: DepartmentReport, names: tuple[str, ...]) -> DepartmentReport:
    """The report with the lines of some departments alone, as a head of department gets it (RPT-2).

    Chosen after small cells are kept back, so that reports of several heads laid together say no more than the whole.
    Raises `BadInput` for a department that has no line.
    """
    there = {each.department: each for each in report.departments}
    for name in names:
        if name not in there:
            known = ", ".join(filter(None, there)) or "none"
            said = Message(
                "there is no department {name!r} in this report; there are: {known}", name=name, known=known
            )
            raise BadInput(did_you_mean(said, name, filter(None, there)))
    return replace(report, departments=tuple(there[name] for name in names)) if names else report


def department_document(report: DepartmentReport, context: Context) -> Document:
    """A line a department, its days and its hours."""
    sections = (
        Section(
            "",
            (
                asked_for(context, report.selection),
                *night(context, report.selection),
                Facts(tuple(share_facts(report.total, context))),
            ),
        ),
        Section(context.say("by_department"), _departments(report, context)),
        Section(context.say("department_days"), _days(report, context)),
        Section(context.say("department_hours"), _hours(report, context)),
        coverage_section(report.coverage, report.selection, context),
        caveats(context, working_days=True, bases=[whole_base(context), *_bases(report, context)]),
    )
    return document(context, "department", report.selection, sections, report.coverage)


def _name(figure: DepartmentFigure, context: Context) -> str:
    if figure.department == UNKNOWN_DEPARTMENT:
        return context.say("unknown_department")
    return figure.department


def _bases(report: DepartmentReport, context: Context) -> list[tuple[str, Base]]:
    """The numbers of staff of the departments that have a line."""
    known = context.department_bases
    return [
        (each.department, known[each.department]) for each in report.departments if each.department in known
    ]


def _departments(report: DepartmentReport, context: Context) -> tuple[Block, ...]:
    language, limit = context.language, report.small_cell
    bases = dict(_bases(report, context))
    dated = any(base.since for base in bases.values())
    rows = [
        (
            _name(each, context),
            cell_text(language, each.staff, limit),
            number_of(language, each.base),
            percent_text(language, each.percent),
            cell_text(language, each.seen, limit),
            percent_text(language, each.percent_of_seen),
            *((_since(bases.get(each.department), context),) if dated else ()),
        )
        for each in report.departments
    ]
    keys = ["department_name", "visitors", "base", "percent_all", "seen", "percent_seen"]
    keys += ["base_from"] if dated else []
    table = Table(
        tuple(context.say(key) for key in keys),
        tuple(rows),
        numbers=frozenset(range(1, 6)),
        empty=context.say("no_departments"),
    )
    bars = Bars(
        tuple(
            (_name(each, context), each.staff.count, cell_text(language, each.staff, limit))
            for each in report.departments
        ),
        context.say("by_department"),
    )
    cells = [cell for each in report.departments for cell in (each.staff, each.seen)]
    drawn = any(each.staff.count for each in report.departments)
    notes = seen_notes(context, [context.base, *bases.values()])
    return (table, *legend(context, cells, limit), notes, *((bars,) if drawn else ()))


def _since(base: Base | None, context: Context) -> str:
    if base is None or base.since is None:
        return ""
    return date_text(context.language, base.since)


def _days(report: DepartmentReport, context: Context) -> tuple[Block, ...]:
    language, limit = context.language, report.small_cell
    days = [short_day_text(language, each.day) for each in report.days]
    table = Table(
        (context.say("department_name"), *days),
        tuple(
            (_name(each, context), *(cell_text(language, cell, limit) for cell in each.per_day))
            for each in report.departments
        ),
        numbers=frozenset(range(1, len(days) + 1)),
        empty=context.say("no_departments"),
    )
    cells = [cell for each in report.departments for cell in each.per_day]
    return (table, *legend(context, cells, limit))


def _hours(report: DepartmentReport, context: Context) -> tuple[Block, ...]:
    limit = report.small_cell
    if not report.departments:
        return (Table((), (), empty=context.say("no_departments")),)
    heat = Heat(
        corner=context.say("department_name"),
        rows=tuple((_name(each, context), each.per_band) for each in report.departments),
        limit=limit,
        name=context.say("department_hours"),
    )
    cells = [cell for each in report.departments for cell in each.per_band]
    return (heat, *legend(context, cells, limit))
