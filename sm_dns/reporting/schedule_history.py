"""RPT-3: which schedules were in force when, by what resolvers noted; today's configuration only where none did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sm_dns.monitor.figures.local_hours import Span
from sm_dns.monitor.store.coverage import SCHEDULE, Version
from sm_dns.policy import schedule_versions
from sm_dns.policy.local_day import permitted_on
from sm_dns.policy.schedule import Schedule
from sm_dns.report.records import DayHours, ScheduleState, ScheduleUse, ScheduleVersion
from sm_dns.util import walltime
from sm_dns.util.errors import BadInput

WEEK = 7


def noted_versions(noted: Iterable[Version], when: Span, zone: ZoneInfo) -> list[ScheduleVersion]:
    """The versions on record for a span of time, in the order of their first use."""
    uses: dict[str, list[ScheduleUse]] = {}
    for text, use in sorted(_uses(noted), key=lambda one: one[1].since):
        uses.setdefault(text, []).append(use)
    return [
        ScheduleVersion(schedule_versions.version(text), tuple(found), _states(text, found, when, zone))
        for text, found in uses.items()
    ]


def states(schedules: Mapping[str, Schedule], first: date, last: date) -> tuple[ScheduleState, ...]:
    """The hours of schedules from one local date to another, of seven dates at most."""
    days = [first + timedelta(days=at) for at in range(min((last - first).days + 1, WEEK))]
    return tuple(
        ScheduleState(name, schedule.effective_from, tuple(day_hours(schedule, day) for day in days))
        for name, schedule in schedules.items()
    )


def _uses(noted: Iterable[Version]) -> Iterable[tuple[str, ScheduleUse]]:
    """Each text with a stretch of its use: from its note to the next one of the same resolver."""
    by_source: dict[str, list[Version]] = {}
    for each in noted:
        if each.what == SCHEDULE:
            by_source.setdefault(each.source, []).append(each)
    for source, versions in by_source.items():
        ends = [*(each.at for each in versions[1:]), None]
        for each, end in zip(versions, ends, strict=True):
            yield each.version, ScheduleUse(source, each.at, end)


def _states(
    text: str, uses: Sequence[ScheduleUse], when: Span, zone: ZoneInfo
) -> tuple[ScheduleState, ...] | None:
    """The hours of a text from its first use on; None for one that another sm-dns wrote and this one cannot read."""
    try:
        schedules = schedule_versions.read(text)
    except BadInput:
        return None
    ends = [when.until if use.until is None else min(use.until, when.until) for use in uses]
    first = walltime.to_local(max(uses[0].since, when.since), zone).date()
    return states(schedules, first, walltime.to_local(max(ends) - 1, zone).date())


def day_hours(schedule: Schedule, day: date) -> DayHours:
    """When a schedule permits on one local date, whether or not it is in force yet."""
    return DayHours(day, tuple(permitted_on(schedule, day)))
