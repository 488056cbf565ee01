"""Changes of calendars. Each is audited and taken up before it is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from sm_dns.admin.calendars import acceptance, calendar_changes, calendar_import
from sm_dns.admin.calendars.calendar_files import CalendarFile
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from sm_dns.util.schema_notes import Date, says
from sm_dns.web.actions.policy_actions import WHY
from sm_dns.web.auth.roles import Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Field, Values
from sm_dns.web.views.calendar import ProposedDifference, checked_year, told_difference

MAX_NOTES = 20  # lines of a table that are not understood, told on a page

_TABLE = "table"  # what errors call a text that came without a file
CALENDAR = Field("calendar", summary="its name; the only one without it")
PROPOSE_FIELDS = (
    CALENDAR,
    Field("year", "number", required=True),
    WHY,
)
ACCEPT_FIELDS = (
    CALENDAR,
    Field("year", "number", required=True),
    Field("estimates", "flag", "accept dates that are estimates, too"),
    Field(
        "declared", "flag", "the days that the state itself declared are compared: it must be, in Malaysia"
    ),
    WHY,
)
ADD_FIELDS = (
    CALENDAR,
    Field("date", summary="a local date", required=True),
    Field("text", summary="its name, or the reason", required=True),
    Field("kind", summary="a declared holiday without it", choices=calendar_changes.KINDS),
    Field("ends", summary="HH:MM at which work ends on a half-day"),
    Field("others", "names", "the other dates on which a conditional holiday may be"),
    WHY,
)
DAY_FIELDS = (
    CALENDAR,
    Field("date", summary="a local date", required=True),
    WHY,
)
IMPORT_FIELDS = (
    CALENDAR,
    Field(
        "table", "table", "an official table of holidays: the text of a CSV or iCalendar file", required=True
    ),
    Field("year", "number", "which, where the table has several or does not say"),
    WHY,
)
PERIOD_FIELDS = (
    CALENDAR,
    Field("first", summary="its first date", required=True),
    Field("last", summary="its last date, which belongs to it", required=True),
    Field("text", summary="its name, such as Ramadan", required=True),
    Field("hours", "names", "KEY=VALUE each, such as rest=13:00-13:30, rest.FRI=12:30-14:30", required=True),
    WHY,
)


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """One year of a calendar as its file is now."""

    calendar: str
    year: int
    accepted: bool
    lines: tuple[str, ...]
    periods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A line of which nothing was taken."""

    line: int
    reason: Message


@dataclass(frozen=True, slots=True)
class ImportedTable:
    """What an official table proposes."""

    calendar: str
    year: int
    holidays: int
    differences: Annotated[tuple[ProposedDifference, ...], says("from what rules, or was proposed before")]
    not_understood: tuple[UnreadLine, ...]
    other_years: Annotated[int, says("how many of its holidays are of other years")]
    stay_removed: Annotated[tuple[Date, ...], says("a correction of the accepted calendar takes them away")]

    def notes(self) -> tuple[Message, ...]:
        """What a page tells of it beside the proposal."""
        unread = self.not_understood
        found = [_unread(each) for each in unread[:MAX_NOTES]]
        if len(unread) > MAX_NOTES:
            found.append(Message("{count} lines more were not understood", count=len(unread) - MAX_NOTES))
        return tuple(found)


def _unread(each: UnreadLine) -> Message:
    return Message("line {line} was not understood: {reason}", line=each.line, reason=each.reason)


def import_table(backend: Backend, person: Person, values: Values) -> ImportedTable:
    """Propose the holidays of an official table; nothing changes until they are accepted."""
    settings, name = _asked(backend, values)
    year = None if values["year"] is None else checked_year(values["year"])
    table = calendar_import.read(values["table"], _TABLE, year)
    found = calendar_changes.import_table(
        settings, name, table, _TABLE, year, why=values["why"], trail=backend.trail(person)
    )
    return ImportedTable(
        calendar=name,
        year=found.proposal.year,
        holidays=len(found.proposal.of("holiday")),
        differences=tuple(map(told_difference, found.differences)),
        not_understood=tuple(UnreadLine(*each) for each in found.not_understood),
        other_years=found.other_years,
        stay_removed=tuple(line.day.isoformat() for line in found.stay_removed),
    )


def propose(backend: Backend, person: Person, values: Values) -> CalendarYear:
    """Propose the holidays of a year; nothing changes until they are accepted."""
    settings, name = _asked(backend, values)
    year = checked_year(values["year"])
    return _told(
        calendar_changes.propose(settings, name, year, why=values["why"], trail=backend.trail(person))
    )


def accept(backend: Backend, person: Person, values: Values) -> CalendarYear:
    """Make the proposed holidays of a year the ones that rule."""
    settings, name, year = *_asked(backend, values), checked_year(values["year"])
    waiting = acceptance.look_at_proposal(settings, name, year, estimates=values["estimates"])
    if waiting.question is not None and not values["declared"]:
        raise BadInput(
            "nothing is accepted: say that it is so (declared). {question}", question=waiting.question
        )
    accepted = calendar_changes.accept(
        settings,
        name,
        year,
        at=backend.true_now(),
        who=person.name,
        estimates=values["estimates"],
        looked_at=waiting.proposal,
        why=values["why"],
        trail=backend.trail(person),
    )
    backend.reload()
    return _told(accepted)


def add_day(backend: Backend, person: Person, values: Values) -> CalendarYear:
    """Add a day to the accepted calendar of its year."""
    settings, name = _asked(backend, values)
    changed = calendar_changes.add(
        settings,
        name,
        values["date"],
        values["text"],
        kind=values["kind"] or calendar_changes.usual_kind(values["others"]),
        ends=values["ends"] or None,
        others=values["others"],
        why=values["why"],
        trail=backend.trail(person),
    )
    backend.reload()
    return _told(changed)


def remove_day(backend: Backend, person: Person, values: Values) -> CalendarYear:
    """Take back what the accepted calendar says of a day."""
    return _of_day(backend, person, values, calendar_changes.remove)


def settle(backend: Backend, person: Person, values: Values) -> CalendarYear:
    """Say on which of its days a conditional holiday is."""
    return _of_day(backend, person, values, calendar_changes.settle)


def keep(backend: Backend, person: Person, values: Values) -> CalendarYear:
    """Say that the accepted calendar is right about a day, whatever the library says."""
    return _of_day(backend, person, values, calendar_changes.keep)


def add_period(backend: Backend, person: Person, values: Values) -> CalendarYear:
    """Give dates other hours."""
    settings, name = _asked(backend, values)
    changed = calendar_changes.add_period(
        settings,
        name,
        values["first"],
        values["last"],
        values["text"],
        values["hours"],
        why=values["why"],
        trail=backend.trail(person),
    )
    backend.reload()
    return _told(changed)


def remove_period(backend: Backend, person: Person, values: Values) -> CalendarYear:
    """Take away the period that a day lies in."""
    return _of_day(backend, person, values, calendar_changes.remove_period)


def _of_day(
    backend: Backend, person: Person, values: Values, change: calendar_changes.DayChange
) -> CalendarYear:
    settings, name = _asked(backend, values)
    changed = change(settings, name, values["date"], why=values["why"], trail=backend.trail(person))
    backend.reload()
    return _told(changed)


def _asked(backend: Backend, values: Values) -> tuple[Settings, str]:
    settings = backend.settings()
    return settings, calendar_changes.known_name(settings, values["calendar"] or None)


def _told(calendar: CalendarFile) -> CalendarYear:
    return CalendarYear(
        calendar=calendar.name,
        year=calendar.year,
        accepted=calendar.accepted is not None,
        lines=tuple(calendar_changes.texts(calendar)),
        periods=tuple(each.source for each in calendar.periods),
    )
