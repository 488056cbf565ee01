"""The ordinary week of a schedule: what its hours permit on each weekday, holidays and half days apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sm_dns.policy.local_day import permitted_on
from sm_dns.policy.schedule import DEFAULTS, Hours, Schedule
from sm_dns.util import strict_json
from sm_dns.util.strict_json import WEEKDAYS, Span
from sm_dns.util.walltime import DAY_MINUTES

_USUAL_START = strict_json.clock(DEFAULTS["work_start"], "work_start")
Week = tuple[tuple[Span, ...], ...]
"""What is permitted on each weekday from Monday on, in minutes of wall time."""


class Idle(NamedTuple):
    """A setting that changes nothing: its key and its value as they are written."""

    key: str
    value: str


def ordinary_week(schedule: Schedule, today: date) -> Week:
    """By the hours of the period that `today` lies in, as if every week were an ordinary one."""
    hours = schedule.hours_on(today)
    # Any week will do in which no clock is changed: UTC has none.
    plain = replace(
        schedule,
        zone=ZoneInfo("UTC"),
        calendar=replace(schedule.calendar, holidays={}, extra_workdays=frozenset()),
        hours=hours,
        half_days={},
        periods=(),
    )
    monday = today - timedelta(days=today.weekday())
    return tuple(tuple(permitted_on(plain, monday + timedelta(days=at))) for at in range(7))


def never_closes(week: Week) -> bool:
    """Whether no minute of it is denied."""
    return all(spans == (Span(0, DAY_MINUTES),) for spans in week)


def idle_settings(schedule: Schedule, given: Mapping[str, object], today: date) -> Iterator[Idle]:
    """What among the keys that a site has `given` changes no minute, of the week or of its dates from `today` on."""
    week = ordinary_week(schedule, today)
    hours = schedule.hours

    def is_idle(changed: Hours) -> bool:
        return ordinary_week(replace(schedule, hours=changed, periods=()), today) == week

    for span in hours.rest if "rest" in given else ():
        if is_idle(replace(hours, rest=tuple(one for one in hours.rest if one != span))):
            yield Idle("rest", text_of(span))
    for day, spans in hours.rest_by_weekday.items() if "rest_by_weekday" in given else ():
        for span in spans:
            left = tuple(one for one in spans if one != span)
            if is_idle(replace(hours, rest_by_weekday={**hours.rest_by_weekday, day: left})):
                yield Idle(f"rest_by_weekday.{WEEKDAYS[day]}", text_of(span))
    if "after_start" in given and is_idle(replace(hours, after_start=DAY_MINUTES)):
        yield Idle("after_start", clock_of(hours.after_start))
    for day, minute in hours.after_start_by_weekday.items() if "after_start_by_weekday" in given else ():
        if is_idle(replace(hours, after_start_by_weekday={**hours.after_start_by_weekday, day: DAY_MINUTES})):
            yield Idle(f"after_start_by_weekday.{WEEKDAYS[day]}", clock_of(minute))
    # Midnight is what a site writes that wants no night: it is measured by the night it would have.
    other = 0 if hours.work_start else _USUAL_START
    if "work_start" in given and is_idle(replace(hours, work_start=other)):
        yield Idle("work_start", clock_of(hours.work_start))
    for day in sorted(schedule.no_after_hours) if "no_after_hours_weekdays" in given else ():
        if ordinary_week(replace(schedule, no_after_hours=schedule.no_after_hours - {day}), today) == week:
            yield Idle("no_after_hours_weekdays", WEEKDAYS[day])
    yield from _idle_dates(schedule, Schedule.from_json(given), today)


def _idle_dates(schedule: Schedule, own: Schedule, today: date) -> Iterator[Idle]:
    """The dates of a site's own keys, from `today` on, that are as they would be without them."""
    for day in sorted(one for one in own.half_days if one >= today):
        left = {one: at for one, at in schedule.half_days.items() if one != day}
        if _is_same(schedule, replace(schedule, half_days=left), day):
            yield Idle("half_days", day.isoformat())
    for day in sorted(one for one in own.calendar.extra_workdays if one >= today):
        calendar = replace(schedule.calendar, extra_workdays=schedule.calendar.extra_workdays - {day})
        if _is_same(schedule, replace(schedule, calendar=calendar), day):
            yield Idle("extra_workdays", day.isoformat())
    for period in own.periods:
        if not period.changes and period.last >= today:
            yield Idle("periods", period.first.isoformat())


def _is_same(one: Schedule, other: Schedule, day: date) -> bool:
    """Whether two schedules permit the same on a day and on the next, where its tail lies."""
    days = (day, day + timedelta(days=1))
    return all([*permitted_on(one, each)] == [*permitted_on(other, each)] for each in days)


def text_of(span: Span) -> str:
    """A span as "13:00–14:00"."""
    return f"{clock_of(span.start)}–{clock_of(span.end)}"


def clock_of(minute: int) -> str:
    """A minute of the day as "07:30"; the last one is "24:00"."""
    return f"{minute // 60:02d}:{minute % 60:02d}"
