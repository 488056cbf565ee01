"""Calendars proposed, accepted and corrected, as the commands and the dashboard do it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Protocol

from sm_dns.admin.calendars import calendar_import, calendar_proposals, corrections, library_word
from sm_dns.admin.calendars.calendar_files import (
    CONDITIONAL,
    CalendarFile,
    Line,
    accepted_path,
    load_file,
    proposed_path,
    written,
)
from sm_dns.admin.calendars.calendar_import import Imported
from sm_dns.admin.calendars.calendar_periods import written_period
from sm_dns.admin.calendars.official_table import Table
from sm_dns.settings.settings import Settings
from sm_dns.state.audit import Trail
from sm_dns.state.intent import FileChange, Removed
from sm_dns.util import strict_json
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, did_you_mean
from sm_dns.util.strict_json import Json

KINDS = ("extra", "workday", "half-day", CONDITIONAL)
NO_REASON = "no reason given"


class DayChange(Protocol):
    """A change of what the accepted calendar says of one day. Raises `BadInput`."""

    def __call__(
        self, settings: Settings, name: str, day: str, /, *, why: str, trail: Trail
    ) -> CalendarFile: ...


def propose(settings: Settings, name: str, year: int, *, why: str, trail: Trail) -> CalendarFile:
    """Write the holidays that the library believes in; nothing changes until a person accepts them."""
    directory, calendar = settings.calendar_dir, settings.calendars[name]
    lines = calendar_proposals.propose(calendar.country, calendar.subdivision, year)
    with trail.turn() as turn:
        proposal = calendar_proposals.proposal(directory, name, year, calendar, lines)
        file = written(proposed_path(directory, name, year), proposal)
        detail: dict[str, Json] = {"file": str(file.path), "holidays": len(proposal.of("holiday"))}
        turn.change("calendar propose", f"{name} {year}", why=why, detail=detail, files=[file])
    return proposal


def import_table(
    settings: Settings,
    name: str,
    table: Table,
    source: Path | str,
    year: int | None,
    *,
    why: str,
    trail: Trail,
) -> Imported:
    """Make an official table the proposal of its year, or of `year`; nothing changes until a person accepts it.

    `source` is where it was read from. Raises `BadInput` for days of several years, or none of that year.
    """
    year = year or calendar_import.year_of(source, table)
    directory, place = settings.calendar_dir, calendar_proposals.place_of(settings.calendars[name])
    with trail.turn() as turn:
        before = load_any(settings, name, year)
        found = calendar_import.imported(directory, source, table, year, before, name, place)
        file = written(proposed_path(directory, name, year), found.proposal)
        detail: dict[str, Json] = {
            "file": str(file.path),
            "source": Path(source).name,
            "differences": [str(each) for each in found.differences],
            "not_understood": len(found.not_understood),
        }
        turn.change("calendar import", f"{name} {year}", why=why, detail=detail, files=[file])
    return found


def accept(
    settings: Settings,
    name: str,
    year: int,
    *,
    at: float,
    who: str,
    estimates: bool,
    looked_at: CalendarFile,
    why: str,
    trail: Trail,
) -> CalendarFile:
    """Make the proposed holidays of a year the ones that rule. `at` is POSIX seconds.

    Raises `BadInput`, also where the proposal is no more the one that the person `looked_at`.
    """
    directory = settings.calendar_dir
    with trail.turn() as turn:
        before = load_accepted(settings, name, year)
        proposal = calendar_proposals.acceptable(directory, name, year, estimates=estimates)
        if proposal != looked_at:
            raise BadInput("the proposal of {year} has changed meanwhile: look at it again", year=year)
        known = library_word.with_known_differences(proposal, before, settings.calendars[name])
        accepted = calendar_proposals.accepted(known, at=at, who=who, why=why or NO_REASON)
        files: list[FileChange] = [
            written(accepted_path(directory, name, year), accepted),
            Removed(proposed_path(directory, name, year)),
        ]
        detail = {"before": texts(before), "after": texts(accepted)}
        turn.change("calendar accept", f"{name} {year}", why=why, detail=detail, files=files)
    return accepted


def add(
    settings: Settings,
    name: str,
    day: str,
    text: str,
    *,
    kind: str,
    ends: str | None,
    others: Sequence[str] = (),
    why: str,
    trail: Trail,
) -> CalendarFile:
    """Add a day to the accepted calendar of its year. Raises `BadInput`.

    `kind` is of `KINDS`, `ends` is the HH:MM of a half-day, `others` are the further days on which a conditional
    holiday may be.
    """
    if kind not in KINDS:
        said = Message("there is no kind {kind!r}; there are: {kinds}", kind=kind, kinds=", ".join(KINDS))
        raise BadInput(did_you_mean(said, kind, KINDS))
    if kind == "half-day" and ends is None:
        raise BadInput("a half-day needs the time at which it ends: --ends HH:MM")
    if kind != "half-day" and ends is not None:
        raise BadInput("--ends HH:MM belongs to --kind half-day alone")
    if kind == CONDITIONAL and not others:
        raise BadInput("a conditional holiday needs the other day on which it may be: --or DATE")
    if kind != CONDITIONAL and others:
        raise BadInput("--or DATE belongs to --kind conditional alone")
    first, *rest = sorted(strict_json.day(each, "date") for each in (day, *others))
    line = Line(kind, first, text, ends, others=tuple(rest))
    with trail.turn() as turn:
        changed = corrections.with_line(settings.calendar_dir, name, line)
        files = [written(accepted_path(settings.calendar_dir, name, changed.year), changed)]
        detail = {"added": str(line)}
        turn.change("calendar add", f"{name} {day}", why=why or text, detail=detail, files=files)
    return changed


def usual_kind(others: Sequence[str]) -> str:
    """What a day is added as where nobody says: a declared holiday, or with `others` a conditional one."""
    return CONDITIONAL if others else "extra"


def remove(settings: Settings, name: str, day: str, *, why: str, trail: Trail) -> CalendarFile:
    """Take back what the accepted calendar says of a day. Raises `BadInput`."""
    when = strict_json.day(day, "date")
    with trail.turn() as turn:
        before = load_accepted(settings, name, when.year)
        changed = corrections.without_day(settings.calendar_dir, name, when, why or NO_REASON)
        files = [written(accepted_path(settings.calendar_dir, name, when.year), changed)]
        detail = {"before": _of_day(before, when), "after": _of_day(changed, when)}
        turn.change("calendar remove", f"{name} {day}", why=why, detail=detail, files=files)
    return changed


def settle(settings: Settings, name: str, day: str, *, why: str, trail: Trail) -> CalendarFile:
    """Say on which of its days a conditional holiday is. Raises `BadInput`."""
    when = strict_json.day(day, "date")
    with trail.turn() as turn:
        changed = corrections.settled(settings.calendar_dir, name, when)
        before = load_accepted(settings, name, when.year)
        files = [written(accepted_path(settings.calendar_dir, name, when.year), changed)]
        detail: dict[str, Json] = {"before": _of_day(before, when), "after": _of_day(changed, when)}
        turn.change("calendar settle", f"{name} {day}", why=why, detail=detail, files=files)
    return changed


def keep(settings: Settings, name: str, day: str, *, why: str, trail: Trail) -> CalendarFile:
    """Say that what the accepted calendar says of a day holds, whatever the library says. Raises `BadInput`."""
    when = strict_json.day(day, "date")
    with trail.turn() as turn:
        changed = corrections.with_kept(settings.calendar_dir, name, when, why or NO_REASON)
        files = [written(accepted_path(settings.calendar_dir, name, when.year), changed)]
        detail: dict[str, Json] = {"after": _of_day(changed, when)}
        turn.change("calendar keep", f"{name} {day}", why=why, detail=detail, files=files)
    return changed


def add_period(
    settings: Settings,
    name: str,
    first: str,
    last: str,
    text: str,
    hours: Sequence[str],
    *,
    why: str,
    trail: Trail,
) -> CalendarFile:
    """Give the dates from first to last, both included, other hours, `KEY=VALUE` each. Raises `BadInput`."""
    period = written_period(first, last, text, hours)
    with trail.turn() as turn:
        changed = corrections.with_period(settings.calendar_dir, name, period)
        files = [written(accepted_path(settings.calendar_dir, name, changed.year), changed)]
        detail: dict[str, Json] = {"added": period.source}
        turn.change("calendar period add", f"{name} {first}", why=why or text, detail=detail, files=files)
    return changed


def remove_period(settings: Settings, name: str, day: str, *, why: str, trail: Trail) -> CalendarFile:
    """Take away the period that a date lies in. Raises `BadInput`."""
    when = strict_json.day(day, "date")
    with trail.turn() as turn:
        changed = corrections.without_period(settings.calendar_dir, name, when)
        before = corrections.accepted_year(settings.calendar_dir, name, changed.year)
        files = [written(accepted_path(settings.calendar_dir, name, changed.year), changed)]
        gone = [each.source for each in before.periods if each not in changed.periods]
        detail: dict[str, Json] = {"removed": gone}
        turn.change("calendar period remove", f"{name} {day}", why=why, detail=detail, files=files)
    return changed


def known_name(settings: Settings, name: str | None) -> str:
    """The calendar meant: the one of that name, or the only one. Raises `BadInput`."""
    known = ", ".join(settings.calendars) or "none: add one under `calendars` in the configuration"
    if name is None:
        if len(settings.calendars) != 1:
            raise BadInput("say which calendar with --calendar; there are: {known}", known=known)
        return next(iter(settings.calendars))
    if name not in settings.calendars:
        said = Message("there is no calendar {name!r}; there are: {known}", name=name, known=known)
        raise BadInput(did_you_mean(said, name, settings.calendars))
    return name


def load_accepted(settings: Settings, name: str, year: int) -> CalendarFile | None:
    """The accepted file of a year, if there is one."""
    path = accepted_path(settings.calendar_dir, name, year)
    return load_file(path) if path.exists() else None


def load_any(settings: Settings, name: str, year: int) -> CalendarFile | None:
    """The accepted file of a year, or else the proposed one, if there is one."""
    accepted = load_accepted(settings, name, year)
    if accepted is not None:
        return accepted
    path = proposed_path(settings.calendar_dir, name, year)
    return load_file(path) if path.exists() else None


def shown(settings: Settings, name: str, year: int) -> CalendarFile:
    """The accepted file of a year, or else the proposed one. Raises `BadInput` where there is neither."""
    found = load_any(settings, name, year)
    if found is None:
        raise BadInput("calendar {name} {year} is neither accepted nor proposed", name=name, year=year)
    return found


def texts(calendar: CalendarFile | None) -> list[str]:
    """The lines of a calendar as text."""
    return [] if calendar is None else [str(line) for line in calendar.lines]


def _of_day(calendar: CalendarFile | None, day: date) -> list[str]:
    return [] if calendar is None else [str(line) for line in calendar.lines if day in line.days]
