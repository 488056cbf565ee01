"""The accepted calendars: what they add to the schedules, and which are wanted and not there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

from sm_dns.admin.calendars.calendar_files import CalendarFile, accepted_path, load_file, proposed_path
from sm_dns.policy.schedule import ScheduleDocument
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding, finding
from sm_dns.util.message import Message
from sm_dns.util.strict_json import Json

_WARNED_BEFORE = timedelta(days=7)


def accepted_files(settings: Settings) -> list[CalendarFile]:
    """Every accepted file of the configured calendars, by name and year.

    Raises `BadInput` for a damaged one, and for a `.cal` file that nobody has accepted.
    """
    found: list[CalendarFile] = []
    for name in sorted(settings.calendars):
        for path in sorted(settings.calendar_dir.glob(f"{name}-[0-9][0-9][0-9][0-9].cal")):
            calendar = load_file(path)
            if calendar.accepted is None:
                raise BadInput("has no `accepted` line: `sm-dns calendar accept` writes it", file=path)
            found.append(calendar)
    return found


def merge(schedule: ScheduleDocument, calendars: Iterable[CalendarFile]) -> ScheduleDocument:
    """A schedule's JSON with accepted calendars in it; what the schedule itself says wins."""
    holidays: dict[str, str] = {}
    workdays: list[str] = []
    half_days: dict[str, str] = {}
    periods: list[Mapping[str, Json]] = []
    for calendar in calendars:
        holidays |= {day.isoformat(): line.shown for day, line in calendar.holidays.items()}
        workdays += [day.isoformat() for day in calendar.of("workday")]
        half_days |= {day.isoformat(): line.time or "" for day, line in calendar.of("half-day").items()}
        periods += [period.document for period in calendar.periods]
    return {
        **schedule,
        "holidays": holidays | schedule.get("holidays", {}),
        "extra_workdays": sorted({*workdays, *schedule.get("extra_workdays", [])}),
        "half_days": half_days | schedule.get("half_days", {}),
        "periods": [*periods, *schedule.get("periods", [])],
    }


def merged_schedules(settings: Settings) -> dict[str, ScheduleDocument]:
    """The JSON of every configured schedule with its accepted calendars in it. Raises `BadInput`."""
    files = accepted_files(settings)
    keeps = {
        schedule: {name for name, calendar in settings.calendars.items() if schedule in calendar.schedules}
        for schedule in settings.schedules
    }
    return {
        schedule: merge(document, [file for file in files if file.name in keeps[schedule]])
        for schedule, document in settings.schedules.items()
    }


def warnings(settings: Settings, today: date) -> list[Message]:
    """What a person must see to: the running year not accepted, and from 1 October on the coming one."""
    years = [today.year, today.year + 1] if today.month >= 10 else [today.year]
    return [
        _warning(settings.calendar_dir, name, year)
        for name in settings.calendars
        for year in years
        if not accepted_path(settings.calendar_dir, name, year).exists()
    ]


def unsettled(settings: Settings, today: date) -> Iterator[Finding]:
    """Conditional holidays of the running and of coming years of which nobody has said on which day they are.

    Each of their days is an ordinary one until then: the rules hold on a day that may be one of work, and whoever
    works on a holiday misses no more than on any other day. A week before the first of them it is a warning.
    """
    for calendar in accepted_files(settings):
        for line in calendar.unsettled if calendar.year >= today.year else ():
            days = ", ".join(day.isoformat() for day in line.days)
            told = {"name": calendar.name, "text": line.text, "days": days}
            if line.days[-1] < today:
                yield finding(
                    "warning",
                    "calendar {name}: it was never said on which of {days} there was {text}, and each counted as an "
                    "ordinary day: run `sm-dns calendar settle DATE --calendar {name}`",
                    **told,
                )
            else:
                yield finding(
                    "warning" if line.day - today <= _WARNED_BEFORE else "note",
                    "calendar {name}: it is not settled on which of {days} there is {text}, and each counts as an "
                    "ordinary day: once it is known, run `sm-dns calendar settle DATE --calendar {name}`",
                    **told,
                )


def _warning(directory: Path, name: str, year: int) -> Message:
    if proposed_path(directory, name, year).exists():
        return Message(
            "calendar {name} {year} is proposed but not accepted: its holidays count as ordinary "
            "days; run `sm-dns calendar accept {year} --calendar {name}`",
            name=name,
            year=year,
        )
    return Message(
        "calendar {name} {year} has no accepted file: its holidays count as ordinary days; "
        "run `sm-dns calendar propose {year} --calendar {name}`",
        name=name,
        year=year,
    )
