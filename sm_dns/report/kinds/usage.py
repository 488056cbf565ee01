"""RPT-1, the report of UMP paragraph 2, as a document."""

from __future__ import annotations

from sm_dns.i18n.dates import date_text
from sm_dns.monitor.headcount import Base
from sm_dns.monitor.model import Cell, DayFigure, Share, UsageReport
from sm_dns.report.context import Context
from sm_dns.report.document import Block, Document, Facts, Headline, Heat, Notes, Section, Table
from sm_dns.report.formatting import (
    band_text,
    cell_text,
    hour_text,
    percent_text,
    range_text,
    short_day_text,
    weekday_text,
)
from sm_dns.report.kinds.common import asked_for, base_text, caveats, document, legend, night, services_text
from sm_dns.report.kinds.coverage import coverage_section
from sm_dns.report.texts import say


def usage_document(report: UsageReport, context: Context) -> Document:
    """The figure, its days, its hours, and what it rests on."""
    language = context.language
    sections = (
        Section(
            "",
            (
                asked_for(context, report.selection),
                *night(context, report.selection),
                headline(report, context),
                _figures(report, context),
            ),
        ),
        Section(say(language, "per_day"), _days(report, context)),
        Section(say(language, "heat"), _heat(report, context)),
        Section(say(language, "per_band"), _bands(report, context)),
        coverage_section(report.coverage, report.selection, context),
        caveats(context, working_days=True, bases=[whole_base(context)]),
    )
    return document(context, "usage", report.selection, sections, report.coverage)


def headline(report: UsageReport, context: Context) -> Headline:
    """The line in the form of the UMP letter."""
    chosen, language = report.selection, context.language
    what = ", ".join(
        (
            services_text(context, chosen),
            range_text(language, chosen.first, chosen.last),
            band_text(language, chosen.band_start, chosen.band_end),
        )
    )
    percent = percent_text(language, report.total.percent)
    return Headline(say(language, "headline", what=what, count=report.total.count, percent=percent))


def share_facts(total: Share, context: Context) -> list[tuple[str, str]]:
    """The figure, what it is of, and its percentage."""
    language, base = context.language, context.base
    name = say(language, "percent_of", base=total.base) if total.base else say(language, "percent_no_base")
    pairs = [(say(language, "unique"), str(total.count)), (name, percent_text(language, total.percent))]
    if base.number is not None and base.since is not None:
        pairs.append((say(language, "base"), base_text(language, base.number, base.since)))
    return pairs


def whole_base(context: Context) -> tuple[str, Base]:
    """The number of all staff, under its name in caveats."""
    return say(context.language, "whole_agency"), context.base


def _figures(report: UsageReport, context: Context) -> Facts:
    language = context.language
    mean = report.mean_per_working_day
    return Facts(
        (
            *share_facts(report.total, context),
            (say(language, "mean"), say(language, "not_available") if mean is None else str(mean)),
            (say(language, "unmapped"), str(report.unmapped)),
            (say(language, "queries"), str(report.queries)),
        )
    )


def day_columns(context: Context, day: DayFigure) -> tuple[str, str, str]:
    """A date, its weekday, and what kind of day it is."""
    language = context.language
    kind = say(language, "working" if day.working else "rest")
    return date_text(language, day.day), weekday_text(language, day.day), kind


def _days(report: UsageReport, context: Context) -> tuple[Block, ...]:
    language = context.language
    table = Table(
        tuple(say(language, key) for key in ("date", "weekday", "day_type", "visitors")),
        tuple(
            (*day_columns(context, each), cell_text(language, each.staff, report.small_cell))
            for each in report.per_day
        ),
        numbers=frozenset({3}),
        empty=say(language, "nothing"),
    )
    cells = [each.staff for each in report.per_day]
    return (table, *legend(context, cells, report.small_cell), Notes((say(language, "per_day_note"),)))


def _heat(report: UsageReport, context: Context) -> tuple[Block, ...]:
    language = context.language
    if not report.heat:
        return (Notes((say(language, "nothing"),)),)
    heat = Heat(
        corner=say(language, "date"),
        rows=tuple((short_day_text(language, row.day), row.hours) for row in report.heat),
        limit=report.small_cell,
        name=say(language, "heat"),
    )
    cells: list[Cell] = [cell for row in report.heat for cell in row.hours]
    return (Notes((say(language, "heat_note"),)), heat, *legend(context, cells, report.small_cell))


def _bands(report: UsageReport, context: Context) -> tuple[Block, ...]:
    language = context.language
    table = Table(
        tuple(say(language, key) for key in ("hour", "visitors", "unmapped")),
        tuple(
            (hour_text(each.hour), cell_text(language, each.staff, report.small_cell), str(each.unmapped))
            for each in report.per_band
        ),
        numbers=frozenset({1, 2}),
    )
    cells = [each.staff for each in report.per_band]
    return (Notes((say(language, "per_band_note"),)), table, *legend(context, cells, report.small_cell))
