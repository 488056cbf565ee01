"""`sm-dns calendar`: public holidays, proposed by a library, accepted by a person."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from sm_dns.admin.calendars import acceptance, calendar_changes, calendar_import, library_word
from sm_dns.admin.calendars.calendar_changes import known_name
from sm_dns.admin.calendars.calendar_files import CalendarFile, accepted_path, proposed_path
from sm_dns.admin.calendars.calendar_import import Imported
from sm_dns.cli import calendar_period
from sm_dns.cli.common import Group, show, trail_of, with_json, with_reason, with_settings
from sm_dns.cli.texts.calendar_text import (
    YEAR,
    change_day,
    done,
    show_differences,
    show_lines,
    show_other_words,
    with_calendar,
    with_day,
)
from sm_dns.settings.settings import Settings
from sm_dns.state import audit
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message


@click.group("calendar", cls=Group)
def command() -> None:
    """Propose, import, accept, show and correct the public holidays."""


command.add_command(calendar_period.command)


@command.command("propose")
@click.argument("year", type=YEAR)
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
    show_lines(as_json, proposal)
    if not as_json:
        click.echo(
            f"Proposed in {path}: compare it with the official table, then `sm-dns calendar accept {year}`."
        )


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--year", type=YEAR, help="Which, where FILE has several or does not say.")
@with_calendar
@with_reason
@with_settings
@with_json
def import_(
    file: Path,
    year: int | None,
    name: str | None,
    reason: str,
    by: str | None,
    settings: Settings,
    as_json: bool,
) -> None:
    """Propose the holidays of an official table: FILE is CSV, or iCalendar (.ics).

    Says what would become otherwise, and which lines were not understood; nothing changes until a person accepts.
    """
    name = known_name(settings, name)
    trail = trail_of(settings, by)
    table = calendar_import.read_file(file, year)
    found = calendar_changes.import_table(settings, name, table, file, year, why=reason, trail=trail)
    show_differences(as_json, name, found.differences)
    for line, said in found.not_understood:
        data = {"calendar": name, "kind": "not understood", "file": str(file), "line": line, "text": said}
        show(as_json, data, f"not understood: {file}:{line}: {said}")
    data = {
        "calendar": name,
        "kind": "proposed",
        "year": found.proposal.year,
        "holidays": len(found.proposal.of("holiday")),
        "stay_removed": [line.day.isoformat() for line in found.stay_removed],
        "other_years": found.other_years,
    }
    show(as_json, data, "\n".join(_import_lines(found)))


def _import_lines(found: Imported) -> Iterator[str]:
    for line in found.stay_removed:
        yield (
            f"stays removed, by a correction of the accepted calendar: {line.day} {line.text};"
            f" `sm-dns calendar add {line.day} {line.text!r}` puts it back"
        )
    if found.other_years:
        yield f"{found.other_years} holidays of other years are left out."
    if not found.differences:
        yield "It says what the calendar says already."
    yield (
        f"Proposed, {_counted(found.proposal)}: look at what is otherwise, then"
        f" `sm-dns calendar accept {found.proposal.year}`."
    )


@command.command("accept")
@click.argument("year", type=YEAR)
@with_calendar
@click.option("--accept-estimates", is_flag=True, help="Accept dates that are estimates, too.")
@click.option("--yes", is_flag=True, help="The days that the state itself declared are compared: do not ask.")
@with_reason
@with_settings
@with_json
def accept(
    year: int,
    name: str | None,
    accept_estimates: bool,
    yes: bool,
    reason: str,
    by: str | None,
    settings: Settings,
    as_json: bool,
) -> None:
    """Make the proposed holidays of a year the ones that rule.

    Says what becomes otherwise, and asks whether the days that the state declared are in them.
    """
    name = known_name(settings, name)
    waiting = acceptance.look_at_proposal(settings, name, year, estimates=accept_estimates)
    show_differences(as_json, name, waiting.differences)
    show_other_words(as_json, name, waiting.other_words)
    if waiting.question is not None and not yes:
        _ask(waiting.question)
    accepted = calendar_changes.accept(
        settings,
        name,
        year,
        at=time.time(),
        who=by or audit.current_user(),
        estimates=accept_estimates,
        looked_at=waiting.proposal,
        why=reason,
        trail=trail_of(settings, by),
    )
    done(settings, as_json, accepted, f"calendar {name} {year}: accepted, {_counted(accepted)}")


def _counted(calendar: CalendarFile) -> str:
    """How many holidays, and apart how many that are on one of several days: those open nothing yet."""
    conditional = len(calendar.unsettled)
    return f"{len(calendar.holidays)} holidays" + (f", {conditional} conditional" if conditional else "")


def _ask(question: Message) -> None:
    """Have a person say yes. Raises `BadInput` where nobody does."""
    try:
        is_sure = click.confirm(str(question), err=True)
    except click.Abort:
        click.echo(err=True)
        raise BadInput("nothing is accepted: nobody answered; say --yes where nobody can be asked") from None
    if not is_sure:
        raise BadInput(
            "nothing is accepted: add what is missing with `sm-dns calendar add`, or import a table"
        )


@command.command("show")
@click.argument("year", type=YEAR)
@with_calendar
@with_settings
@with_json
def show_(year: int, name: str | None, settings: Settings, as_json: bool) -> None:
    """Show the accepted holidays of a year, or else the proposed ones, and where the library says otherwise."""
    name = known_name(settings, name)
    calendar = calendar_changes.shown(settings, name, year)
    is_accepted = calendar.accepted is not None
    if not as_json:
        path = (accepted_path if is_accepted else proposed_path)(settings.calendar_dir, name, year)
        click.echo(f"# {path}: {'accepted' if is_accepted else 'proposed, not accepted'}")
    show_lines(as_json, calendar)
    with suppress(BadInput):  # a place that the library does not know
        show_other_words(as_json, name, library_word.other_words(calendar, settings.calendars[name]))


@command.command("add")
@click.argument("day", metavar="DATE")
@click.argument("text", metavar="NAME-OR-REASON")
@click.option(
    "--kind",
    type=click.Choice(calendar_changes.KINDS),
    help="A declared holiday (the default), an extra working day, an early end of work, or a holiday on one of days.",
)
@click.option("--or", "others", metavar="DATE", multiple=True, help="… the other day on which it may be.")
@click.option("--ends", metavar="HH:MM", help="When work ends on a half-day.")
@with_calendar
@with_reason
@with_settings
@with_json
def add(
    day: str,
    text: str,
    kind: str | None,
    ends: str | None,
    others: tuple[str, ...],
    name: str | None,
    reason: str,
    by: str | None,
    settings: Settings,
    as_json: bool,
) -> None:
    """Add a day to the accepted calendar of its year; with --or a holiday on one of days, until it is settled."""
    name = known_name(settings, name)
    trail = trail_of(settings, by)
    kind = kind or calendar_changes.usual_kind(others)
    changed = calendar_changes.add(
        settings, name, day, text, kind=kind, ends=ends, others=others, why=reason, trail=trail
    )
    days = " or ".join((day, *others))
    what = " ".join(part for part in (kind, days, ends, text) if part)
    done(settings, as_json, changed, f"calendar {name}: added {what}")


@command.command("settle")
@with_day
def settle(**asked: Any) -> None:
    """Say that a conditional holiday is on DATE, one of its days; the others are ordinary ones."""
    change_day(calendar_changes.settle, "settled on {day}", **asked)


@command.command("keep")
@with_day
def keep(**asked: Any) -> None:
    """Say that the accepted calendar is right about DATE, whatever the library says: `check` says no more of it."""
    change_day(calendar_changes.keep, "{day} is kept as it is", **asked)


@command.command("remove")
@with_day
def remove(**asked: Any) -> None:
    """Take back what the accepted calendar says of a day: a holiday that is none, a correction that was wrong."""
    change_day(calendar_changes.remove, "{day} is taken back", **asked)
