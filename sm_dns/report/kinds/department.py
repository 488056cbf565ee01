"""RPT-2 as a document: the departments, with small ones kept back."""

from __future__ import annotations

from dataclasses import replace

from sm_dns.i18n.dates import date_text
from sm_dns.monitor.comparison import VisitorsBefore
from sm_dns.monitor.headcount import Base
from sm_dns.monitor.model import UNKNOWN_DEPARTMENT, Cell, DepartmentFigure, DepartmentReport
from sm_dns.report.context import Context
from sm_dns.report.document import Bars, Block, Document, Facts, Headline, Heat, Notes, Section, Table
from sm_dns.report.formatting import cell_text, percent_text, short_day_text
from sm_dns.report.kinds.beside import refused_sections
from sm_dns.report.kinds.common import (
    asked_for,
    base_text,
    caution,
    caveats,
    document,
    legend,
    night,
    no_data,
    number_of,
    subject,
)
from sm_dns.report.kinds.compared import visitors_compared
from sm_dns.report.kinds.coverage import coverage_section
from sm_dns.report.kinds.usage import (
    day_columns,
    headline_of,
    seen_notes,
    share_facts,
    total_compared,
    watched,
    whole_base,
)
from sm_dns.report.texts import say
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, did_you_mean


def only(report: DepartmentReport, names: tuple[str, ...]) -> DepartmentReport:
    """The sheet of some departments alone, as a head of department gets it (RPT-2); the whole report without names.

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
    if not names:
        return report
    nothing = Cell(None, "protect")
    days = tuple(
        replace(each, staff=nothing, base=None, percent=None, seen=nothing, percent_of_seen=None)
        for each in report.days
    )
    chosen = tuple(there[name] for name in names)
    return replace(report, total=None, days=days, bands=(), departments=chosen)


def department_document(
    report: DepartmentReport, context: Context, before: VisitorsBefore | None = None
) -> Document:
    """A line a department, its days and its hours; or the sheet of one, headed by its own figure.

    before: to compare it with.
    """
    selection = report.selection
    whole = [] if report.total is None else [whole_base(context)]
    sections = [
        Section(
            "", (asked_for(context, selection), *night(context, selection), *_head(report, context, before))
        )
    ]
    if not report.coverage.is_empty:
        is_of_one = report.total is None and len(report.departments) == 1
        table = () if is_of_one else (Section(context.say("by_department"), _departments(report, context)),)
        days = _own_days(report.departments[0], report, context) if is_of_one else _days(report, context)
        sections += [
            *table,
            Section(context.say("per_day" if is_of_one else "department_days"), days),
            Section(context.say("per_band" if is_of_one else "department_hours"), _hours(report, context)),
            *refused_sections(
                {each.department: each.refused for each in report.departments}, report.small_cell, context
            ),
        ]
    sections += [
        coverage_section(report.coverage, selection, context),
        caveats(context, working_days=True, bases=[*whole, *_bases(report, context)]),
    ]
    return document(context, "department", selection, sections, report.coverage)


def _head(report: DepartmentReport, context: Context, before: VisitorsBefore | None) -> tuple[Block, ...]:
    """The figure: of all departments together, or on a sheet each one's own."""
    selection, missing = report.selection, caution(context, report.coverage)
    if report.coverage.is_empty:
        names = ", ".join(_name(each, context) for each in report.departments) if report.total is None else ""
        return (no_data(context, selection, names),)
    if report.total is not None:
        return (
            headline_of(report.total, report.small_cell, selection, missing, context),
            Facts(
                (
                    *share_facts(report.total, report.small_cell, context),
                    *total_compared(report.total, report.coverage, before, report.small_cell, context),
                    watched(report.coverage, context),
                )
            ),
        )
    return tuple(
        block for each in report.departments for block in _own(each, report, missing, context, before)
    )


def _own(
    figure: DepartmentFigure,
    report: DepartmentReport,
    missing: str,
    context: Context,
    before: VisitorsBefore | None,
) -> tuple[Block, ...]:
    """The figure of one department, and its percentages."""
    language, limit = context.language, report.small_cell
    staff = cell_text(language, figure.staff, limit)
    what = f"{_name(figure, context)}: {subject(context, report.selection)}"
    if figure.staff.count is None:
        said = say(language, "headline_kept_back", what=what, count=staff)
    else:
        percent = percent_text(language, figure.percent)
        said = say(language, "headline", what=what, count=staff, percent=percent)
    base = context.department_bases.get(figure.department, Base())
    facts = Facts(
        (
            (context.say("department_name"), _name(figure, context)),
            (say(language, "unique"), staff),
            *_compared(figure, report, context, before),
            (say(language, "base"), base_text(language, figure.base, base.since)),
            (say(language, "percent_all"), percent_text(language, figure.percent)),
            (say(language, "seen"), cell_text(language, figure.seen, limit)),
            (say(language, "percent_seen"), percent_text(language, figure.percent_of_seen)),
            watched(report.coverage, context),
        )
    )
    return (
        Headline(f"{said}. {missing}" if missing else said),
        facts,
        *legend(context, [figure.staff, figure.seen], limit),
        seen_notes(context, [base]),
    )


def _compared(
    figure: DepartmentFigure, report: DepartmentReport, context: Context, before: VisitorsBefore | None
) -> tuple[tuple[str, str], ...]:
    if before is None:
        return ()
    was = before.departments.get(figure.department)
    return (visitors_compared(figure.staff, was, report.coverage, before, report.small_cell, context),)


def _own_days(figure: DepartmentFigure, report: DepartmentReport, context: Context) -> tuple[Block, ...]:
    """The days of one department, a row each."""
    language, limit = context.language, report.small_cell
    table = Table(
        tuple(say(language, key) for key in ("date", "weekday", "day_type", "visitors")),
        tuple(
            (*day_columns(context, day), cell_text(language, cell, limit))
            for day, cell in zip(report.days, figure.per_day, strict=True)
        ),
        numbers=frozenset({3}),
        empty=say(language, "nothing"),
    )
    return (table, *legend(context, figure.per_day, limit), Notes((say(language, "per_day_note"),)))


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
