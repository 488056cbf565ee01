"""`sm-dns calendar`: public holidays, proposed by a library, accepted by a person."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

import click

from sm_dns.cli.common import record, server_text, show, tell_server, with_json, with_reason, with_settings
from sm_dns.control import audit, calendar_proposals
from sm_dns.control.calendar_files import CalendarFile, Line, accepted_path, load_file, proposed_path
from sm_dns.control.settings import Settings
from sm_dns.errors import BadInput
from sm_dns.policy import reading

F = TypeVar("F", bound=Callable[..., Any])


def with_calendar(command: F) -> F:
    """Add `--calendar`; the command gets `name`, None where it is not given."""
    return click.option(
        "--calendar", "name", metavar="NAME", help="Which one [default: the only one configured]"
    )(command)


@click.group("calendar")
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
    name = _name(settings, name)
    proposal = calendar_proposals.write_proposal(settings.calendar_dir, name, year, settings.calendars[name])
    path = proposed_path(settings.calendar_dir, name, year)
    detail = {"file": str(path), "holidays": len(proposal.of("holiday"))}
    record(settings, "calendar propose", f"{name} {year}", by=by, why=reason, detail=detail)
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
    name = _name(settings, name)
    before = _load_accepted(settings, name, year)
    accepted = calendar_proposals.accept(
        settings.calendar_dir,
        name,
        year,
        at=time.time(),
        who=by or audit.current_user(),
        why=reason or "no reason given",
        estimates=accept_estimates,
    )
    detail = {"before": _texts(before), "after": _texts(accepted)}
    record(settings, "calendar accept", f"{name} {year}", by=by, why=reason, detail=detail)
    _done(settings, as_json, accepted, f"calendar {name} {year}: accepted, {len(accepted.lines)} lines")


@command.command("show")
@click.argument("year", type=click.IntRange(1970, 2100))
@with_calendar
@with_settings
@with_json
def show_(year: int, name: str | None, settings: Settings, as_json: bool) -> None:
    """Show the accepted holidays of a year, or else the proposed ones."""
    name = _name(settings, name)
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
    raise BadInput(f"calendar {name} {year} is neither accepted nor proposed")


@command.command("add")
@click.argument("day", metavar="DATE")
@click.argument("text", metavar="NAME-OR-REASON")
@click.option(
    "--kind",
    type=click.Choice(["extra", "workday", "half-day"]),
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
    if (kind == "half-day") is (ends is None):
        raise BadInput("--ends HH:MM belongs to --kind half-day, and only to it")
    line = Line(kind, reading.day(day, "date"), text, ends)
    name = _name(settings, name)
    changed = calendar_proposals.add_line(settings.calendar_dir, name, line)
    record(settings, "calendar add", f"{name} {day}", by=by, why=reason or text, detail={"added": str(line)})
    _done(settings, as_json, changed, f"calendar {name}: added {line}")


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
    when = reading.day(day, "date")
    name = _name(settings, name)
    before = _load_accepted(settings, name, when.year)
    changed = calendar_proposals.remove_day(settings.calendar_dir, name, when, reason or "no reason given")
    detail = {"before": _of_day(before, when), "after": _of_day(changed, when)}
    record(settings, "calendar remove", f"{name} {day}", by=by, why=reason, detail=detail)
    _done(settings, as_json, changed, f"calendar {name}: {day} is taken back")


def _name(settings: Settings, name: str | None) -> str:
    known = ", ".join(settings.calendars) or "none: add one under `calendars` in the configuration"
    if name is None:
        if len(settings.calendars) != 1:
            raise BadInput(f"say which calendar with --calendar; there are: {known}")
        return next(iter(settings.calendars))
    if name not in settings.calendars:
        raise BadInput(f"there is no calendar {name!r}; there are: {known}")
    return name


def _load_accepted(settings: Settings, name: str, year: int) -> CalendarFile | None:
    path = accepted_path(settings.calendar_dir, name, year)
    return load_file(path) if path.exists() else None


def _texts(calendar: CalendarFile | None) -> list[str]:
    return [] if calendar is None else [str(line) for line in calendar.lines]


def _of_day(calendar: CalendarFile | None, day: date) -> list[str]:
    return [] if calendar is None else [str(line) for line in calendar.lines if line.day == day]


def _show_lines(as_json: bool, calendar: CalendarFile) -> None:
    for line in sorted(calendar.lines, key=lambda each: each.day):
        data = {
            "calendar": calendar.name,
            "accepted": calendar.accepted is not None,
            "kind": line.kind,
            "date": line.day.isoformat(),
            "time": line.time,
            "text": line.text,
        }
        show(as_json, data, f"{line.day:%a} {line}")
    for period in calendar.periods:
        data = {"calendar": calendar.name, "accepted": calendar.accepted is not None, "kind": "period"}
        show(as_json, data | dict(period.document), f"    {period.source}")


def _done(settings: Settings, as_json: bool, calendar: CalendarFile, text: str) -> None:
    reloaded = tell_server(settings)
    data = {"calendar": calendar.name, "year": calendar.year, "lines": _texts(calendar), "reloaded": reloaded}
    show(as_json, data, f"{text}\n{server_text(reloaded)}")
