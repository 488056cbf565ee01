"""Days, dates, hours and numbers as each language writes them: the words and forms are in its catalogue.

Malay names the part of the day, as Dewan Bahasa dan Pustaka divides it; English has 24 hours.
"""

from __future__ import annotations

from datetime import date, datetime, time

from sm_dns.i18n.catalogue import catalogue
from sm_dns.util.walltime import DAY_MINUTES

PARTS_OF_DAY = (19, 14, 12, 1, 0)
"""The hours from which each part of the day is called otherwise, the last one first."""
_GROUPED = 10_000  # numbers below it stand without a sign between the thousands


def weekday(language: str, number: int) -> str:
    """The name of a weekday, 0 for Monday."""
    return catalogue(language)(f"date.weekday.{number}")


def short_weekday(language: str, number: int) -> str:
    """The same where there is little room."""
    return catalogue(language)(f"date.short_weekday.{number}")


def date_text(language: str, day: date) -> str:
    """Such as "31 Ogos 2026" or "31 August 2026"."""
    say = catalogue(language)
    return say("date.date", day=day.day, month=say(f"date.month.{day.month}"), year=day.year)


def month_text(language: str, day: date) -> str:
    """The month of a date: "Ogos 2026"."""
    return f"{catalogue(language)(f'date.month.{day.month}')} {day.year}"


def short_date(language: str, day: date) -> str:
    """With a short month and no year: "3 Dis" or "3 Dec"."""
    say = catalogue(language)
    return say("date.short_date", day=day.day, month=say(f"date.short_month.{day.month}"))


def time_text(language: str, at: time) -> str:
    """Such as "7.30 pagi", "12.05 tengah malam", or "07:30"."""
    return _time(language, "date.time", at)


def short_time(language: str, at: time) -> str:
    """The same with the part of the day in short: "5.30 ptg"."""
    return _time(language, "date.short_time", at)


def clock(language: str, minute: int) -> str:
    """A minute of the day, 0 to 1440, as a time of the day; the last one is the midnight that ends it."""
    if minute == DAY_MINUTES:
        return catalogue(language)("date.midnight")
    return time_text(language, time(minute // 60, minute % 60))


def date_and_time(language: str, wall: datetime) -> str:
    """A local time in a table: "3 Januari 2010, 8.00 pagi"."""
    day, at = date_text(language, wall), time_text(language, wall.time())
    return catalogue(language)("date.date_and_time", date=day, time=at)


def moment_text(language: str, wall: datetime) -> str:
    """The same in a sentence: "Isnin, 10 Ogos 2026, pukul 1.00 tengah hari", "Monday, 10 August 2026, 13:00"."""
    return catalogue(language)(
        "date.moment",
        weekday=weekday(language, wall.weekday()),
        date=date_text(language, wall),
        time=time_text(language, wall.time()),
    )


def number_text(language: str, number: int) -> str:
    """With a sign between the thousands from five digits on: "1310", "12,480"."""
    if abs(number) < _GROUPED:
        return str(number)
    return f"{number:,}".replace(",", catalogue(language)("number.group"))


def decimal_text(language: str, number: object) -> str:
    """A number with decimals as they are: "87.33"."""
    return str(number).replace(".", catalogue(language)("number.point"))


def _time(language: str, form: str, at: time) -> str:
    say = catalogue(language)
    part = next(begins for begins in PARTS_OF_DAY if begins <= at.hour)
    return say(
        form,
        hour12=at.hour % 12 or 12,
        hour24=f"{at.hour:02d}",
        minute=f"{at.minute:02d}",
        part=say(f"date.part.{part}"),
        short_part=say(f"date.short_part.{part}"),
    )
