"""What the control room has on record for the compliance report: schedules, flips, changes, exemptions (RPT-3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sm_dns.admin.calendars.accepted_calendars import merged_schedules
from sm_dns.feeds import resolver_flips
from sm_dns.history.switches_then import turned
from sm_dns.monitor.figures.local_hours import Span, span
from sm_dns.monitor.selection import Selection
from sm_dns.monitor.store.coverage import Version
from sm_dns.policy import recurring_hours
from sm_dns.policy.recurring_hours import RecurringHours
from sm_dns.report.records import (
    Change,
    ExemptionRecord,
    Flip,
    Records,
    ResolverFlip,
    ScheduleVersion,
    SwitchRecord,
    WeekHours,
)
from sm_dns.reporting.schedule_history import noted_versions, states
from sm_dns.settings.load import check_schedule
from sm_dns.settings.settings import Settings
from sm_dns.state import audit, exemptions_store, transitions
from sm_dns.state.chain import Record

# What the audit tells beside changes of the policy: figures that were read, and who came, looked, or was not let in.
_READING = ("report ", "login")
_LOOKING = (" viewed", " failed", " locked")


def records(settings: Settings, selection: Selection, noted: Iterable[Version]) -> Records:
    """Everything on record for the dates of a selection; `noted`: the versions that the store knows of in them.

    Raises `BadInput` for a damaged file.
    """
    when = span(selection)
    path = settings.state_dir / audit.FILE
    lines = list(audit.read(path))
    verdict = audit.verify(path)
    return Records(
        schedules=tuple(_schedules(settings, selection, when, noted)),
        flips=tuple(_flips(settings.state_dir, when)),
        resolver_flips=tuple(_resolver_flips(settings.state_dir, when)),
        changes=tuple(_changes(lines, when)),
        switches=tuple(_switches(lines, when)),
        exemptions=_exemptions(settings.state_dir, lines),
        audit_ok=verdict.ok,
        audit_records=verdict.records,
    )


def _schedules(
    settings: Settings, selection: Selection, when: Span, noted: Iterable[Version]
) -> list[ScheduleVersion]:
    """What is on record; where nothing is, today's configuration under no name."""
    found = noted_versions(noted, when, ZoneInfo(selection.zone))
    if found:
        return found
    today = {
        name: check_schedule(settings, name, document)
        for name, document in merged_schedules(settings).items()
    }
    return [ScheduleVersion("", (), states(today, selection.first, selection.last))]


def _flips(state_dir: Path, when: Span) -> Iterable[Flip]:
    for flip in transitions.read(state_dir):
        at = _posix(flip.at)
        if when.since <= at < when.until:
            yield Flip(at, flip.schedule, flip.state == "permitted", flip.lag_ms)


def _resolver_flips(state_dir: Path, when: Span) -> Iterable[ResolverFlip]:
    for flip in resolver_flips.read(state_dir):
        at = _posix(flip.at)
        if when.since <= at < when.until:
            yield ResolverFlip(at, flip.resolver, flip.state == "permitted", flip.lag_ms)


def _changes(lines: Iterable[Record], when: Span) -> Iterable[Change]:
    for line in lines:
        at = _posix(line.at)
        action: str = line.action
        is_change = not action.startswith(_READING) and not action.endswith(_LOOKING)
        if is_change and when.since <= at < when.until:
            yield Change(at, line.who, action, line.target, line.why)


def _exemptions(state_dir: Path, lines: Iterable[Record]) -> dict[str, ExemptionRecord]:
    """By id: those of the audit, and those in force where the audit does not know them."""
    noted = [line.detail for line in lines if line.action == "exempt add"]
    found = [_exemption(each) for each in noted if {"id", "approver", "reason", "expires"} <= each.keys()]
    in_force = [
        (each.id, ExemptionRecord(each.approver, each.reason, each.expires, _hours(each.hours)))
        for each in exemptions_store.load(state_dir)
    ]
    return dict([*found, *in_force])


def _exemption(detail: Mapping[str, Any]) -> tuple[str, ExemptionRecord]:
    given = detail.get("hours")
    hours = None if given is None else recurring_hours.from_json(given, "hours")
    return detail["id"], ExemptionRecord(
        detail["approver"], detail["reason"], detail["expires"], _hours(hours)
    )


def _hours(hours: RecurringHours | None) -> WeekHours | None:
    return None if hours is None else WeekHours(hours.days, hours.start, hours.end)


def _switches(lines: Iterable[Record], when: Span) -> Iterable[SwitchRecord]:
    """Those that held at some time of the range; one that was ended by hand ended then."""
    for one in turned(lines):
        if one.starts < when.until and one.expires > when.since:
            what, who = one.category or one.service or "", ", ".join(one.who)
            yield SwitchRecord(one.turn, what, who, one.by, one.reason, float(one.starts), float(one.expires))


def _posix(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()
