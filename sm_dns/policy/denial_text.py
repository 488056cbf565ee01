"""Why a name is denied, in the few words that fit beside an answer: Malay first and English second."""

from __future__ import annotations

from sm_dns.i18n.dates import SHORT_MONTHS_EN, SHORT_MONTHS_MS, short_time_ms, time_en
from sm_dns.policy.decide import Decision
from sm_dns.policy.windows import Schedule, state_at
from sm_dns.util import walltime

# The longest text that is still short: EXTRA-TEXT shares a datagram with the answer (RFC 8914).
EDE_BYTES = 120

_CIRCULAR = "JKDM 2/2010"
_FIXED = {
    "STREAMING": f"{_CIRCULAR} para 7.7: Media penstriman dilarang / Streaming media not permitted",
    "BYPASS": "Penggunaan DNS luar tidak dibenarkan / Other DNS services are not permitted",
    "BYPASS_SIGNAL": "Sila gunakan DNS rangkaian ini / Use this network's DNS",
    "CATEGORY_DENIED": "Laman web tidak dibenarkan / Site not permitted",
}


def ede_text(decision: Decision, schedule: Schedule) -> str:
    """The EXTRA-TEXT of a denied answer (RFC 8914), at most `EDE_BYTES` bytes in UTF-8; "" for any other.

    It names the paragraph and the next opening, and is the same all through the decision's validity.
    """
    if decision.action != "deny":
        return ""
    fixed = _FIXED.get(decision.reason_code)
    if fixed is not None:
        return fixed
    if decision.opens_at is None:
        return f"{_CIRCULAR} para 5: Tiada waktu capaian dijadualkan / No access hours are scheduled"
    return _until_opening(decision.opens_at, schedule)


def _until_opening(opens_at: int, schedule: Schedule) -> str:
    wall = walltime.to_local(opens_at, schedule.zone)
    malay = f"{wall.day} {SHORT_MONTHS_MS[wall.month - 1]}, {short_time_ms(wall.time())}"
    english = f"{wall.day} {SHORT_MONTHS_EN[wall.month - 1]} {time_en(wall.time())}"
    if _is_working_time(opens_at, schedule):
        return (
            f"{_CIRCULAR} para 5: Waktu bekerja; dibenarkan semula {malay}"
            f" / Working hours; permitted from {english}"
        )
    return f"{_CIRCULAR} para 5: Dibenarkan semula {malay} / Permitted from {english}"


def _is_working_time(opens_at: int, schedule: Schedule) -> bool:
    """Whether the denied stretch before an opening is working hours from end to end, not nights or rest days."""
    last = state_at(schedule, opens_at - 1)
    first = state_at(schedule, last.since)
    days = {walltime.to_local(at, schedule.zone).date() for at in (last.since, opens_at - 1)}
    return len(days) == 1 and first.reason_code == last.reason_code == "WORKING_HOURS"
