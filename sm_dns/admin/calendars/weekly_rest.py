"""Weekly rest days of the states of Malaysia, and the days that take the place of holidays on them.

A holiday on the weekly rest day moves on to the next day that is a working day (Holidays Act 1951, s. 3). Of a
weekend of two days one is the rest day: Friday in Kedah, Kelantan and Terengganu, else Sunday.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta

from sm_dns.admin.calendars.calendar_files import Line
from sm_dns.admin.calendars.holiday_names import replaced_name, replacement_mark

_COUNTRY = "MY"
# By the codes of ISO 3166-2 and those that the library of holidays has beside them.
_FRIDAY_STATES = frozenset({"KDH", "KTN", "TRG", "02", "03", "11"})
_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6


def weekend_of(country: str, subdivision: str | None) -> frozenset[int] | None:
    """The weekend that a state keeps, weekdays from 0 (Monday); None where that is not known."""
    if country != _COUNTRY or subdivision is None:
        return None
    return frozenset({_FRIDAY, _SATURDAY} if subdivision in _FRIDAY_STATES else {_SATURDAY, _SUNDAY})


def replacements(country: str, subdivision: str | None, holidays: Sequence[Line]) -> list[Line]:
    """What the list of a year lacks: a day for each holiday on the rest day that nothing replaces, as an estimate."""
    weekend = weekend_of(country, subdivision)
    if weekend is None:
        return []
    rest_day = _FRIDAY if _FRIDAY in weekend else _SUNDAY
    names = {line.day: line.text for line in holidays}
    found: list[Line] = []
    for line in sorted(holidays, key=lambda each: each.day):
        if line.day.weekday() == rest_day and not _is_replacement(line.text):
            day, is_replaced = _next_working_day(line.day, names, weekend)
            if not is_replaced:
                names[day] = replaced_name(line.text)
                found.append(Line("holiday", day, names[day], is_estimate=True))
    return [line for line in found if line.day.year == holidays[0].day.year]


def _next_working_day(day: date, names: dict[date, str], weekend: Collection[int]) -> tuple[date, bool]:
    """The first day after one that is neither a holiday nor of the weekend; whether a replacement came before it."""
    is_replaced = False
    day += timedelta(days=1)
    while day in names or day.weekday() in weekend:
        is_replaced = is_replaced or _is_replacement(names.get(day, ""))
        day += timedelta(days=1)
    return day, is_replaced


def _is_replacement(text: str) -> bool:
    return replacement_mark().ms in text
