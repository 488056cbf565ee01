"""The timetable of a schedule: today's windows minute by minute, and the week in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple

from sm_dns.i18n.catalogue import catalogue
from sm_dns.i18n.dates import DAY_MINUTES, clock
from sm_dns.policy.calendar import DayClass
from sm_dns.policy.windows import Schedule, state_at
from sm_dns.portal.page.formatting import weekdays
from sm_dns.util import walltime


class Window(NamedTuple):
    """A stretch of today in minutes of wall time after midnight."""

    start: int
    end: int
    permitted: bool


def windows_of_day(schedule: Schedule, now: float) -> list[Window]:
    """The local day of `now` from midnight to midnight, cut where permission changes."""
    wall = walltime.to_local(now, schedule.zone)
    midnight = walltime.of_minute(wall.date(), 0, schedule.zone)
    tomorrow = walltime.of_minute(wall.date() + timedelta(days=1), 0, schedule.zone)
    found = []
    at = midnight
    while at < tomorrow:
        state = state_at(schedule, at)
        end = tomorrow if state.until is None else min(state.until, tomorrow)
        last = DAY_MINUTES if end == tomorrow else minute_of(schedule, end)
        # A day that begins at 01:00, where clocks go forward at midnight, is a whole one too.
        first = 0 if at == midnight else minute_of(schedule, at)
        found.append(Window(first, last, state.permitted))
        at = end
    return found


def minute_of(schedule: Schedule, at: float) -> int:
    """The minute of wall time after midnight of an instant."""
    wall = walltime.to_local(at, schedule.zone)
    return wall.hour * 60 + wall.minute


def today(schedule: Schedule, now: float, language: str, mode: str) -> str:
    """Today's open windows in one sentence: of what "enforce" permits, or of what "monitor" looks away from."""
    say = catalogue(language)
    spans = [_span(one, language) for one in windows_of_day(schedule, now) if one.permitted]
    if not spans:
        return say(f"notice.hours.{mode}.no_span")
    return say(f"notice.hours.{mode}.spans", spans="; ".join(spans))


def _span(window: Window, language: str) -> str:
    say = catalogue(language)
    if (window.start, window.end) == (0, DAY_MINUTES):
        return say("notice.whole_day")
    return say("notice.span", start=clock(language, window.start), end=clock(language, window.end))


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
