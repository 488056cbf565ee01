"""Calendars as commands show them, and what commands about them have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from sm_dns.admin.calendars.calendar_changes import DayChange, known_name, texts
from sm_dns.admin.calendars.calendar_files import YEARS, CalendarFile
from sm_dns.admin.calendars.calendar_periods import Period
from sm_dns.admin.calendars.differences import Difference
from sm_dns.admin.calendars.library_word import OtherWord
from sm_dns.cli import completing
from sm_dns.cli.common import server_text, show, tell_server, trail_of, with_json, with_reason, with_settings
from sm_dns.settings.settings import Settings

YEAR = click.IntRange(YEARS[0], YEARS[-1])

F = TypeVar("F", bound=Callable[..., Any])


def with_calendar(command: F) -> F:
    """Add `--calendar`; the command gets `name`, None where it is not given."""
    return click.option(
        "--calendar",
        "name",
        metavar="NAME",
        help="Which one [default: the only one configured]",
        shell_complete=completing.calendars,
    )(command)


def with_day(command: F) -> F:
    """Add DATE and what every change of a day takes: what `change_day` is asked by."""
    for option in (
        with_json,
        with_settings,
        with_reason,
        with_calendar,
        click.argument("day", metavar="DATE"),
    ):
        command = option(command)
    return command


def change_day(
    change: DayChange,
    text: str,
    *,
    day: str,
    name: str | None,
    reason: str,
    by: str | None,
    settings: Settings,
    as_json: bool,
) -> None:
    """Make a change of one day; `text` says what was done, of {day}."""
    name = known_name(settings, name)
    changed = change(settings, name, day, why=reason, trail=trail_of(settings, by))
    done(settings, as_json, changed, f"calendar {name}: {text.format(day=day)}")


def show_lines(as_json: bool, calendar: CalendarFile) -> None:
    """Its days, and then its periods."""
    for line in sorted(calendar.lines, key=lambda each: each.day):
        data = {
            "calendar": calendar.name,
            "accepted": calendar.accepted is not None,
            "kind": line.kind,
            "date": line.day.isoformat(),
            "time": line.time,
            "text": line.text,
            "estimate": line.is_estimate,
            "or": [day.isoformat() for day in line.others],
        }
        show(as_json, data, f"{line.day:%a} {line}")
    show_periods(as_json, calendar, calendar.periods)


def show_periods(as_json: bool, calendar: CalendarFile, periods: Iterable[Period]) -> None:
    """Periods of a calendar, a line each."""
    for period in periods:
        data = {"calendar": calendar.name, "accepted": calendar.accepted is not None, "kind": "period"}
        data |= {"name": period.name, **period.document}
        show(as_json, data, f"    {period.source}")


def show_differences(as_json: bool, name: str, found: Iterable[Difference]) -> None:
    """What would become otherwise, a line a day."""
    for each in found:
        data = {
            "calendar": name,
            "kind": "difference",
            "what": each.what,
            "dates": [day.isoformat() for day in each.days],
            "text": each.text,
            "was_on": each.was_on and each.was_on.isoformat(),
            "was_called": each.was_called,
        }
        show(as_json, data, f"  {each}")


def show_other_words(as_json: bool, name: str, found: Iterable[OtherWord]) -> None:
    """Where the library says otherwise, a line a day."""
    for each in found:
        data = {"calendar": name, "kind": "library", "date": each.day.isoformat(), "text": each.text}
        show(as_json, data | {"in_library": each.in_library}, f"# {each}")


def done(settings: Settings, as_json: bool, calendar: CalendarFile, text: str) -> None:
    """Have the server take up a change, and say so."""
    reloaded = tell_server(settings)
    data = {"calendar": calendar.name, "year": calendar.year, "lines": texts(calendar), "reloaded": reloaded}
    show(as_json, data, f"{text}\n{server_text(reloaded)}")
