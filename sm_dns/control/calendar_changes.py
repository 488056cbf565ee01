"""Calendars proposed, accepted and corrected, as the commands and the dashboard do it."""

from __future__ import annotations

from datetime import date

from sm_dns.control import calendar_proposals
from sm_dns.control.calendar_files import CalendarFile, Line, accepted_path, load_file, proposed_path
from sm_dns.control.changes import Note
from sm_dns.control.settings import Settings
from sm_dns.errors import BadInput
from sm_dns.policy import reading

KINDS = ("extra", "workday", "half-day")
NO_REASON = "no reason given"


def propose(settings: Settings, name: str, year: int, *, why: str, note: Note) -> CalendarFile:
    """Write the holidays that the library believes in; nothing changes until a person accepts them."""
    proposal = calendar_proposals.write_proposal(settings.calendar_dir, name, year, settings.calendars[name])
    path = proposed_path(settings.calendar_dir, name, year)
    detail = {"file": str(path), "holidays": len(proposal.of("holiday"))}
    note("calendar propose", f"{name} {year}", why=why, detail=detail)
    return proposal


def accept(
    settings: Settings, name: str, year: int, *, at: float, who: str, estimates: bool, why: str, note: Note
) -> CalendarFile:
    """Make the proposed holidays of a year the ones that rule. `at` is POSIX seconds. Raises `BadInput`."""
    before = load_accepted(settings, name, year)
    accepted = calendar_proposals.accept(
        settings.calendar_dir, name, year, at=at, who=who, why=why or NO_REASON, estimates=estimates
    )
    detail = {"before": texts(before), "after": texts(accepted)}
    note("calendar accept", f"{name} {year}", why=why, detail=detail)
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
    note: Note,
) -> CalendarFile:
    """Add a day to the accepted calendar of its year; `ends` is the HH:MM of a half-day. Raises `BadInput`."""
    if kind not in KINDS:
        raise BadInput(f"there is no kind {kind!r}; there are: {', '.join(KINDS)}")
    if (kind == "half-day") is (ends is None):
        raise BadInput("--ends HH:MM belongs to --kind half-day, and only to it")
    line = Line(kind, reading.day(day, "date"), text, ends)
    changed = calendar_proposals.add_line(settings.calendar_dir, name, line)
    note("calendar add", f"{name} {day}", why=why or text, detail={"added": str(line)})
    return changed


def remove(settings: Settings, name: str, day: str, *, why: str, note: Note) -> CalendarFile:
    """Take back what the accepted calendar says of a day. Raises `BadInput`."""
    when = reading.day(day, "date")
    before = load_accepted(settings, name, when.year)
    changed = calendar_proposals.remove_day(settings.calendar_dir, name, when, why or NO_REASON)
    detail = {"before": _of_day(before, when), "after": _of_day(changed, when)}
    note("calendar remove", f"{name} {day}", why=why, detail=detail)
    return changed


def known_name(settings: Settings, name: str | None) -> str:
    """The calendar meant: the one of that name, or the only one. Raises `BadInput`."""
    known = ", ".join(settings.calendars) or "none: add one under `calendars` in the configuration"
    if name is None:
        if len(settings.calendars) != 1:
            raise BadInput(f"say which calendar with --calendar; there are: {known}")
        return next(iter(settings.calendars))
    if name not in settings.calendars:
        raise BadInput(f"there is no calendar {name!r}; there are: {known}")
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
