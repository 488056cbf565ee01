"""What stands beside the figure of a usage report: the other hours, what was denied, and what is no visit."""

from __future__ import annotations

from collections.abc import Mapping

from sm_dns.i18n.dates import number_text
from sm_dns.monitor.model import Beside, Refusal, UsageReport
from sm_dns.report.context import Context
from sm_dns.report.document import Notes, Section, Table
from sm_dns.report.formatting import PROTECTED, cell_text
from sm_dns.report.kinds.common import category_text, legend
from sm_dns.report.texts import say


def beside_sections(report: UsageReport, context: Context) -> tuple[Section, ...]:
    """Visitors by hours and decisions; then, of a report on social media and streaming, what is neither."""
    language = context.language
    visitors = [each for each in report.beside if each.about != "category"]
    apart = [each for each in report.beside if each.about == "category"]
    notes = [say(language, "hours_note"), say(language, "would_deny_note")]
    sections = [_section("beside", visitors, notes, report, context)]
    if apart:
        sections.append(_section("apart", apart, [say(language, "apart_note")], report, context))
    return tuple(sections)


def refused_sections(
    table: Mapping[str, tuple[Refusal, ...]], limit: int, context: Context
) -> tuple[Section, ...]:
    """Who was refused, a line a department; nothing where no such outcome is asked for."""
    outcomes = [each.outcome for each in next(iter(table.values()), ())]
    if not outcomes:
        return ()
    language = context.language
    lines = Table(
        (context.say("department_name"), *(say(language, each) for each in outcomes)),
        tuple(
            (
                name or context.say("unknown_department"),
                *(cell_text(language, each.staff, limit) for each in refusals),
            )
            for name, refusals in table.items()
        ),
        numbers=frozenset(range(1, len(outcomes) + 1)),
    )
    signs = legend(context, [each.staff for refusals in table.values() for each in refusals], limit)
    notes = Notes((say(language, "refused_note"), say(language, "would_deny_note")))
    return (Section(context.say("refused"), (lines, *signs, notes)),)


def _section(
    key: str, lines: list[Beside], notes: list[str], report: UsageReport, context: Context
) -> Section:
    language, limit = context.language, report.small_cell
    table = Table(
        (say(language, f"{key}_what"), say(language, f"{key}_staff"), say(language, "queries")),
        tuple(
            (_name(each, context), cell_text(language, each.staff, limit), _queries(each, context))
            for each in lines
        ),
        numbers=frozenset({1, 2}),
    )
    signs = legend(context, [each.staff for each in lines], limit)
    return Section(say(language, key), (table, *signs, Notes(tuple(notes))))


def _name(line: Beside, context: Context) -> str:
    if line.about == "category":
        return category_text(context.language, line.name)
    return say(context.language, f"hours_{line.name}" if line.about == "hours" else line.name)


def _queries(line: Beside, context: Context) -> str:
    if line.queries is None:
        return PROTECTED
    if not line.queries and line.name in context.unrecorded:
        return say(context.language, "unrecorded")
    return number_text(context.language, line.queries)
