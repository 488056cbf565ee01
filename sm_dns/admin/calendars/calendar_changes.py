"""Calendars proposed, accepted and corrected, as the commands and the dashboard do it."""

from __future__ import annotations

from datetime import date

from sm_dns.admin.calendars import calendar_proposals
from sm_dns.admin.calendars.calendar_files import CalendarFile, Line, accepted_path, load_file, proposed_path
from sm_dns.admin.calendars.calendar_proposals import written
from sm_dns.settings.settings import Settings
from sm_dns.state.audit import Trail
from sm_dns.state.intent import FileChange, Removed
from sm_dns.util import strict_json
from sm_dns.util.errors import BadInput
from sm_dns.util.strict_json import Json

KINDS = ("extra", "workday", "half-day")
NO_REASON = "no reason given"


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


def accept(
    settings: Settings, name: str, year: int, *, at: float, who: str, estimates: bool, why: str, trail: Trail
) -> CalendarFile:
    """Make the proposed holidays of a year the ones that rule. `at` is POSIX seconds. Raises `BadInput`."""
    directory = settings.calendar_dir
    with trail.turn() as turn:
        before = load_accepted(settings, name, year)
        accepted = calendar_proposals.accepted(
            directory, name, year, at=at, who=who, why=why or NO_REASON, estimates=estimates
        )
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
    why: str,
    trail: Trail,
) -> CalendarFile:
    """Add a day to the accepted calendar of its year; `ends` is the HH:MM of a half-day. Raises `BadInput`."""
    if kind not in KINDS:
        raise BadInput("there is no kind {kind!r}; there are: {kinds}", kind=kind, kinds=", ".join(KINDS))
    if kind == "half-day" and ends is None:
        raise BadInput("a half-day needs the time at which it ends: --ends HH:MM")
    if kind != "half-day" and ends is not None:
        raise BadInput("--ends HH:MM belongs to --kind half-day alone")
    line = Line(kind, strict_json.day(day, "date"), text, ends)
    with trail.turn() as turn:
        changed = calendar_proposals.with_line(settings.calendar_dir, name, line)
        files = [written(accepted_path(settings.calendar_dir, name, changed.year), changed)]
        detail = {"added": str(line)}
        turn.change("calendar add", f"{name} {day}", why=why or text, detail=detail, files=files)
    return changed


def remove(settings: Settings, name: str, day: str, *, why: str, trail: Trail) -> CalendarFile:
    """Take back what the accepted calendar says of a day. Raises `BadInput`."""
    when = strict_json.day(day, "date")
    with trail.turn() as turn:
        before = load_accepted(settings, name, when.year)
        changed = calendar_proposals.without_day(settings.calendar_dir, name, when, why or NO_REASON)
        files = [written(accepted_path(settings.calendar_dir, name, when.year), changed)]
        detail = {"before": _of_day(before, when), "after": _of_day(changed, when)}
        turn.change("calendar remove", f"{name} {day}", why=why, detail=detail, files=files)
    return changed


def known_name(settings: Settings, name: str | None) -> str:
    """The calendar meant: the one of that name, or the only one. Raises `BadInput`."""
    known = ", ".join(settings.calendars) or "none: add one under `calendars` in the configuration"
    if name is None:
        if len(settings.calendars) != 1:
            raise BadInput("say which calendar with --calendar; there are: {known}", known=known)
        return next(iter(settings.calendars))
    if name not in settings.calendars:
        raise BadInput("there is no calendar {name!r}; there are: {known}", name=name, known=known)
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


def texts(calendar: CalendarFile | None) -> list[str]:
    """The lines of a calendar as text."""
    return [] if calendar is None else [str(line) for line in calendar.lines]


def _of_day(calendar: CalendarFile | None, day: date) -> list[str]:
    return [] if calendar is None else [str(line) for line in calendar.lines if line.day == day]
