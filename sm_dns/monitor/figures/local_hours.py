"""The days of a report and local hours of UTC hours, in zones whose offsets are whole hours.

A day of a report is a local date; where its band reaches over midnight, from the end of the band to that of the next
morning (`Selection.day_begins`). So no band is cut, and no hour is of two days or of none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sm_dns.monitor.selection import Selection
from sm_dns.util import walltime
from sm_dns.util.errors import BadInput

MAX_DAYS = 800  # of one report: two years of aggregates and a little

HOUR = 3600


class LocalHour(NamedTuple):
    """The day of a report, and the local hour 0 to 23. When clocks go back, two UTC hours are one local hour."""

    day: date
    hour: int


class Span(NamedTuple):
    """The instants [since, until) of a range of days, POSIX seconds at the start of hours."""

    since: int
    until: int


def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises `BadInput`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise BadInput("there is no time zone {name!r}", name=name) from error


def span(selection: Selection) -> Span:
    """The instants of a selection's days.

    Raises `BadInput` for a range or a band that is none, and for a zone with other than whole hours, for tallies are
    kept by UTC hour.
    """
    if selection.last < selection.first:
        raise BadInput(
            "the range ends ({last}) before it begins ({first})", last=selection.last, first=selection.first
        )
    if (selection.last - selection.first).days >= MAX_DAYS:
        raise BadInput("the range is longer than {most} days", most=MAX_DAYS)
    check_band(selection.band_start, selection.band_end)
    zone = zone_of(selection.zone)
    try:
        since = walltime.of_minute(selection.first, 60 * selection.day_begins, zone)
        until = walltime.of_minute(selection.last + timedelta(days=1), 60 * selection.day_begins, zone)
    except (OverflowError, ValueError, OSError) as error:
        raise BadInput(
            "no report reaches from {first} to {last}", first=selection.first, last=selection.last
        ) from error
    for at in range(since - since % HOUR, until, HOUR):
        local = walltime.to_local(at, zone)
        if local.minute or local.second:
            raise BadInput(
                "{zone} is not whole hours from UTC on {date}: tallies are kept by whole UTC hour",
                zone=selection.zone,
                date=local.date(),
            )
    return Span(since, until)


def check_band(start: int, end: int) -> None:
    """Raises `BadInput` for hours that make no band."""
    if not (0 <= start <= 23 and 1 <= end <= 24 and start != end):
        raise BadInput(
            "{band_start}-{band_end} is no band of hours: it begins at 0 to 23 and ends at another hour, 1 to 24; an "
            "end before the start is of the next morning",
            band_start=start,
            band_end=end,
        )


def converter(selection: Selection) -> Callable[[int], LocalHour]:
    """From the first POSIX second of a UTC hour to its day and hour."""
    zone = zone_of(selection.zone)

    @cache
    def convert(at: int) -> LocalHour:
        local = walltime.to_local(at, zone)
        is_of_before = local.hour < selection.day_begins
        return LocalHour(local.date() - timedelta(days=1) if is_of_before else local.date(), local.hour)

    return convert


def dates(selection: Selection) -> list[date]:
    """Every local date of the range."""
    count = (selection.last - selection.first).days + 1
    return [selection.first + timedelta(days=number) for number in range(count)]
