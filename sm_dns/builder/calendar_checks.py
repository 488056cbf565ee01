"""What `check` finds in calendars: years not accepted, holidays not settled, weekends of another state, and where the
library of holidays says otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sm_dns.admin.calendars import accepted_calendars, library_word
from sm_dns.admin.calendars.weekly_rest import weekend_of
from sm_dns.policy.schedule import Schedule
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding, finding
from sm_dns.util.message import Message
from sm_dns.util.strict_json import WEEKDAYS


def calendar_findings(settings: Settings, schedules: Mapping[str, Schedule], now: float) -> Iterator[Finding]:
    """All findings at `now` (POSIX seconds). Raises `BadInput` for a calendar that cannot be used."""
    zone: ZoneInfo = schedules[settings.default_schedule].zone
    today = datetime.fromtimestamp(now, zone).date()
    for said in accepted_calendars.warnings(settings, today):
        yield finding("warning", said)
    yield from accepted_calendars.unsettled(settings, today)
    yield from _other_words(settings, today)
    yield from _weekends(settings, schedules)


def _other_words(settings: Settings, today: date) -> Iterator[Finding]:
    """Of the running year and later ones: what is past for good wants nobody."""
    for file in accepted_calendars.accepted_files(settings):
        if file.year < today.year:
            continue
        try:
            others = library_word.other_words(file, settings.calendars[file.name])
        except BadInput as error:
            yield finding(
                "note",
                "calendar {name} {year} is compared with no library of holidays: {reason}",
                name=file.name,
                year=file.year,
                reason=error,
            )
        else:
            for said in library_word.said(file.name, file.year, others):
                yield finding("warning", said)


def _weekends(settings: Settings, schedules: Mapping[str, Schedule]) -> Iterator[Finding]:
    for name, calendar in settings.calendars.items():
        weekend = weekend_of(calendar.country, calendar.subdivision)
        for which in calendar.schedules:
            kept = schedules[which].calendar.weekend
            if weekend is not None and kept != weekend:
                yield finding(
                    "warning",
                    "calendar {name} is that of {state}, whose weekly rest days are {days}; "
                    "schedule {schedule!r} has {kept}",
                    name=name,
                    state=calendar.subdivision,
                    days=_weekdays(weekend),
                    schedule=which,
                    kept=_weekdays(kept) or Message("none"),
                )


def _weekdays(days: Iterable[int]) -> str:
    return ", ".join(WEEKDAYS[day] for day in sorted(days))
