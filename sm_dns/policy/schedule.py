"""A schedule as it is configured: the hours, the exceptions to them, and the calendar they stand on.

The JSON form has times as "HH:MM", ranges as two-item lists (of which a rest may be several), weekdays MON to SUN,
dates as "YYYY-MM-DD". Every key may be left out; the defaults are the hours of paragraph 5 of JKDM ICT Circular
No. 2 of 2010, with Friday evening and rest days open.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sm_dns.policy.calendar import HOLIDAY_MODES, WEEKEND_MODES, Calendar
from sm_dns.util import strict_json, walltime
from sm_dns.util.errors import BadInput
from sm_dns.util.strict_json import Span

V = TypeVar("V")
Reader = Callable[[object, str], V]

ScheduleDocument = Mapping[str, Any]
"""A schedule in its JSON form: some of the keys of `DEFAULTS`, and nothing checked before `Schedule.from_json`."""

KEEPS = "keeps"
"""The key by which a schedule says whose table its hours are: that is checked, and decides nothing."""
CIRCULAR = "circular"

DEFAULTS: ScheduleDocument = {
    "timezone": "Asia/Kuala_Lumpur",
    "weekend": ["SAT", "SUN"],
    "rest": ["13:00", "14:00"],
    "rest_by_weekday": {"FRI": ["12:15", "14:45"]},
    "after_start": "17:30",
    "after_start_by_weekday": {},
    "work_start": "07:30",
    "no_after_hours_weekdays": [],
    "weekend_mode": "open",
    "holiday_mode": "open",
    "holidays": {},
    "extra_workdays": [],
    "half_days": {},
    "periods": [],
    "effective_from": None,
    KEEPS: None,
}


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of a working day in minutes of wall time; an entry of its weekday (0 = Monday) beats the plain one."""

    rest: tuple[Span, ...]
    rest_by_weekday: Mapping[int, tuple[Span, ...]]
    after_start: int
    after_start_by_weekday: Mapping[int, int]
    work_start: int

    def rest_on(self, weekday: int) -> tuple[Span, ...]:
        """The rest periods of a weekday, in the order of the day."""
        return self.rest_by_weekday.get(weekday, self.rest)

    def after_start_on(self, weekday: int) -> int:
        """When work ordinarily ends on a weekday."""
        return self.after_start_by_weekday.get(weekday, self.after_start)


@dataclass(frozen=True, slots=True)
class Period:
    """Dates, both inclusive, on which whole values of `Hours` are replaced."""

    first: date
    last: date
    changes: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Schedule:
    """When scheduled names are permitted. Immutable; compared by identity, so that it is a cheap cache key.

    `effective_from` is the POSIX second at which the schedule comes into force, None for "it is in force".
    `keeps` is `CIRCULAR` where the hours are said to be those of the circular's table, else None.
    """

    zone: ZoneInfo
    calendar: Calendar
    hours: Hours
    no_after_hours: frozenset[int]
    half_days: Mapping[date, int]
    periods: tuple[Period, ...]
    effective_from: int | None
    keeps: str | None

    @classmethod
    def from_json(cls, data: object, path: str = "") -> Schedule:
        """Read the JSON form; raises `BadInput` that names the key, with `path` before it."""
        given = strict_json.mapping(data, path, DEFAULTS)
        at = {key: strict_json.below(path, key) for key in DEFAULTS}
        value = {**DEFAULTS, **given}
        zone = time_zone(value["timezone"], at["timezone"])
        return cls(
            zone=zone,
            calendar=_calendar(value, at),
            hours=Hours(**{key: read(value[key], at[key]) for key, read in _HOURS.items()}),
            no_after_hours=_weekdays(value["no_after_hours_weekdays"], at["no_after_hours_weekdays"]),
            half_days=_by_date(value["half_days"], at["half_days"], strict_json.clock),
            periods=_periods(value["periods"], at["periods"]),
            effective_from=_effective_from(value["effective_from"], at["effective_from"], zone),
            keeps=None if value[KEEPS] is None else strict_json.choice(value[KEEPS], at[KEEPS], {CIRCULAR}),
        )

    def hours_on(self, day: date) -> Hours:
        """The hours of a date: each period that covers it replaces what it names, later ones win."""
        hours = self.hours
        for period in self.periods:
            if period.first <= day <= period.last:
                hours = replace(hours, **period.changes)
        return hours


def time_zone(value: object, path: str) -> ZoneInfo:
    """The zone of a name such as "Asia/Kuala_Lumpur"; raises `BadInput` that names the key."""
    name = strict_json.text(value, path)
    # The tz database may hold "localtime", which is whatever the host has set.
    if name != "localtime":
        try:
            return ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            pass
    raise BadInput("{path}: unknown time zone {name!r}", path=path, name=name)


def _calendar(value: Mapping[str, Any], at: Mapping[str, str]) -> Calendar:
    weekend_mode = strict_json.choice(value["weekend_mode"], at["weekend_mode"], WEEKEND_MODES)
    holiday_mode = strict_json.choice(value["holiday_mode"], at["holiday_mode"], HOLIDAY_MODES)
    extra = strict_json.sequence(value["extra_workdays"], at["extra_workdays"])
    return Calendar(
        weekend=_weekdays(value["weekend"], at["weekend"]),
        weekend_class=WEEKEND_MODES[weekend_mode],
        holiday_class=HOLIDAY_MODES[holiday_mode],
        holidays=_by_date(value["holidays"], at["holidays"], strict_json.text),
        extra_workdays=frozenset(
            strict_json.day(item, strict_json.below(at["extra_workdays"], index))
            for index, item in enumerate(extra)
        ),
    )


def _weekdays(value: object, path: str) -> frozenset[int]:
    items = strict_json.sequence(value, path)
    return frozenset(
        number
        for index, item in enumerate(items)
        for number in strict_json.weekdays(item, strict_json.below(path, index))
    )


def _by_weekday(value: object, path: str, read: Reader[V]) -> dict[int, V]:
    found: dict[int, V] = {}
    for key, item in strict_json.mapping(value, path).items():
        place = strict_json.below(path, key)
        for number in strict_json.weekdays(key, place):
            if number in found:
                raise BadInput("{path}: the weekday stands here a second time", path=place)
            found[number] = read(item, place)
    return found


def _by_date(value: object, path: str, read: Reader[V]) -> dict[date, V]:
    items = strict_json.mapping(value, path)
    return {
        strict_json.day(key, strict_json.below(path, key)): read(item, strict_json.below(path, key))
        for key, item in items.items()
    }


_HOURS: Mapping[str, Reader[Any]] = {
    "rest": strict_json.spans,
    "rest_by_weekday": lambda value, path: _by_weekday(value, path, strict_json.spans),
    "after_start": strict_json.clock,
    "after_start_by_weekday": lambda value, path: _by_weekday(value, path, strict_json.clock),
    "work_start": strict_json.clock,
}


def _periods(value: object, path: str) -> tuple[Period, ...]:
    items = strict_json.sequence(value, path)
    return tuple(_period(item, strict_json.below(path, index)) for index, item in enumerate(items))


def _period(value: object, path: str) -> Period:
    given = strict_json.mapping(value, path, {"from", "to", *_HOURS})
    for key in ("from", "to"):
        if key not in given:
            raise BadInput("{path}: missing", path=strict_json.below(path, key))
    first = strict_json.day(given["from"], strict_json.below(path, "from"))
    last = strict_json.day(given["to"], strict_json.below(path, "to"))
    if first > last:
        raise BadInput("{path}: from {first} is after to {last}", path=path, first=first, last=last)
    changes = {
        key: read(given[key], strict_json.below(path, key)) for key, read in _HOURS.items() if key in given
    }
    return Period(first, last, changes)


def _effective_from(value: object, path: str, zone: ZoneInfo) -> int | None:
    if value is None:
        return None
    written = strict_json.text(value, path)
    try:
        return walltime.parse(written, zone)
    except BadInput as error:
        raise BadInput("{path}: {reason}", path=path, reason=error) from None
