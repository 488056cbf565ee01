"""Hours that come back each week, such as Monday to Friday 09:00-11:00: local wall time of a zone, half-open.

The walk over local days is that of a schedule's hours: where the clocks change, their edges are as its edges.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sm_dns.policy import windows
from sm_dns.policy.calendar import Calendar, DayClass
from sm_dns.policy.schedule import Hours, Schedule, time_zone
from sm_dns.policy.week import clock_of
from sm_dns.util import strict_json
from sm_dns.util.errors import BadInput
from sm_dns.util.strict_json import WEEKDAYS, Span
from sm_dns.util.walltime import DAY_MINUTES

ALL_DAYS = tuple(range(7))
_DAY = 86_400
_KEYS = ("days", "start", "end", "zone")


@dataclass(frozen=True, slots=True)
class RecurringHours:
    """From minute `start` to minute `end` of wall time after midnight of each of the `days` (0 = Monday, in order).

    Where `end` is not after `start`, it is that of the next day: from Monday 22:00 to Tuesday 02:00. They leave out
    some of the week.
    """

    days: tuple[int, ...]
    start: int
    end: int
    zone: str


class Standing(NamedTuple):
    """Whether something is in force, and the POSIX second from which it is otherwise; None where that never comes."""

    in_force: bool
    until: int | None


def standing(hours: RecurringHours, now: float) -> Standing:
    """Whether an instant (POSIX seconds) lies in the hours, and when they next begin or end."""
    return next(one for one in _stretches(hours, int(now // _DAY)) if one.until is None or now < one.until)


@lru_cache(maxsize=4096)  # a site with that many is asked without walking over its days for each question
def _stretches(hours: RecurringHours, day: int) -> tuple[Standing, ...]:
    """How they stand in a day of UTC, counted from 1970, one after the other; the last may go beyond it."""
    schedule = _as_schedule(hours)
    at: int | None = day * _DAY
    found: list[Standing] = []
    while at is not None and at < (day + 1) * _DAY:
        state = windows.state_at(schedule, at)
        found.append(Standing(state.permitted, state.until))
        at = state.until
    return tuple(found)


def _as_schedule(hours: RecurringHours) -> Schedule:
    """A schedule that permits these hours as its rest periods, and nothing else."""
    return Schedule(
        zone=ZoneInfo(hours.zone),
        calendar=Calendar(frozenset(), DayClass.WORK, None, {}, frozenset()),
        hours=Hours((), _by_weekday(hours), DAY_MINUTES, {}, 0),
        no_after_hours=frozenset(ALL_DAYS),
        half_days={},
        periods=(),
        effective_from=None,
        keeps=None,
    )


def _by_weekday(hours: RecurringHours) -> dict[int, tuple[Span, ...]]:
    found: dict[int, tuple[Span, ...]] = {}
    for day in hours.days:
        for at, span in _spans(hours):
            other = (day + at) % len(ALL_DAYS)
            found[other] = tuple(sorted((*found.get(other, ()), span)))
    return found


def _spans(hours: RecurringHours) -> Iterator[tuple[int, Span]]:
    """What a day has of them: how many days later, and the span of that day."""
    if hours.start < hours.end:
        yield 0, Span(hours.start, hours.end)
        return
    yield 0, Span(hours.start, DAY_MINUTES)
    if hours.end:
        yield 1, Span(0, hours.end)


def written(hours: RecurringHours) -> str:
    """The hours as `of_words` takes them: "MON-FRI 09:00-11:00"."""
    return f"{_days_written(hours.days)} {clock_of(hours.start)}-{clock_of(hours.end)}"


def _days_written(days: tuple[int, ...]) -> str:
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(WEEKDAYS[run[0]] + (f"-{WEEKDAYS[run[-1]]}" if len(run) > 1 else "") for run in runs)


def of_words(days: str | None, between: str | None, zone: ZoneInfo) -> RecurringHours | None:
    """The hours that "MON,WED-THU" and "09:00-11:00" say: each day, or the whole day, without one of them.

    None where that is all of the week. Raises `BadInput`.
    """
    named = ALL_DAYS if days is None else _days(days)
    start, end = (0, DAY_MINUTES) if between is None else _between(between)
    is_always = named == ALL_DAYS and end - start == DAY_MINUTES
    return None if is_always else RecurringHours(named, start, end, zone.key)


def _days(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    try:
        return tuple(sorted({day for part in parts for day in strict_json.weekdays(part, "")}))
    except BadInput as error:
        raise BadInput(
            "--days: {text!r} names no days of the week: write for example MON-FRI or MON,WED-THU", text=text
        ) from error


def _between(text: str) -> tuple[int, int]:
    # 9.00 is how clocks are mostly written in Malay.
    first, _, last = text.replace("–", "-").replace(".", ":").partition("-")
    try:
        start = strict_json.clock(first.strip(), "")
        end = strict_json.end_clock(last.strip(), "")
    except BadInput as error:
        raise BadInput(
            "--between: {text!r} is no time from and to: write for example 09:00-11:00, or 22:00-02:00 over midnight",
            text=text,
        ) from error
    if start == end:
        raise BadInput("--between: {text!r} ends when it begins; leave it out for the whole day", text=text)
    return start, end


def from_json(value: object, path: str) -> RecurringHours:
    """Read the fields of `RecurringHours`; raises `BadInput` that names the key."""
    given = strict_json.mapping(value, path, _KEYS)
    at = {key: strict_json.below(path, key) for key in _KEYS}
    listed = given.get("days")
    # A value that was not yet written has a tuple.
    items = strict_json.sequence(list(listed) if isinstance(listed, tuple) else listed, at["days"])
    days = tuple(strict_json.whole(day, at["days"]) for day in items)
    if not days or days != tuple(sorted(set(days))) or days[-1] not in ALL_DAYS:
        raise strict_json.wrong(at["days"], "days of the week in order, 0 for Monday", list(days))
    start, end = (strict_json.whole(given.get(key), at[key]) for key in ("start", "end"))
    if start >= DAY_MINUTES or end > DAY_MINUTES or start == end:
        raise BadInput("{path}: start and end are no two minutes of a day", path=path)
    return RecurringHours(days, start, end, time_zone(given.get("zone"), at["zone"]).key)
