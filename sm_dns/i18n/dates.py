"""Days, dates and hours as Malay and English write them."""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

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
