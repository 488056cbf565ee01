"""Dates, times, ranges and numbers as each language writes them (`sm_dns/i18n/dates.py` has the words)."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from sm_dns.i18n import dates
from sm_dns.monitor.model import Cell
from sm_dns.report.texts import Language, say
from sm_dns.util import walltime

PROTECTED = "(*)"
WHOLE_DAY = (0, 24)
_SHORT_MS = ("Isn", "Sel", "Rab", "Kha", "Jum", "Sab", "Ahd")


def day_text(language: Language, day: date) -> str:
    """Such as "31 Ogos 2026" or "31 August 2026"."""
    return dates.date_ms(day) if language == "ms" else dates.date_en(day)


def weekday_text(language: Language, day: date) -> str:
    """Such as "Isnin" or "Monday"."""
    return dates.weekday_ms(day) if language == "ms" else dates.weekday_en(day)


def short_day_text(language: Language, day: date) -> str:
    """Weekday and number for the edge of a picture: "Isn 04/01" or "Mon 04/01"."""
    name = _SHORT_MS[day.weekday()] if language == "ms" else weekday_text(language, day)[:3]
    return f"{name} {day:%d/%m}"


def time_text(language: Language, at: time) -> str:
    """Such as "7.30 pagi" or "07:30"."""
    return dates.time_ms(at) if language == "ms" else dates.time_en(at)


def range_text(language: Language, first: date, last: date) -> str:
    """Dates both inclusive, with what they share said once: "3 hingga 8 Januari 2010"."""
    if first == last:
        return day_text(language, first)
    start = day_text(language, first)
    if first.year == last.year:
        start = start.removesuffix(f" {first.year}")
        if first.month == last.month:
            start = str(first.day)
    return say(language, "to", first=start, last=day_text(language, last))


def band_text(language: Language, start: int, end: int) -> str:
    """Whole hours [start, end): "8.00 pagi hingga 9.00 pagi", "08:00 to 09:00"; all of them are "the whole day"."""
    if (start, end) == WHOLE_DAY:
        return say(language, "whole_day")
    last = "24:00" if (language, end) == ("en", 24) else time_text(language, time(end % 24))
    return say(language, "to", first=time_text(language, time(start)), last=last)


def moment_text(language: Language, at: float, zone: ZoneInfo) -> str:
    """An instant in local time: "3 Januari 2010, 8.00 pagi"."""
    wall: datetime = walltime.to_local(at, zone)
    return f"{day_text(language, wall.date())}, {time_text(language, wall.time())}"


def cell_text(cell: Cell, limit: int) -> str:
    """A count, or the sign for one that is kept back: "<5" for a small one, "(*)" for one that protects it."""
    if cell.count is not None:
        return number_text(cell.count)
    return f"<{limit}" if cell.mark == "small" else PROTECTED


def number_text(number: int) -> str:
    """With a comma before the thousands from five digits on, in both languages: "1310", "12,480"."""
    return f"{number:,}" if number >= 10_000 else str(number)


def percent_text(language: Language, percent: Decimal | None) -> str:
    """Such as "87.33%", or that there is none."""
    return say(language, "not_available") if percent is None else f"{percent}%"


def hour_text(hour: int) -> str:
    """A whole hour as both languages write it in a table: "08–09"."""
    return f"{hour:02d}–{hour + 1:02d}"
