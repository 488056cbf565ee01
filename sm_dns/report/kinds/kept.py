"""What a compliance report begins with: whether the rules were kept, by how much, since when better, and how sure."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from sm_dns.monitor.comparison import QueriesBefore
from sm_dns.monitor.figures.rounding import percent
from sm_dns.monitor.model import Cell, ComplianceReport
from sm_dns.report.context import Context
from sm_dns.report.document import Block, Facts, Headline, Notes
from sm_dns.report.formatting import percent_text, rounded_text
from sm_dns.report.kinds.common import legend, missing_time, no_data, subject
from sm_dns.report.kinds.compared import queries_compared
from sm_dns.report.records import Records
from sm_dns.report.request import WHOLE_DAY

_ALMOST_ALL = Decimal("99.99")


def summary(
    report: ComplianceReport, records: Records, context: Context, before: QueriesBefore | None
) -> tuple[Block, ...]:
    """A sentence and its numbers; that there are none, where nobody watched. before: to compare them with."""
    if report.coverage.is_empty:
        return (no_data(context, report.selection),)
    signs = () if report.step is None else legend(context, [Cell(None, "few")], report.step)
    return (*_headline(report, context), _facts(report, records, context, before), *signs)


def _headline(report: ComplianceReport, context: Context) -> tuple[Block, ...]:
    """What is missing alone, where the report was asked for other decisions than those that it is of."""
    missing = missing_time(context, report.coverage)
    if not {"denied", "would_deny"} <= set(report.selection.outcomes):
        return (Notes((missing,), warning=True),) if missing else ()
    return (Headline(" ".join(filter(None, (_part(report, context), _sentence(report, context), missing)))),)


def _part(report: ComplianceReport, context: Context) -> str:
    """Of what the sentence is, where the report is not of everything that is controlled."""
    asked = report.selection
    hours = (asked.band_start, asked.band_end)
    if not asked.services and not asked.categories and (hours, asked.days) == (WHOLE_DAY, "all"):
        return ""
    days = f" ({context.say('days_working')})" if asked.days == "working" else ""
    return f"{subject(context, asked)}{days}."


def _sentence(report: ComplianceReport, context: Context) -> str:
    """Of what the rules close, how much was denied, and how much exemptions let through."""
    exempt = report.whole.by_outcome["exempt"]
    if not exempt:
        return _denied(report, context)
    let = context.say("kept_exempt", exempt=rounded_text(context.language, exempt, report.step or 0))
    return f"{_denied(report, context)} {let}"


def _denied(report: ComplianceReport, context: Context) -> str:
    denied, watched = report.whole.by_outcome["denied"], report.whole.by_outcome["would_deny"]
    if denied == 0 and watched == 0:
        return context.say("kept_exempt_alone" if report.whole.by_outcome["exempt"] else "kept_nothing")
    key = "kept_counts" if denied is None or watched is None else "kept_partly" if watched else "kept"
    return context.say(
        key,
        percent=percent_text(context.language, _told(_share(denied, watched), report)),
        denied=rounded_text(context.language, denied, report.step or 0),
        watched=rounded_text(context.language, watched, report.step or 0),
    )


def _share(denied: int | None, watched: int | None) -> Decimal | None:
    """In percent; almost all is not all. None where one of the two is not told."""
    if denied is None or watched is None:
        return None
    found = percent(denied, denied + watched)
    return min(found, _ALMOST_ALL) if found is not None and watched else found


def _told(share: Decimal | None, report: ComplianceReport) -> Decimal | None:
    """Of rounded numbers a whole percentage, as that of visitors is."""
    if share is None or report.step is None:
        return share
    return share.quantize(Decimal(1), ROUND_HALF_UP)


def _facts(
    report: ComplianceReport, records: Records, context: Context, before: QueriesBefore | None
) -> Facts:
    limit = report.step or 0
    pairs = []
    for outcome in (each for each in report.selection.outcomes if each != "permitted"):
        count = report.whole.by_outcome[outcome]
        pairs.append((context.say(outcome), rounded_text(context.language, count, limit)))
        if before is not None and outcome == "denied":
            pairs.append(queries_compared(outcome, count, report.coverage, before, limit, context))
    pairs.append((context.say("kept_flips"), str(len(records.flips))))
    pairs.append((context.say("watched"), percent_text(context.language, report.coverage.watched_percent)))
    audit = "audit_whole" if records.audit_ok else "audit_broken"
    pairs.append((context.say("kept_audit"), context.say(audit, records=records.audit_records)))
    return Facts(tuple(pairs))
