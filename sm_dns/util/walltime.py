"""Local wall time to instants (POSIX seconds, UTC) and back, in a named zone; the host's zone plays no part.

Every wall time is given exactly one instant, and wall order is kept: a time that a clock change repeats is its
first occurrence, a time that a clock change skips is the instant of the change.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sm_dns.util.errors import BadInput, about

DAY_MINUTES = 24 * 60  # of wall time
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2})[:.](\d\d)", re.ASCII)
# What stands before a time of the day, and how many days lie between today and that day.
_DAYS = {"": 0, "today": 0, "hari ini": 0, "yesterday": -1, "semalam": -1, "tomorrow": 1, "esok": 1}
_ON_A_DAY = re.compile(r"(?:(.+?)[T ])?(\d{1,2}[:.]\d\d)", re.ASCII)
_DAY_END = "24:00"
# Far enough for any plan, and far enough from the ends of `datetime` for every search around it.
_YEARS = range(1970, 9000)


def instant(wall: datetime, zone: ZoneInfo) -> int:
    """The instant of a naive local time given to the second."""
    first = int(wall.replace(tzinfo=zone, fold=0).timestamp())
    if to_local(first, zone) == wall:
        return first
    return _clock_change(int(wall.replace(tzinfo=zone, fold=1).timestamp()), first, zone)


def _clock_change(before: int, after: int, zone: ZoneInfo) -> int:
    """The first second in (before, after] that has the offset of `after`."""
    offset = _offset(after, zone)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(middle, zone) == offset:
            after = middle
        else:
            before = middle
    return after


def _offset(at: int, zone: ZoneInfo) -> timedelta | None:
    return datetime.fromtimestamp(at, zone).utcoffset()


def of_minute(day: date, minute: int, zone: ZoneInfo) -> int:
    """The instant `minute` minutes (0 to 1440) of wall time after the midnight that begins `day`."""
    return instant(datetime.combine(day, time.min) + timedelta(minutes=minute), zone)


def to_local(at: float, zone: ZoneInfo) -> datetime:
    """Naive local time of an instant, whole seconds, rounded down."""
    return datetime.fromtimestamp(at // 1, zone).replace(tzinfo=None, fold=0)


def minute_of_day(at: float, zone: ZoneInfo) -> int:
    """The minute of wall time, 0 to 1439, in which an instant lies."""
    wall = to_local(at, zone)
    return wall.hour * 60 + wall.minute


def iso_local(at: float, zone: ZoneInfo) -> str:
    """An instant as "YYYY-MM-DDTHH:MM:SS" in the zone's wall time."""
    return to_local(at, zone).isoformat()


def near(text: str, zone: ZoneInfo, now: float) -> int:
    """The instant of a date-time, or of a time such as 10:12 or 10.12, of the day that it is at `now`, or of one
    beside it where it is `yesterday 10:12`. Raises `BadInput`."""
    found = _ON_A_DAY.fullmatch(text.strip())
    minute = _minute_of(found[2]) if found else None
    day = _day(found[1] or "", zone, now) if found else None
    return parse(text, zone) if minute is None or day is None else of_minute(day, minute, zone)


def _day(text: str, zone: ZoneInfo, now: float) -> date | None:
    """The day that a date or a word such as `yesterday` names, "" for today; None for any other text. Raises
    `BadInput` for a date that there is not."""
    if _DAY.fullmatch(text):
        return to_local(parse(f"{text}T00:00", zone), zone).date()
    days = _DAYS.get(text.strip().casefold())
    return None if days is None else to_local(now, zone).date() + timedelta(days=days)


def start(text: str, zone: ZoneInfo, now: float) -> int:
    """The instant from which something is looked at: as `near`, or the first of a date or of `yesterday`. Raises
    `BadInput`."""
    if text and text.casefold() in _DAYS:
        return near(f"{text} 0:00", zone, now)
    return near(f"{text}T00:00" if _DAY.fullmatch(text) else text, zone, now)


def end(text: str, zone: ZoneInfo, now: float) -> int:
    """The instant at which something is to end: a date-time; a time such as 18:00 or 24:00, when clocks next show it;
    a date or `tomorrow`, which is the last day. Raises `BadInput`."""
    minute = _minute_of(text)
    if minute is not None:
        today = to_local(now, zone).date()
        days = (today, today + timedelta(days=1))
        return next(at for at in (of_minute(day, minute, zone) for day in days) if at > now)
    last = _day("" if text == _DAY_END else text, zone, now) if text else None
    return since(text, zone, now) if last is None else of_minute(last, DAY_MINUTES, zone)


def names_a_day(text: str) -> bool:
    """Whether what `near` and `end` read is more than a time of the day."""
    return _minute_of(text) is None and text != _DAY_END


def _minute_of(text: str) -> int | None:
    """The minute of the day that a time such as 9:00 names; None for any other text."""
    found = _CLOCK.fullmatch(text)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return int(found[1]) * 60 + int(found[2])


def parse(text: str, zone: ZoneInfo) -> int:
    """The instant of an ISO 8601 date-time; without an offset it is wall time of `zone`. Raises `BadInput`."""
    try:
        read = datetime.fromisoformat(text) if _ISO.fullmatch(text) else None
    except ValueError:
        read = None
    if read is None or read.year not in _YEARS:
        raise BadInput("expected a date-time such as 2026-08-10T13:00:00, got {text!r}", text=text)
    if read.tzinfo is None:
        return instant(read, zone)
    return int(read.astimezone(UTC).timestamp())


def since(text: str, zone: ZoneInfo, now: float) -> int:
    """As `start`; the `BadInput` tells of all that is understood."""
    try:
        return start(text, zone, now)
    except BadInput:
        raise BadInput(
            "expected a time such as 18:00, a date such as 2026-08-10, or both as 2026-08-10T13:00, got {text!r}",
            text=text,
        ) from None


def stretch(since_text: str, until_text: str, zone: ZoneInfo, now: float) -> tuple[int | None, int | None]:
    """What is looked back at, from and to; None where a text is empty.

    Raises `BadInput` where it ends before it begins.
    """
    with about("since"):
        first = since(since_text, zone, now) if since_text else None
    with about("until"):
        last = before(until_text, zone, now) if until_text else None
        if first is not None and last is not None and last <= first:
            raise BadInput("{until} is not after {since}", until=until_text, since=since_text)
    return first, last


def before(text: str, zone: ZoneInfo, now: float) -> int:
    """The instant at which something that is looked back at ends: as `since`, but a date is meant whole."""
    if text.casefold() in _DAYS:
        day = to_local(since(text, zone, now), zone).date()
        return of_minute(day, DAY_MINUTES, zone)
    return end(text, zone, now) if _DAY.fullmatch(text) else since(text, zone, now)
