"""PRIV-4 as a document: the hours of one member of staff, for whom two roles have agreed on it."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

from sm_dns.i18n.dates import date_text
from sm_dns.monitor.figures.local_hours import converter
from sm_dns.monitor.model import Coverage
from sm_dns.monitor.selection import Selection
from sm_dns.report.context import Context
from sm_dns.report.document import Block, Document, Facts, Notes, Section, Table
from sm_dns.report.formatting import hour_text, moment_text, range_text
from sm_dns.report.kinds.common import document
from sm_dns.report.kinds.coverage import coverage_section
from sm_dns.report.records import PersonRecord
from sm_dns.report.texts import called, say

_COLUMNS = ("date", "hour", "service", "category", "decision", "visit")


def person_document(
    record: PersonRecord, coverage: Coverage, selection: Selection, context: Context
) -> Document:
    """Who may see it, the hours, what they rest on, and what they do not mean."""
    language = context.language
    terms = say(
        language,
        "person_approved",
        requester=record.requester,
        approver=record.approver,
        expires=moment_text(language, record.expires, ZoneInfo(selection.zone)),
    )
    period = Facts(((say(language, "period"), range_text(language, selection.first, selection.last)),))
    blocks: list[Block] = [Notes((terms,)), period]
    if not record.is_known:
        blocks.append(Notes((say(language, "person_unknown"),), warning=True))
    notes = [say(language, key) for key in ("caveat_visit", "caveat_high", "caveat_low")]
    if record.erased:
        notes.append(say(language, "person_erased"))
    sections = (
        Section("", (*blocks, _hours(record, selection, context))),
        coverage_section(coverage, selection, context),
        Section(say(language, "caveats"), (Notes(tuple(notes)),)),
    )
    made = document(context, "compliance", selection, sections, coverage)
    return replace(made, kind=say(language, "person", request=record.request))


def _hours(record: PersonRecord, selection: Selection, context: Context) -> Table:
    language, local = context.language, converter(selection)
    return Table(
        tuple(say(language, key) for key in _COLUMNS),
        tuple(
            (
                date_text(language, local(each.hour).day),
                hour_text(local(each.hour).hour),
                context.service(each.label.service),
                called(language, each.label.category, each.label.category),
                say(language, each.label.outcome),
                say(language, "yes" if each.label.visit else "no"),
            )
            for each in record.hours
        ),
        empty=say(language, "nothing"),
    )
