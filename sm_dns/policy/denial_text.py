"""Short texts for people, Malay first and English second, with days and hours as each language writes them."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sm_dns.policy.decide import Decision
from sm_dns.policy.windows import Schedule, state_at
from sm_dns.util import walltime

WEEKDAYS_MS = ("Isnin", "Selasa", "Rabu", "Khamis", "Jumaat", "Sabtu", "Ahad")
WEEKDAYS_EN = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS_MS = (
    "Januari",
    "Februari",
    "Mac",
    "April",
    "Mei",
    "Jun",
    "Julai",
    "Ogos",
    "September",
    "Oktober",
    "November",
    "Disember",
)
MONTHS_EN = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
SHORT_MONTHS_MS = ("Jan", "Feb", "Mac", "Apr", "Mei", "Jun", "Jul", "Ogos", "Sep", "Okt", "Nov", "Dis")
SHORT_MONTHS_EN = tuple(month[:3] for month in MONTHS_EN)

# The longest text that is still short: EXTRA-TEXT shares a datagram with the answer (RFC 8914).
EDE_BYTES = 120

_CIRCULAR = "JKDM 2/2010"
_FIXED = {
    "STREAMING": f"{_CIRCULAR} para 7.7: Media penstriman dilarang / Streaming media not permitted",
    "BYPASS": "DNS luar tidak dibenarkan / Outside DNS not permitted",
    "BYPASS_SIGNAL": "Guna DNS rangkaian ini / Use this network's DNS",
    "CATEGORY_DENIED": "Laman tidak dibenarkan / Site not permitted",
}


def weekday_ms(day: date) -> str:
    """Malay weekday name."""
    return WEEKDAYS_MS[day.weekday()]


def weekday_en(day: date) -> str:
    """English weekday name."""
    return WEEKDAYS_EN[day.weekday()]


def date_ms(day: date) -> str:
    """Such as "31 Ogos 2026"."""
    return f"{day.day} {MONTHS_MS[day.month - 1]} {day.year}"


def date_en(day: date) -> str:
    """Such as "31 August 2026"."""
    return f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}"


def time_ms(at: time) -> str:
    """Twelve-hour time with the part of the day: "7.30 pagi", "12.15 petang", "12.00 tengah malam"."""
    return f"{at.hour % 12 or 12}.{at.minute:02d} {_part_of_day(at.hour, at.minute)}"


def _part_of_day(hour: int, minute: int) -> str:
    if (hour, minute) == (0, 0):
        return "tengah malam"
    if (hour, minute) == (12, 0):
        return "tengah hari"
    if hour < 12:
        return "pagi"
    return "petang" if hour < 19 else "malam"


def time_en(at: time) -> str:
    """Twenty-four-hour time: "07:30"."""
    return f"{at.hour:02d}:{at.minute:02d}"


def moment_en(at: int, zone: ZoneInfo) -> str:
    """An instant as "Monday, 10 August 2026, 13:00" in local time."""
    wall = walltime.to_local(at, zone)
    return f"{weekday_en(wall)}, {date_en(wall)}, {time_en(wall.time())}"


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
        return f"{_CIRCULAR} para 5: Tiada tempoh capaian yang dijadualkan / No access period is scheduled"
    return _until_opening(decision.opens_at, schedule)


def _until_opening(opens_at: int, schedule: Schedule) -> str:
    wall = walltime.to_local(opens_at, schedule.zone)
    malay, english = _short(wall, SHORT_MONTHS_MS), _short(wall, SHORT_MONTHS_EN)
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


def _short(wall: datetime, months: tuple[str, ...]) -> str:
    return f"{wall.day} {months[wall.month - 1]} {time_en(wall.time())}"
