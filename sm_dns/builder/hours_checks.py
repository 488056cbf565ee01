"""What `check` finds in the hours of schedules: that they never close, what is written and changes nothing, and where
they are unlike the table that they say they keep."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sm_dns.policy.circular import differences
from sm_dns.policy.schedule import CIRCULAR, DEFAULTS, Schedule
from sm_dns.policy.week import idle_settings, never_closes, ordinary_week, text_of
from sm_dns.settings.settings import Settings
from sm_dns.util.finding import Finding, finding
from sm_dns.util.message import Message
from sm_dns.util.strict_json import WEEKDAYS, Span


def hours_findings(settings: Settings, schedules: Mapping[str, Schedule], now: float) -> Iterator[Finding]:
    """Of each schedule by the hours of today's period. now: POSIX seconds."""
    for name, schedule in schedules.items():
        today = datetime.fromtimestamp(now, schedule.zone).date()
        if schedule.keeps == CIRCULAR:
            yield from _of_another_clock(name, schedule, now)
            yield from _unlike_the_table(name, schedule, today)
        if never_closes(ordinary_week(schedule, today)):
            yield finding(
                "warning", "schedule {name!r} never closes: every minute of the week is permitted", name=name
            )
            continue
        for idle in idle_settings(schedule, settings.schedules[name], today):
            yield finding(
                "warning",
                "schedule {name!r}: {key} {value} changes nothing: those hours are what they would be without it",
                name=name,
                key=idle.key,
                value=idle.value,
            )


def _of_another_clock(name: str, schedule: Schedule, now: float) -> Iterator[Finding]:
    """The table's hours are those of Malaysia: in another zone the same figures are other hours."""
    zones = (schedule.zone, ZoneInfo(DEFAULTS["timezone"]))
    own, malaysian = (datetime.fromtimestamp(now, zone).utcoffset() for zone in zones)
    if own != malaysian:
        yield finding(
            "warning",
            "schedule {name!r} says that it keeps the circular's table, and its hours are those of {zone}: "
            "mend its timezone, or leave out `keeps: circular`",
            name=name,
            zone=schedule.zone.key,
        )


def _unlike_the_table(name: str, schedule: Schedule, today: date) -> Iterator[Finding]:
    for each in differences(schedule, today):
        yield finding(
            "warning",
            "schedule {name!r} says that it keeps the circular's table, and does not on {day}: of {of} the table "
            "permits {table}, the schedule {hours}; mend the hours, or leave out `keeps: circular`",
            name=name,
            day=WEEKDAYS[each.weekday],
            of=text_of(each.of),
            table=_spans_text(each.table),
            hours=_spans_text(each.schedule) or Message("none"),
        )


def week_lines(schedule: Schedule, now: float) -> tuple[str, ...]:
    """The week of a schedule, a line a weekday: "MON 00:00–07:30, 13:00–14:00, 17:30–24:00"."""
    today = datetime.fromtimestamp(now, schedule.zone).date()
    week = ordinary_week(schedule, today)
    return tuple(f"{day} {_spans_text(spans) or 'never'}" for day, spans in zip(WEEKDAYS, week, strict=True))


def _spans_text(spans: Iterable[Span]) -> str:
    return ", ".join(map(text_of, spans))
