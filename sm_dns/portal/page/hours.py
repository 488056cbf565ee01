"""The timetable of a schedule in words: what is permitted today, and the week."""

from __future__ import annotations

from collections.abc import Iterator

from sm_dns.i18n.catalogue import catalogue
from sm_dns.i18n.dates import clock
from sm_dns.i18n.hours import weekdays
from sm_dns.policy.calendar import DayClass
from sm_dns.policy.local_day import permitted_on
from sm_dns.policy.schedule import Schedule
from sm_dns.util import walltime
from sm_dns.util.strict_json import Span
from sm_dns.util.walltime import DAY_MINUTES


def today(schedule: Schedule, now: float, language: str, mode: str) -> str:
    """Today's open windows in one sentence: of what "enforce" permits, or of what "monitor" looks away from."""
    say = catalogue(language)
    day = walltime.to_local(now, schedule.zone).date()
    spans = [_text(one, language) for one in permitted_on(schedule, day)]
    if not spans:
        return say(f"notice.hours.{mode}.no_span")
    return say(f"notice.hours.{mode}.spans", spans="; ".join(spans))


def _text(span: Span, language: str) -> str:
    say = catalogue(language)
    if span == (0, DAY_MINUTES):
        return say("notice.whole_day")
    return say("notice.span", start=clock(language, span.start), end=clock(language, span.end))


def week(schedule: Schedule, now: float, language: str) -> list[str]:
    """When scheduled names are permitted in a week without holidays, by the hours of today's period."""
    hours = schedule.hours_on(walltime.to_local(now, schedule.zone).date())
    off = schedule.calendar.weekend_class is not DayClass.WORK
    working = [day for day in range(7) if not off or day not in schedule.calendar.weekend]
    rests: dict[tuple[int, int], list[int]] = {}
    afters: dict[int, list[int]] = {}
    for day in working:
        for rest in hours.rest_on(day):
            rests.setdefault((rest.start, rest.end), []).append(day)
        if day not in schedule.no_after_hours:
            afters.setdefault(hours.after_start_on(day), []).append(day)
    say = catalogue(language)
    lines = [_line("notice.hours_rest", language, days, *span) for span, days in rests.items()]
    lines += [
        _line("notice.hours_after", language, days, at, hours.work_start) for at, days in afters.items()
    ]
    lines += [say(key) for key in _whole_days(schedule)]
    return lines or [say("notice.hours_none")]


def _line(key: str, language: str, days: list[int], start: int, end: int) -> str:
    named, first, last = weekdays(language, tuple(days)), clock(language, start), clock(language, end)
    return catalogue(language)(key, days=named, start=first, end=last)


def _whole_days(schedule: Schedule) -> Iterator[str]:
    weekend = schedule.calendar.weekend_class is DayClass.WEEKEND_OPEN and bool(schedule.calendar.weekend)
    holiday = schedule.calendar.holiday_class is DayClass.HOLIDAY_OPEN
    if weekend and holiday:
        yield "notice.hours_off"
    elif weekend:
        yield "notice.hours_off_weekend"
    elif holiday:
        yield "notice.hours_off_holiday"
