"""Dates, times, ranges and numbers as reports print them (`sm_dns/i18n/dates.py` has the ways of each language)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from sm_dns.i18n import dates
from sm_dns.i18n.dates import clock, date_text, decimal_text, number_text, short_weekday
from sm_dns.monitor.model import Cell
from sm_dns.report.texts import say
from sm_dns.util import walltime

PROTECTED = "(*)"
UNWATCHED = "–"  # in a heat map; tables say it in words
WHOLE_DAY = (0, 24)


def weekday_text(language: str, day: date) -> str:
    """Such as "Isnin" or "Monday"."""
    return dates.weekday(language, day.weekday())


def short_day_text(language: str, day: date) -> str:
    """Weekday and number for the edge of a picture: "Isn 04/01" or "Mon 04/01"."""
    return f"{short_weekday(language, day.weekday())} {day:%d/%m}"


def range_text(language: str, first: date, last: date) -> str:
    """Dates both inclusive, with what both end in said once: "3 hingga 8 Januari 2010"."""
    if first == last:
        return date_text(language, first)
    start, end = date_text(language, first).split(" "), date_text(language, last).split(" ")
    while start[1:] and end[1:] and start[-1] == end[-1]:
        start.pop()
        end.pop()
    return say(language, "to", first=" ".join(start).rstrip(","), last=date_text(language, last))


def band_text(language: str, start: int, end: int) -> str:
    """Whole hours [start, end): "8.00 pagi hingga 9.00 pagi", "08:00 to 09:00"; all of them are "the whole day".

    An end before the start is of the next day, and that is said.
    """
    if (start, end) == WHOLE_DAY:
        return say(language, "whole_day")
    key = "to_next_day" if end < start else "to"
    return say(language, key, first=clock(language, 60 * start), last=clock(language, 60 * end))


def moment_text(language: str, at: float, zone: ZoneInfo) -> str:
    """An instant (POSIX seconds) in local time: "3 Januari 2010, 8.00 pagi"."""
    return dates.date_and_time(language, walltime.to_local(at, zone))


def cell_text(language: str, cell: Cell, limit: int) -> str:
    """A count, or the sign for one that is kept back: "<5" for a small one, "(*)" for one that protects it,
    "no data" where nobody watched, "≤5" for few where numbers are rounded."""
    if cell.count is not None:
        return number_text(language, cell.count)
    match cell.mark:
        case "small":
            return f"<{limit}"
        case "few":
            return few_text(limit)
        case "unwatched":
            return say(language, "unwatched")
        case _:
            return PROTECTED


def heat_text(language: str, cell: Cell, limit: int) -> str:
    """The same where there is room for few characters."""
    return UNWATCHED if cell.mark == "unwatched" else cell_text(language, cell, limit)


def few_text(limit: int) -> str:
    """Nobody or up to `limit`, where numbers are rounded."""
    return f"≤{limit}"


def rounded_text(language: str, count: int | None, limit: int) -> str:
    """A number, or None for few."""
    return few_text(limit) if count is None else number_text(language, count)


def percent_text(language: str, percent: Decimal | None) -> str:
    """Such as "87.33%", or that there is none."""
    return say(language, "not_available") if percent is None else f"{decimal_text(language, percent)}%"


def hour_text(hour: int) -> str:
    """A whole hour as every language writes it in a table: "08–09"."""
    return f"{hour:02d}–{hour + 1:02d}"
