"""What a person looks at and is asked before accepting a proposal."""

from __future__ import annotations

from dataclasses import dataclass

from sm_dns.admin.calendars import calendar_changes, calendar_proposals, library_word
from sm_dns.admin.calendars.calendar_files import CalendarFile
from sm_dns.admin.calendars.differences import Difference, differences
from sm_dns.admin.calendars.library_word import OtherWord
from sm_dns.settings.blocks.policy import MALAYSIA, CalendarSettings
from sm_dns.settings.settings import Settings
from sm_dns.util.message import Message


@dataclass(frozen=True, slots=True)
class Waiting:
    """A proposal before it is accepted.

    `differences` is what becomes otherwise than it rules now, nothing where nothing does yet. `question` is None
    where no states declare days of their own.
    """

    proposal: CalendarFile
    differences: tuple[Difference, ...]
    other_words: tuple[OtherWord, ...]
    question: Message | None


def look_at_proposal(settings: Settings, name: str, year: int, *, estimates: bool) -> Waiting:
    """The proposal of a year before it is accepted. Raises `BadInput` where it cannot be."""
    calendar = settings.calendars[name]
    proposal = calendar_proposals.acceptable(settings.calendar_dir, name, year, estimates=estimates)
    before = calendar_changes.load_accepted(settings, name, year)
    return Waiting(
        proposal=proposal,
        differences=tuple(differences(before, proposal)) if before else (),
        other_words=tuple(library_word.known_other_words(proposal, calendar)),
        question=_question(calendar, proposal) if has_states(calendar) else None,
    )


def has_states(calendar: CalendarSettings) -> bool:
    """Whether a calendar is of a country whose states declare holidays of their own."""
    return calendar.country == MALAYSIA


def _question(calendar: CalendarSettings, proposal: CalendarFile) -> Message:
    return Message(
        "States declare holidays of their own that no library knows (as Kedah did 1 February 2026): are the days "
        "that were declared for {place} in {year} among the {count} of this calendar?",
        place=calendar_proposals.place_of(calendar),
        year=proposal.year,
        count=len(proposal.holidays),
    )
