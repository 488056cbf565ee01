"""RPT-4: the coverage statement of every report, and the report that is only that."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from sm_dns.i18n.dates import date_text, number_text
from sm_dns.monitor.figures.local_hours import span
from sm_dns.monitor.figures.rounding import ratio
from sm_dns.monitor.model import Coverage, CoverageGap, RetiredSource, SourceTrouble
from sm_dns.monitor.selection import Selection
from sm_dns.report.context import Context
from sm_dns.report.document import Block, Document, Facts, Notes, Section, Table
from sm_dns.report.formatting import moment_text, percent_text
from sm_dns.report.kinds.common import asked_for, caveats, document
from sm_dns.report.texts import called, say
from sm_dns.util.walltime import to_local

MAX_GAPS_SHOWN = 20  # in the statement at the end of other reports
MAX_TROUBLES_SHOWN = 10  # of sources of identity


def coverage_document(coverage: Coverage, selection: Selection, context: Context) -> Document:
    """RPT-4 alone, with every gap."""
    language = context.language
    sections = (
        Section("", (asked_for(context, selection, band=False),)),
        Section(say(language, "coverage"), statement(coverage, selection, context)),
        Section(say(language, "gaps"), (_gaps(coverage.gaps, selection, context),)),
        Section(say(language, "versions"), (_versions(coverage, selection, context),)),
        caveats(context, working_days=False),
    )
    return document(context, "coverage", selection, sections, coverage)


def coverage_section(coverage: Coverage, selection: Selection, context: Context) -> Section:
    """The statement for the end of another report, with its first gaps."""
    shown = coverage.gaps[:MAX_GAPS_SHOWN]
    blocks: tuple[Block, ...] = (*statement(coverage, selection, context), _gaps(shown, selection, context))
    if len(coverage.gaps) > len(shown):
        left = len(coverage.gaps) - len(shown)
        blocks += (Notes((say(context.language, "more_gaps", count=left),)),)
    return Section(say(context.language, "coverage"), blocks)


def statement(coverage: Coverage, selection: Selection, context: Context) -> tuple[Block, ...]:
    """How much of the range was watched, by whom, and how many clients are known."""
    language, zone = context.language, ZoneInfo(selection.zone)
    warnings = []
    if not coverage.sources:
        warnings.append(say(language, "no_resolver"))
    if coverage.keys_changed:
        warnings.append(say(language, "keys_changed"))
    warnings += _known_too_few(coverage, context, zone)
    line = say(language, "coverage_line", x=coverage.watched_hours, y=coverage.hours)
    pairs = [
        ("watched", percent_text(language, coverage.watched_percent)),
        ("share_mapped", percent_text(language, coverage.mapped_percent)),
        ("share_mapped_queries", percent_text(language, coverage.mapped_queries_percent)),
        ("lost", number_text(language, coverage.lost)),
    ]
    if coverage.silent_sources:
        pairs.append(("silent", ", ".join(coverage.silent_sources)))
    if coverage.retired:
        pairs.append(("retired", "; ".join(_retired(each, context, zone) for each in coverage.retired)))
    resolvers = Table(
        tuple(say(language, key) for key in ("resolver", "watched_hours", "watched")),
        tuple(
            (each.source, str(ratio(each.seconds, 3600)), f"{ratio(100 * each.seconds, each.of)}%")
            for each in coverage.sources
        ),
        numbers=frozenset({1, 2}),
    )
    blocks: list[Block] = [Notes((f"{line}.",))]
    if context.prepared < span(selection).until:
        at = moment_text(language, context.prepared, zone)
        blocks.append(Notes((say(language, "not_over", at=at),)))
    blocks += [Notes((text,), warning=True) for text in warnings]
    blocks.append(Facts(tuple((say(language, key), value) for key, value in pairs)))
    return (*blocks, resolvers) if coverage.sources else tuple(blocks)


def _known_too_few(coverage: Coverage, context: Context, zone: ZoneInfo) -> list[str]:
    """When staff may have been unknown devices: the count is too low then, and looks like any other."""
    language = context.language
    lines = [
        say(
            language,
            "share_fell",
            day=date_text(language, to_local(each.at, zone).date()),
            before=percent_text(language, each.before),
            after=percent_text(language, each.after),
        )
        for each in coverage.share_falls
    ]
    lines += [_source_trouble(each, context, zone) for each in coverage.source_troubles]
    left = len(lines) - MAX_TROUBLES_SHOWN
    return [*lines[:MAX_TROUBLES_SHOWN], *([say(language, "more_troubles", count=left)] if left > 0 else [])]


def _source_trouble(each: SourceTrouble, context: Context, zone: ZoneInfo) -> str:
    language = context.language
    return say(
        language,
        "source_trouble",
        resolver=each.source,
        since=moment_text(language, each.since, zone),
        until=say(language, "to_the_end") if each.until is None else moment_text(language, each.until, zone),
        what=called(language, f"source:{each.what}", each.what),
        path=each.path,
    )


def _retired(each: RetiredSource, context: Context, zone: ZoneInfo) -> str:
    language = context.language
    at = moment_text(language, each.at, zone)
    if each.back is None:
        return say(language, "retired_at", resolver=each.source, at=at)
    return say(
        language, "retired_back", resolver=each.source, at=at, back=moment_text(language, each.back, zone)
    )


def _gaps(gaps: tuple[CoverageGap, ...], selection: Selection, context: Context) -> Table:
    language, zone = context.language, ZoneInfo(selection.zone)
    return Table(
        tuple(say(language, key) for key in ("gap_start", "gap_end", "resolver", "reason", "lost")),
        tuple(
            (
                moment_text(language, gap.start, zone),
                moment_text(language, gap.end, zone),
                gap.source,
                _reason(gap.reason, context),
                str(gap.lost) if gap.lost else say(language, "lost_unknown"),
            )
            for gap in gaps
        ),
        numbers=frozenset({4}),
        empty=say(language, "no_gaps"),
    )


def _reason(reason: str, context: Context) -> str:
    return called(context.language, f"gap:{reason}", reason)


def _versions(coverage: Coverage, selection: Selection, context: Context) -> Table:
    language, zone = context.language, ZoneInfo(selection.zone)
    names = {"lists": say(language, "lists"), "schedule": say(language, "schedule_name")}
    return Table(
        tuple(say(language, key) for key in ("version_from", "resolver", "version_of", "version")),
        tuple(
            (moment_text(language, each.at, zone), each.source, names.get(each.what, each.what), each.version)
            for each in coverage.versions
        ),
        empty=say(language, "no_versions"),
    )
