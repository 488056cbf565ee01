"""RPT-3 as a document: what CTM answers for."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from sm_dns.i18n.dates import clock, date_text
from sm_dns.i18n.hours import recurring
from sm_dns.i18n.names import schedule_name
from sm_dns.monitor.comparison import QueriesBefore
from sm_dns.monitor.figures.local_hours import span
from sm_dns.monitor.model import ComplianceReport, ExemptionUse, OutcomeCounts
from sm_dns.monitor.selection import OUTCOMES, Selection
from sm_dns.report.context import Context
from sm_dns.report.document import Bars, Block, Document, Facts, Notes, Section, Table
from sm_dns.report.formatting import moment_text, rounded_text, weekday_text
from sm_dns.report.kinds.common import (
    asked_for,
    category_text,
    caveats,
    document,
    night,
)
from sm_dns.report.kinds.coverage import coverage_section
from sm_dns.report.kinds.kept import summary
from sm_dns.report.records import DayHours, ExemptionRecord, Records, ScheduleState, ScheduleUse
from sm_dns.report.texts import say
from sm_dns.util.walltime import DAY_MINUTES


def compliance_document(
    report: ComplianceReport, records: Records, context: Context, before: QueriesBefore | None = None
) -> Document:
    """Whether the rules were kept; then schedule, decisions, exemptions, bypass, flips, changes, gaps.

    before: to compare it with.
    """
    language, selection = context.language, report.selection
    told = report.bypass
    bypass = Facts(
        (
            (say(language, "queries"), rounded_text(language, told.total, report.step or 0)),
            *(
                (say(language, name), rounded_text(language, told.by_outcome[name], report.step or 0))
                for name in OUTCOMES
            ),
        )
    )
    sections = (
        Section(
            "",
            (
                asked_for(context, selection),
                *night(context, selection),
                *summary(report, records, context, before),
            ),
        ),
        Section(say(language, "schedule"), _schedule(records, selection, context)),
        Section(
            say(language, "by_category"),
            (_categories(report, context), Notes((say(language, "would_deny_note"),))),
        ),
        Section(say(language, "by_service"), _services(report, context)),
        Section(say(language, "queries_per_day"), (_days(report, context),)),
        Section(say(language, "bypass"), (bypass,)),
        Section(say(language, "exemptions"), (_exemptions(report, records, context),)),
        Section(say(language, "switches"), (_switches(records, selection, context),)),
        Section(say(language, "flips"), _flips(records, selection, context)),
        Section(say(language, "changes"), _changes(records, selection, context)),
        coverage_section(report.coverage, selection, context),
        caveats(context, working_days=selection.days == "working"),
    )
    return document(context, "compliance", selection, sections, report.coverage)


def _schedule(records: Records, selection: Selection, context: Context) -> tuple[Block, ...]:
    """Each version with the time of its use, and what is not on record."""
    language, zone = context.language, ZoneInfo(selection.zone)
    blocks: list[Block] = []
    if not all(each.version for each in records.schedules):
        blocks.append(Notes((say(language, "schedule_of_today"),), warning=True))
    uses = [use for each in records.schedules for use in each.uses]
    first = min((use.since for use in uses), default=0.0)
    if first > span(selection).since:
        before = say(language, "schedule_before", at=moment_text(language, first, zone))
        blocks.append(Notes((before,)))
    several = len({use.source for use in uses}) > 1
    for each in records.schedules:
        if each.version:
            pairs = [(say(language, "schedule_version"), each.version)]
            pairs += [_use(use, several, zone, context) for use in each.uses]
            blocks.append(Facts(tuple(pairs)))
        blocks += _states(each.schedules, zone, context)
    return (*blocks, Notes((say(language, "first_week"),)))


def _use(use: ScheduleUse, several: bool, zone: ZoneInfo, context: Context) -> tuple[str, str]:
    language = context.language
    name = say(language, "in_use_at", resolver=use.source) if several else say(language, "in_use")
    first = moment_text(language, use.since, zone)
    if use.until is None:
        return name, say(language, "since", first=first)
    return name, say(language, "to", first=first, last=moment_text(language, use.until, zone))


def _states(states: tuple[ScheduleState, ...] | None, zone: ZoneInfo, context: Context) -> Iterable[Block]:
    language = context.language
    if states is None:
        yield Notes((say(language, "schedule_unreadable"),), warning=True)
        return
    for each in states:
        since = (
            say(language, "no_start_date") if each.since is None else moment_text(language, each.since, zone)
        )
        yield Facts(
            (
                (say(language, "schedule_name"), schedule_name(language, each.name)),
                (say(language, "in_force_from"), since),
            )
        )
        yield Table(
            tuple(say(language, key) for key in ("date", "weekday", "permitted_hours")),
            tuple(
                (date_text(language, day.day), weekday_text(language, day.day), _spans(day, context))
                for day in each.week
            ),
        )


def _spans(day: DayHours, context: Context) -> str:
    language = context.language
    if not day.spans:
        return say(language, "none_that_day")
    if day.spans == ((0, DAY_MINUTES),):
        return say(language, "all_day")
    return "; ".join(
        say(language, "to", first=clock(language, start), last=clock(language, end))
        for start, end in day.spans
    )


def _outcomes(language: str, counts: OutcomeCounts, report: ComplianceReport) -> tuple[str, ...]:
    return tuple(
        rounded_text(language, each, report.step or 0)
        for each in (*(counts.by_outcome[name] for name in OUTCOMES), counts.total)
    )


def _outcome_titles(context: Context) -> tuple[str, ...]:
    keys = ("permitted", "denied", "would_deny_short", "exempt", "total")  # in the order of OUTCOMES
    return tuple(say(context.language, key) for key in keys)


def _categories(report: ComplianceReport, context: Context) -> Table:
    language = context.language
    rows = [
        (category_text(language, each.category), *_outcomes(language, each, report))
        for each in report.categories
    ]
    if rows:
        rows.append((say(language, "total"), *_outcomes(language, report.whole, report)))
    return Table(
        (say(language, "category"), *_outcome_titles(context)),
        tuple(rows),
        numbers=frozenset(range(1, 6)),
        empty=say(language, "nothing"),
        total=True,
    )


def _services(report: ComplianceReport, context: Context) -> tuple[Block, ...]:
    language = context.language
    table = Table(
        (say(language, "service"), say(language, "category"), *_outcome_titles(context)),
        tuple(
            (
                context.service(each.service),
                category_text(language, each.category),
                *_outcomes(language, each, report),
            )
            for each in report.services
        ),
        numbers=frozenset(range(2, 7)),
        empty=say(language, "nothing"),
    )
    totals = [(context.service(each.service), each.total) for each in report.services]
    lines = tuple((name, count, rounded_text(language, count, report.step or 0)) for name, count in totals)
    bars = Bars(lines, say(language, "by_service"))
    return (table, bars) if totals else (table,)


def _days(report: ComplianceReport, context: Context) -> Table:
    language = context.language
    return Table(
        (say(language, "date"), say(language, "weekday"), *_outcome_titles(context)),
        tuple(
            (
                date_text(language, each.day),
                weekday_text(language, each.day),
                *_outcomes(language, each, report),
            )
            for each in report.per_day
        ),
        numbers=frozenset(range(2, 7)),
        empty=say(language, "nothing"),
    )


def _exemptions(report: ComplianceReport, records: Records, context: Context) -> Table:
    language = context.language
    zone = ZoneInfo(report.selection.zone)

    def row(use: ExemptionUse) -> tuple[str, ...]:
        found = records.exemptions.get(use.exemption)
        unknown = say(language, "not_recorded")
        return (
            use.exemption,
            found.approver if found else unknown,
            found.reason if found else unknown,
            unknown if found is None else _when(found, language, zone),
            ", ".join(map(context.service, use.services)),
            rounded_text(language, use.queries, report.step or 0),
        )

    keys = ("exemption", "approver", "reason", "expires", "services", "queries")
    return Table(
        tuple(say(language, key) for key in keys),
        tuple(map(row, report.exemptions)),
        numbers=frozenset({5}),
        empty=say(language, "no_exemptions"),
    )


_TURNS = {
    "pause": "switch_pause",
    "open": "switch_open",
    "close": "switch_close",
    "emergency": "switch_emergency",
}


def _switches(records: Records, selection: Selection, context: Context) -> Table:
    """What was paused, opened or closed for a while."""
    language, zone = context.language, ZoneInfo(selection.zone)
    keys = ("switch", "switch_what", "switch_who", "switch_from", "switch_to", "who", "reason")
    return Table(
        tuple(say(language, key) for key in keys),
        tuple(
            (
                say(language, _TURNS[each.turn]),
                context.service(each.what) if each.what else say(language, "switch_all"),
                each.who or say(language, "switch_everybody"),
                moment_text(language, each.since, zone),
                moment_text(language, each.until, zone),
                each.by,
                each.reason,
            )
            for each in records.switches
        ),
        empty=say(language, "no_switches"),
    )


def _when(found: ExemptionRecord, language: str, zone: ZoneInfo) -> str:
    """In which hours, and until when."""
    end = (
        say(language, "not_recorded") if found.expires is None else moment_text(language, found.expires, zone)
    )
    if found.hours is None:
        return end
    hours = recurring(language, found.hours.days, found.hours.start, found.hours.end)
    return say(language, "hours_until", hours=hours, end=end)


def _flips(records: Records, selection: Selection, context: Context) -> tuple[Block, ...]:
    language, zone = context.language, ZoneInfo(selection.zone)
    table = Table(
        tuple(say(language, key) for key in ("flip_at", "schedule_name", "becomes", "lag")),
        tuple(
            (
                moment_text(language, flip.at, zone),
                schedule_name(language, flip.schedule),
                say(language, "permitted" if flip.permitted else "denied"),
                str(flip.lag_ms),
            )
            for flip in records.flips
        ),
        numbers=frozenset({3}),
        empty=say(language, "no_flips"),
    )
    told: tuple[Block, ...] = (table, Notes((say(language, "flip_note"),))) if records.flips else (table,)
    return (*told, *_resolver_flips(records, zone, context))


def _resolver_flips(records: Records, zone: ZoneInfo, context: Context) -> Iterable[Block]:
    """Each edge at each other resolver, which is asked until it answers by it; nothing where there are none."""
    language = context.language
    if not records.resolver_flips:
        return
    yield Table(
        tuple(say(language, key) for key in ("flip_at", "resolver", "becomes", "resolver_lag")),
        tuple(
            (
                moment_text(language, flip.at, zone),
                flip.resolver,
                say(language, "permitted" if flip.permitted else "denied"),
                say(language, "never_seen") if flip.lag_ms is None else str(flip.lag_ms),
            )
            for flip in records.resolver_flips
        ),
        numbers=frozenset({3}),
    )
    yield Notes((say(language, "resolver_flip_note"),))


def _changes(records: Records, selection: Selection, context: Context) -> tuple[Block, ...]:
    language, zone = context.language, ZoneInfo(selection.zone)
    key = "audit_whole" if records.audit_ok else "audit_broken"
    verdict = Notes((say(language, key, records=records.audit_records),), warning=not records.audit_ok)
    rows: Iterable[tuple[str, ...]] = (
        (moment_text(language, each.at, zone), each.who, each.action, each.target, each.why)
        for each in records.changes
    )
    keys = ("flip_at", "who", "action", "target", "reason")
    table = Table(tuple(say(language, key) for key in keys), tuple(rows), empty=say(language, "no_changes"))
    return (verdict, table)
