"""`sm-dns calendar period`: dates with other hours, such as Ramadan."""

from __future__ import annotations

from typing import Any

import click

from sm_dns.admin.calendars import calendar_changes
from sm_dns.admin.calendars.calendar_changes import known_name
from sm_dns.cli.common import Group, trail_of, with_json, with_reason, with_settings
from sm_dns.cli.texts.calendar_text import YEAR, change_day, done, show_periods, with_calendar, with_day
from sm_dns.settings.settings import Settings


@click.group("period", cls=Group)
def command() -> None:
    """Give dates other hours, such as those of Ramadan."""


@command.command("add")
@click.argument("first", metavar="FIRST")
@click.argument("last", metavar="LAST")
@click.argument("text", metavar="NAME")
@click.argument("hours", metavar="KEY=VALUE...", nargs=-1, required=True)
@with_calendar
@with_reason
@with_settings
@with_json
def add(
    first: str,
    last: str,
    text: str,
    hours: tuple[str, ...],
    name: str | None,
    reason: str,
    by: str | None,
    settings: Settings,
    as_json: bool,
) -> None:
    """Give the dates from FIRST to LAST, both included, other hours in the accepted calendar.

    Keys: rest, rest.FRI, after_start, after_start.THU, work_start, as in rest=13:00-13:30 after_start=17:00.
    """
    name = known_name(settings, name)
    trail = trail_of(settings, by)
    changed = calendar_changes.add_period(settings, name, first, last, text, hours, why=reason, trail=trail)
    done(settings, as_json, changed, f"calendar {name}: {text} from {first} to {last}: {' '.join(hours)}")


@command.command("list")
@click.argument("year", type=YEAR)
@with_calendar
@with_settings
@with_json
def list_(year: int, name: str | None, settings: Settings, as_json: bool) -> None:
    """List the periods that begin in a year."""
    calendar = calendar_changes.shown(settings, known_name(settings, name), year)
    if not calendar.periods and not as_json:
        click.echo(f"calendar {calendar.name} {year} has no period")
    show_periods(as_json, calendar, calendar.periods)


@command.command("remove")
@with_day
def remove(**asked: Any) -> None:
    """Take away the period that DATE lies in: those dates have their ordinary hours again."""
    change_day(calendar_changes.remove_period, "the period of {day} is taken away", **asked)
