"""Why a name is denied, in the few words that fit beside an answer: Malay first and English second."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from sm_dns.i18n.dates import SHORT_MONTHS_EN, SHORT_MONTHS_MS, short_time_ms, time_en
from sm_dns.policy.decide import Decision
from sm_dns.policy.windows import Schedule, state_at
from sm_dns.util import walltime

# The longest text that is still short: EXTRA-TEXT shares a datagram with the answer (RFC 8914).
EDE_BYTES = 120


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

_STREAMING = "Media penstriman dilarang / Streaming media not permitted"
_FIXED = {
    "BYPASS": "Penggunaan DNS luar tidak dibenarkan / Other DNS services are not permitted",
    "BYPASS_SIGNAL": "Sila gunakan DNS rangkaian ini / Use this network's DNS",
    "CATEGORY_DENIED": "Laman web tidak dibenarkan / Site not permitted",
}


def ede_text(decision: Decision, schedule: Schedule, citation: Citation) -> str:
    """The EXTRA-TEXT of a denied answer (RFC 8914), at most `EDE_BYTES` bytes in UTF-8; "" for any other.

    It names the paragraph and the next opening, and is the same all through the decision's validity.
    """
    if decision.action != "deny":
        return ""
    if decision.reason_code == "STREAMING":
        return citation.of_streaming() + _STREAMING
    fixed = _FIXED.get(decision.reason_code)
    if fixed is not None:
        return fixed
    if decision.opens_at is None:
        return f"{citation.of_hours()}Tiada waktu capaian dijadualkan / No access hours are scheduled"
    texts = (citation.of_hours() + text for text in _until_opening(decision.opens_at, schedule))
    return next(text for text in texts if len(text.encode()) <= EDE_BYTES)


def _cited(reference: str, paragraph: str) -> str:
    return f"{reference} para {paragraph}" if paragraph else reference


def _until_opening(opens_at: int, schedule: Schedule) -> Iterator[str]:
    """The longest first; the last fits behind any citation."""
    wall = walltime.to_local(opens_at, schedule.zone)
    malay = f"{wall.day} {SHORT_MONTHS_MS[wall.month - 1]}, {short_time_ms(wall.time())}"
    english = f"{wall.day} {SHORT_MONTHS_EN[wall.month - 1]} {time_en(wall.time())}"
    if _is_working_time(opens_at, schedule):
        yield f"Waktu bekerja; dibenarkan semula {malay} / Working hours; permitted from {english}"
    yield f"Dibenarkan semula {malay} / Permitted from {english}"


def _is_working_time(opens_at: int, schedule: Schedule) -> bool:
    """Whether the denied stretch before an opening is working hours from end to end, not nights or rest days."""
    last = state_at(schedule, opens_at - 1)
    first = state_at(schedule, last.since)
    days = {walltime.to_local(at, schedule.zone).date() for at in (last.since, opens_at - 1)}
    return len(days) == 1 and first.reason_code == last.reason_code == "WORKING_HOURS"
