"""Days, dates and hours as Malay and English write them."""

from __future__ import annotations

from datetime import date, time
from typing import NamedTuple
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
    """Twelve-hour time with the part of the day: "7.30 pagi", "12.15 tengah hari", "12.05 tengah malam"."""
    return f"{at.hour % 12 or 12}.{at.minute:02d} {_part_of_day(at.hour).long}"


def short_time_ms(at: time) -> str:
    """The same with the part of the day in short: "5.30 ptg"."""
    return f"{at.hour % 12 or 12}.{at.minute:02d} {_part_of_day(at.hour).short}"


class PartOfDay(NamedTuple):
    """A part of the day from an hour on, as Dewan Bahasa dan Pustaka divides it."""

    begins: int
    long: str
    short: str


_PARTS_OF_DAY = (
    PartOfDay(19, "malam", "mlm"),
    PartOfDay(14, "petang", "ptg"),
    PartOfDay(12, "tengah hari", "tgh hari"),
    PartOfDay(1, "pagi", "pg"),
    PartOfDay(0, "tengah malam", "tgh mlm"),
)


def _part_of_day(hour: int) -> PartOfDay:
    return next(part for part in _PARTS_OF_DAY if part.begins <= hour)


def time_en(at: time) -> str:
    """Twenty-four-hour time: "07:30"."""
    return f"{at.hour:02d}:{at.minute:02d}"


def clock(language: str, minute: int) -> str:
    """A minute of the day, 0 to 1440, as a time of the day in "ms" or "en"; the last one is midnight again."""
    if language == "ms":
        return time_ms(time(minute // 60 % 24, minute % 60))
    return f"{minute // 60:02d}:{minute % 60:02d}"


def moment_en(at: int, zone: ZoneInfo) -> str:
    """An instant as "Monday, 10 August 2026, 13:00" in local time."""
    wall = walltime.to_local(at, zone)
    return f"{weekday_en(wall)}, {date_en(wall)}, {time_en(wall.time())}"
