"""RPT-1, the report of UMP paragraph 2, as a document."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sm_dns.i18n.dates import date_text
from sm_dns.monitor.comparison import VisitorsBefore
from sm_dns.monitor.headcount import Base
from sm_dns.monitor.model import Cell, Coverage, DayFigure, Share, UsageReport
from sm_dns.monitor.selection import Selection
from sm_dns.report.context import Context
from sm_dns.report.document import Block, Document, Facts, Headline, Heat, Notes, Section, Table
from sm_dns.report.formatting import (
    cell_text,
    hour_text,
    percent_text,
    rounded_text,
    short_day_text,
    weekday_text,
)
from sm_dns.report.kinds.beside import beside_sections, refused_sections
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
    week_text,
)
from sm_dns.report.kinds.compared import visitors_compared
from sm_dns.report.kinds.coverage import coverage_section
from sm_dns.report.texts import say
from sm_dns.util.strict_json import Span


def usage_document(report: UsageReport, context: Context, before: VisitorsBefore | None = None) -> Document:
    """The figure, what stands beside it, its days, its hours, and what it rests on. before: to compare it with."""
    language, selection = context.language, report.selection
    sections = [
        Section(
            "",
            (
                asked_for(context, selection),
                *night(context, selection),
                headline(report, context),
                *(() if report.coverage.is_empty else (_figures(report, context, before),)),
            ),
        )
    ]
    if not report.coverage.is_empty:
        sections += [
            *beside_sections(report, context),
            Section(say(language, "per_day"), _days(report, context)),
            Section(say(language, "heat"), _heat(report, context)),
            Section(say(language, "per_band"), _bands(report, context)),
            *refused_sections(report.refused, report.small_cell, context),
        ]
    sections += [
        coverage_section(report.coverage, selection, context),
        caveats(context, working_days=True, bases=[whole_base(context)]),
    ]
    return document(context, "usage", selection, sections, report.coverage)


def headline(report: UsageReport, context: Context) -> Headline:
    """The line in the form of the UMP letter; that there is no figure, where nobody watched."""
    if report.coverage.is_empty:
        return no_data(context, report.selection)
    return headline_of(
        report.total, report.small_cell, report.selection, caution(context, report.coverage), context
    )


def headline_of(total: Share, limit: int, selection: Selection, missing: str, context: Context) -> Headline:
    """A figure with its percentage, and what it must not be read without (`caution`)."""
    language, what = context.language, subject(context, selection)
    count = cell_text(language, total.staff_cell, limit)
    if total.count is None:
        said = say(language, "headline_kept_back", what=what, count=count)
    else:
        percent = percent_text(language, total.percent)
        said = say(language, "headline", what=what, count=count, percent=percent)
    return Headline(f"{said}. {missing}" if missing else said)


def share_facts(total: Share, limit: int, context: Context) -> tuple[tuple[str, str], ...]:
    """The figure, and its percentages: of all staff, and of those seen on the network."""
    language, base = context.language, context.base
    name = say(language, "percent_of", base=total.base) if total.base else say(language, "percent_no_base")
    pairs = [
        (say(language, "unique"), cell_text(language, total.staff_cell, limit)),
        (name, percent_text(language, total.percent)),
        (
            say(language, "percent_of_seen", seen=cell_text(language, total.seen_cell, limit)),
            percent_text(language, total.percent_of_seen),
        ),
    ]
    if base.number is not None and base.since is not None:
        pairs.append((say(language, "base"), base_text(language, base.number, base.since)))
    if base.week is not None:
        pairs.append((say(language, "base_week"), week_text(language, base.week)))
    return tuple(pairs)


def total_compared(
    total: Share, coverage: Coverage, before: VisitorsBefore | None, limit: int, context: Context
) -> tuple[tuple[str, str], ...]:
    """The figure beside that of the period before; nothing without one."""
    if before is None:
        return ()
    return (visitors_compared(total.staff_cell, before.total, coverage, before, limit, context),)


def watched(coverage: Coverage, context: Context) -> tuple[str, str]:
    """How much of the time a figure is of."""
    return context.say("watched"), percent_text(context.language, coverage.watched_percent)


def seen_notes(context: Context, bases: Iterable[Base]) -> Notes:
    """What "seen on the network" means, and which number of a week counts over several days."""
    keys = ["seen_note", *(["base_week_note"] if any(each.week for each in bases) else [])]
    return Notes(tuple(say(context.language, key) for key in keys))


def whole_base(context: Context) -> tuple[str, Base]:
    """The number of all staff, under its name in caveats."""
    return say(context.language, "whole_agency"), context.base


def _figures(report: UsageReport, context: Context, before: VisitorsBefore | None) -> Facts:
    language = context.language
    mean = report.mean_per_working_day
    return Facts(
        (
            *share_facts(report.total, report.small_cell, context),
            *total_compared(report.total, report.coverage, before, report.small_cell, context),
            (say(language, "mean"), say(language, "not_available") if mean is None else str(mean)),
            (say(language, "unmapped"), rounded_text(language, report.unmapped, report.small_cell)),
            (say(language, "queries"), rounded_text(language, report.queries, report.small_cell)),
            watched(report.coverage, context),
        )
    )


def day_columns(context: Context, day: DayFigure) -> tuple[str, str, str]:
    """A date, its weekday, and what kind of day it is."""
    language = context.language
    kind = say(language, "working" if day.working else "rest")
    return date_text(language, day.day), weekday_text(language, day.day), kind


def _days(report: UsageReport, context: Context) -> tuple[Block, ...]:
    language, limit = context.language, report.small_cell
    shows_base = len({each.base for each in report.per_day}) > 1
    keys = ("date", "weekday", "day_type", "visitors", *(("base",) if shows_base else ()))
    table = Table(
        tuple(say(language, key) for key in (*keys, "percent_all", "seen", "percent_seen")),
        tuple(
            (
                *day_columns(context, each),
                cell_text(language, each.staff, limit),
                *((number_of(language, each.base),) if shows_base else ()),
                percent_text(language, each.percent),
                cell_text(language, each.seen, limit),
                percent_text(language, each.percent_of_seen),
            )
            for each in report.per_day
        ),
        numbers=frozenset(range(3, len(keys) + 3)),
        empty=say(language, "nothing"),
    )
    cells = [cell for each in report.per_day for cell in (each.staff, each.seen)]
    notes = [say(language, "per_day_note"), *_more_than_base(report.per_day, context)]
    return (table, *legend(context, cells, limit), Notes(tuple(notes)), seen_notes(context, [context.base]))


def _more_than_base(days: Iterable[DayFigure], context: Context) -> list[str]:
    """That on some days more staff came than their number says."""
    language = context.language
    beyond = [
        date_text(language, each.day)
        for each in days
        if each.staff.count is not None and each.base and each.staff.count > each.base
    ]
    return [say(language, "more_than_base", days=", ".join(beyond))] if beyond else []


def _heat(report: UsageReport, context: Context) -> tuple[Block, ...]:
    language = context.language
    if not report.heat:
        return (Notes((say(language, "nothing"),)),)
    heat = Heat(
        corner=say(language, "date"),
        rows=tuple((short_day_text(language, row.day), row.hours) for row in report.heat),
        limit=report.small_cell,
        name=say(language, "heat"),
        shut=_shut(report, context),
        shut_says=say(language, "heat_shut"),
    )
    cells: list[Cell] = [cell for row in report.heat for cell in row.hours]
    return (Notes((say(language, "heat_note"),)), heat, *legend(context, cells, report.small_cell))


def _shut(report: UsageReport, context: Context) -> tuple[tuple[Span, ...], ...]:
    """What is not permitted in each row; of a night, its hours before the end are of the morning after."""
    if not context.shut:
        return ()
    ends = 60 * report.selection.band_end if report.selection.is_over_midnight else 0

    def row(day: date) -> tuple[Span, ...]:
        morning = context.shut.get(day + timedelta(days=1), ()) if ends else ()
        before = [Span(start, min(end, ends)) for start, end in morning if start < ends]
        after = [Span(max(start, ends), end) for start, end in context.shut.get(day, ()) if end > ends]
        return (*before, *after)

    return tuple(row(each.day) for each in report.heat)


def _bands(report: UsageReport, context: Context) -> tuple[Block, ...]:
    language = context.language
    table = Table(
        tuple(say(language, key) for key in ("hour", "visitors", "unmapped")),
        tuple(
            (
                hour_text(each.hour),
                cell_text(language, each.staff, report.small_cell),
                rounded_text(language, each.unmapped, report.small_cell),
            )
            for each in report.per_band
        ),
        numbers=frozenset({1, 2}),
    )
    cells = [each.staff for each in report.per_band]
    return (Notes((say(language, "per_band_note"),)), table, *legend(context, cells, report.small_cell))
