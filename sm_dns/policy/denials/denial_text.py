"""Why a name is denied, in the few words that fit beside an answer: Malay first, then English, then the others."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sm_dns.i18n.catalogue import catalogue, speaking
from sm_dns.i18n.dates import short_date, short_time
from sm_dns.policy.decide import Decision
from sm_dns.policy.windows import Schedule, state_at
from sm_dns.util import walltime

# The longest text that is still short: EXTRA-TEXT shares a datagram with the answer (RFC 8914).
EDE_BYTES = 120

# Texts that are kept: a few reasons, and the next openings of a few schedules.
MAX_TEXTS = 64


class Citation(NamedTuple):
    """What a denial rests on: "JKDM 2/2010", and its paragraphs on hours and on streaming, "" without one."""

    reference: str
    hours: str
    streaming: str

    def of_hours(self) -> str:
        """What stands before the reason where hours close; "" where nothing is to be cited."""
        return f"{_cited(self.reference, self.hours)}: " if self.reference else ""

    def of_streaming(self) -> str:
        """What stands before the reason where streaming is prohibited; "" where no paragraph does that."""
        return f"{_cited(self.reference, self.streaming)}: " if self.reference and self.streaming else ""


NO_CITATION = Citation("", "", "")
"""Nothing is known that a denial rests on."""

# What a citation may take of a text, with the colon and the blank behind it.
CITATION_BYTES = 40

# The texts of what does not depend on the time, by the reason for which a name is denied.
_FIXED = {
    "BYPASS": "ede.bypass",
    "BYPASS_SIGNAL": "ede.bypass_signal",
    "CATEGORY_DENIED": "ede.category",
    "SERVICE_DENIED": "ede.category",
}
_SEVERAL = 2  # languages that the longer of two texts must leave room for


def ede_text(decision: Decision, schedule: Schedule, citation: Citation) -> str:
    """The EXTRA-TEXT of a denied answer (RFC 8914), at most `EDE_BYTES` bytes in UTF-8; "" for any other.

    It names the paragraph and the next opening, and is the same all through the decision's validity.
    """
    return " / ".join(ede_texts(decision, schedule, citation))


def ede_texts(decision: Decision, schedule: Schedule, citation: Citation) -> tuple[str, ...]:
    """The same in one language after the other: Malay, and as many others as fit whole. None without a denial."""
    if decision.action != "deny":
        return ()
    if decision.reason_code == "STREAMING":
        return _fixed(citation.of_streaming(), "ede.streaming")
    fixed = _FIXED.get(decision.reason_code)
    if fixed is not None:
        return _fixed("", fixed)
    if decision.closed_until is not None:
        return _opening("", "ede.closed", decision.closed_until, schedule.zone)
    opens_at, before = decision.opens_at, citation.of_hours()
    if opens_at is None:
        return _fixed(before, "ede.no_hours")
    if _is_working_time(opens_at, schedule):
        texts = _opening(before, "ede.working_hours", opens_at, schedule.zone)
        if len(texts) >= min(_SEVERAL, len(speaking("ede.working_hours"))):
            return texts
    return _opening(before, "ede.opens", opens_at, schedule.zone)


def _cited(reference: str, paragraph: str) -> str:
    return f"{reference} para {paragraph}" if paragraph else reference


@lru_cache(MAX_TEXTS)
def _fixed(before: str, key: str) -> tuple[str, ...]:
    return _fitting(before, [catalogue(language)(key) for language in speaking(key)])


@lru_cache(MAX_TEXTS)
def _opening(before: str, key: str, opens_at: int, zone: ZoneInfo) -> tuple[str, ...]:
    wall = walltime.to_local(opens_at, zone)
    texts = [
        catalogue(language)(key, date=short_date(language, wall), time=short_time(language, wall.time()))
        for language in speaking(key)
    ]
    return _fitting(before, texts)


def _fitting(before: str, texts: list[str]) -> tuple[str, ...]:
    """The first text behind the citation, and those after it that there is room for."""
    found = [before + texts[0]]
    room = EDE_BYTES - len(found[0].encode())
    for text in texts[1:]:
        room -= len(" / ") + len(text.encode())
        if room < 0:
            break
        found.append(text)
    return tuple(found)


def _is_working_time(opens_at: int, schedule: Schedule) -> bool:
    """Whether the denied stretch before an opening is working hours from end to end, not nights or rest days."""
    last = state_at(schedule, opens_at - 1)
    first = state_at(schedule, last.since)
    days = {walltime.to_local(at, schedule.zone).date() for at in (last.since, opens_at - 1)}
    return len(days) == 1 and first.reason_code == last.reason_code == "WORKING_HOURS"
