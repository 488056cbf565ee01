"""Calendar: one year of public holidays, accepted or proposed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from sm_dns.admin.calendars import calendar_changes, library_word
from sm_dns.admin.calendars.acceptance import has_states
from sm_dns.admin.calendars.calendar_files import DATED, YEARS, CalendarFile, load_file, proposed_path
from sm_dns.admin.calendars.calendar_periods import Period
from sm_dns.admin.calendars.differences import WHATS, Difference, differences
from sm_dns.util.errors import BadInput
from sm_dns.util.schema_notes import Date, Utc, one_of, says
from sm_dns.web.auth.roles import Person
from sm_dns.web.data import timeline
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Field, Values

FIELDS = (
    Field("calendar", summary="its name; the only one without it"),
    Field("year", "number", "this year without it"),
)


@dataclass(frozen=True, slots=True)
class CalendarLine:
    """What a calendar says of a date."""

    kind: Annotated[str, one_of(*DATED)]
    date: Date
    weekday: Annotated[int, says("0 for Monday")]
    time: Annotated[str | None, says("HH:MM at which work ends on a half-day")]
    text: Annotated[str, says("the name, or the reason")]
    estimate: Annotated[bool, says("a holiday whose date may still change")]
    removed: Annotated[bool, says("a holiday that is none here")]
    others: Annotated[tuple[Date, ...], says("the other dates on which a conditional holiday may be")]


@dataclass(frozen=True, slots=True)
class CalendarPeriod:
    """Dates with other hours."""

    first: Date
    last: Annotated[Date, says("belongs to it")]
    name: str
    hours: Annotated[tuple[str, ...], says("KEY=VALUE each")]


@dataclass(frozen=True, slots=True)
class ProposedDifference:
    """A holiday that becomes another when the proposal is accepted."""

    what: Annotated[str, one_of(*WHATS)]
    dates: Annotated[tuple[Date, ...], says("several of a conditional one")]
    text: str
    was_on: Annotated[Date | None, says("the day of one that moved")]
    was_called: Annotated[str, says("the name of one that was renamed")]


@dataclass(frozen=True, slots=True)
class LibraryDifference:
    """A day of which the library of holidays says otherwise, and no person said that on purpose."""

    date: Date
    text: str
    in_library: Annotated[bool, says("the library alone has it; else the calendar alone")]


@dataclass(frozen=True, slots=True)
class NoCalendar:
    """A year where no calendar is configured."""

    calendars: Annotated[tuple[str, ...], says("the names of all")]
    calendar: str
    year: int
    state: Annotated[str, one_of("accepted", "proposed", "none")]
    lines: tuple[CalendarLine, ...]


@dataclass(frozen=True, slots=True)
class Calendar(NoCalendar):
    """One year of a calendar."""

    proposed_beside: Annotated[bool, says("it is accepted, and another proposal waits")]
    has_states: Annotated[
        bool, says("of a country whose states declare days: to accept it, these are `declared`")
    ]
    accepted_by: str | None
    accepted_at: Utc | None
    periods: tuple[CalendarPeriod, ...]
    differences: Annotated[
        tuple[ProposedDifference, ...],
        says("of a proposal that waits beside an accepted calendar"),
    ]
    library: Annotated[tuple[LibraryDifference, ...], says("of what waits; of what rules the findings tell")]


def checked_year(year: int) -> int:
    """A year of which there may be a calendar. Raises `BadInput` for any other."""
    if year not in YEARS:
        raise BadInput("year: must be {first} to {last}", first=YEARS[0], last=YEARS[-1])
    return year


def calendar(backend: Backend, person: Person, values: Values) -> Calendar | NoCalendar:
    """One year of a calendar: accepted, or proposed, or neither."""
    settings = backend.settings()
    _, schedule = backend.schedule()
    year = checked_year(values["year"] or timeline.today(schedule, backend.now()).year)
    known = tuple(settings.calendars)
    if not known:
        return NoCalendar(calendars=(), calendar="", year=year, state="none", lines=())
    name = calendar_changes.known_name(settings, values["calendar"] or known[0])
    found = calendar_changes.load_any(settings, name, year)
    accepted = found.accepted if found else None
    path = proposed_path(settings.calendar_dir, name, year)
    waiting = load_file(path) if accepted is not None and path.exists() else None
    asked = waiting if accepted else found  # of what rules the findings tell: the library is slow to load
    others = library_word.known_other_words(asked, settings.calendars[name]) if asked else []
    return Calendar(
        calendars=known,
        calendar=name,
        year=year,
        state="none" if found is None else "accepted" if accepted else "proposed",
        proposed_beside=waiting is not None,
        has_states=has_states(settings.calendars[name]),
        accepted_by=accepted.who if accepted else None,
        accepted_at=accepted.at if accepted else None,
        lines=() if found is None else _lines(found),
        periods=() if found is None else tuple(map(_period, found.periods)),
        differences=() if waiting is None else tuple(map(told_difference, differences(found, waiting))),
        library=tuple(LibraryDifference(each.day.isoformat(), each.text, each.in_library) for each in others),
    )


def _period(period: Period) -> CalendarPeriod:
    return CalendarPeriod(period.first.isoformat(), period.last.isoformat(), period.name, period.hours)


def told_difference(found: Difference) -> ProposedDifference:
    """A difference as pages and programs are told."""
    days = tuple(day.isoformat() for day in found.days)
    was_on = found.was_on.isoformat() if found.was_on else None
    return ProposedDifference(found.what, days, found.text, was_on, found.was_called)


def _lines(calendar: CalendarFile) -> tuple[CalendarLine, ...]:
    removed = set(calendar.of("removed"))
    return tuple(
        CalendarLine(
            kind=line.kind,
            date=line.day.isoformat(),
            weekday=line.day.weekday(),
            time=line.time,
            text=line.text,
            estimate=line.is_estimate,
            removed=line.kind == "holiday" and line.day in removed,
            others=tuple(day.isoformat() for day in line.others),
        )
        for line in sorted(calendar.lines, key=lambda each: (each.day, each.kind))
    )
