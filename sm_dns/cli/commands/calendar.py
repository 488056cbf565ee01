"""`sm-dns calendar`: public holidays, proposed by a library, accepted by a person."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar

import click

from sm_dns.admin.calendars import calendar_changes
from sm_dns.admin.calendars.calendar_changes import known_name, texts
from sm_dns.admin.calendars.calendar_files import CalendarFile, accepted_path, load_file, proposed_path
from sm_dns.cli.common import (
    Group,
    server_text,
    show,
    tell_server,
    trail_of,
    with_json,
    with_reason,
    with_settings,
)
from sm_dns.settings.settings import Settings
from sm_dns.state import audit
from sm_dns.util.errors import BadInput

F = TypeVar("F", bound=Callable[..., Any])


def with_calendar(command: F) -> F:
    """Add `--calendar`; the command gets `name`, None where it is not given."""
    return click.option(
        "--calendar", "name", metavar="NAME", help="Which one [default: the only one configured]"
    )(command)


@click.group("calendar", cls=Group)
def command() -> None:
    """Propose, accept, show and correct the public holidays."""


@command.command("propose")
@click.argument("year", type=click.IntRange(1970, 2100))
@with_calendar
@with_reason
@with_settings
@with_json
def propose(
    year: int, name: str | None, reason: str, by: str | None, settings: Settings, as_json: bool
) -> None:
    """Write the holidays that the library believes in; nothing changes until a person accepts them."""
    name = known_name(settings, name)
    trail = trail_of(settings, by)
    proposal = calendar_changes.propose(settings, name, year, why=reason, trail=trail)
    path = proposed_path(settings.calendar_dir, name, year)
    _show_lines(as_json, proposal)
    if not as_json:
        click.echo(
            f"Proposed in {path}: compare it with the official table, then `sm-dns calendar accept {year}`."
        )


@command.command("accept")
@click.argument("year", type=click.IntRange(1970, 2100))
@with_calendar
@click.option("--accept-estimates", is_flag=True, help="Accept dates that are estimates, too.")
@with_reason
@with_settings
@with_json
def accept(
    year: int,
    name: str | None,
    accept_estimates: bool,
    reason: str,
    by: str | None,
    settings: Settings,
    as_json: bool,
) -> None:
    """Make the proposed holidays of a year the ones that rule."""
    name = known_name(settings, name)
    accepted = calendar_changes.accept(
        settings,
        name,
        year,
        at=time.time(),
        who=by or audit.current_user(),
        estimates=accept_estimates,
        why=reason,
        trail=trail_of(settings, by),
    )
    _done(settings, as_json, accepted, f"calendar {name} {year}: accepted, {len(accepted.lines)} lines")


@command.command("show")
@click.argument("year", type=click.IntRange(1970, 2100))
@with_calendar
@with_settings
@with_json
def show_(year: int, name: str | None, settings: Settings, as_json: bool) -> None:
    """Show the accepted holidays of a year, or else the proposed ones."""
    name = known_name(settings, name)
    for path in (
        accepted_path(settings.calendar_dir, name, year),
        proposed_path(settings.calendar_dir, name, year),
    ):
        if path.exists():
            calendar = load_file(path)
            if not as_json:
                click.echo(f"# {path}: {'accepted' if calendar.accepted else 'proposed, not accepted'}")
            _show_lines(as_json, calendar)
            return
    raise BadInput("calendar {name} {year} is neither accepted nor proposed", name=name, year=year)


@command.command("add")
@click.argument("day", metavar="DATE")
@click.argument("text", metavar="NAME-OR-REASON")
@click.option(
    "--kind",
    type=click.Choice(calendar_changes.KINDS),
    default="extra",
    show_default=True,
    help="A declared holiday, an extra working day, or an early end of work.",
)
@click.option("--ends", metavar="HH:MM", help="When work ends on a half-day.")
@with_calendar
@with_reason
@with_settings
@with_json
def add(
    day: str,
    text: str,
    kind: str,
    ends: str | None,
    name: str | None,
    reason: str,
    by: str | None,
    settings: Settings,
    as_json: bool,
) -> None:
    """Add a day to the accepted calendar of its year."""
    name = known_name(settings, name)
    trail = trail_of(settings, by)
    changed = calendar_changes.add(settings, name, day, text, kind=kind, ends=ends, why=reason, trail=trail)
    what = " ".join(part for part in (kind, day, ends, text) if part)
    _done(settings, as_json, changed, f"calendar {name}: added {what}")


@command.command("remove")
@click.argument("day", metavar="DATE")
@with_calendar
@with_reason
@with_settings
@with_json
def remove(
    day: str, name: str | None, reason: str, by: str | None, settings: Settings, as_json: bool
) -> None:
    """Take back what the accepted calendar says of a day: a holiday that is none, a correction that was wrong."""
    name = known_name(settings, name)
    trail = trail_of(settings, by)
    changed = calendar_changes.remove(settings, name, day, why=reason, trail=trail)
    _done(settings, as_json, changed, f"calendar {name}: {day} is taken back")


def _show_lines(as_json: bool, calendar: CalendarFile) -> None:
    for line in sorted(calendar.lines, key=lambda each: each.day):
        data = {
            "calendar": calendar.name,
            "accepted": calendar.accepted is not None,
            "kind": line.kind,
            "date": line.day.isoformat(),
            "time": line.time,
            "text": line.text,
            "estimate": line.is_estimate,
        }
        show(as_json, data, f"{line.day:%a} {line}")
    for period in calendar.periods:
        data = {"calendar": calendar.name, "accepted": calendar.accepted is not None, "kind": "period"}
        show(as_json, data | dict(period.document), f"    {period.source}")


def _done(settings: Settings, as_json: bool, calendar: CalendarFile, text: str) -> None:
    reloaded = tell_server(settings)
    data = {"calendar": calendar.name, "year": calendar.year, "lines": texts(calendar), "reloaded": reloaded}
    show(as_json, data, f"{text}\n{server_text(reloaded)}")
