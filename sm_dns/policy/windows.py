"""When scheduled names are permitted: half-open windows of local wall time, and the instants of their edges.

A day is cut where its rule can change; each piece has one reason code; neighbouring pieces that agree on
"permitted" form a stretch. The state at an instant is constant over its stretch, whatever midnights lie in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

from sm_dns.policy.calendar import CLOSED, OPEN, DayClass
from sm_dns.policy.schedule import Schedule
from sm_dns.util import walltime
from sm_dns.util.strict_json import Span
from sm_dns.util.walltime import DAY_MINUTES

__all__ = ["REASONS", "Schedule", "State", "Transition", "never_opens", "state_at", "transitions"]

REASONS = {
    "REST": "rest period on an ordinary working day",
    "REST_FRIDAY": "Friday rest period",
    "AFTER_HOURS": "after working hours, same day",
    "AFTER_HOURS_TAIL": "after working hours of the previous day, before the next working start",
    "WEEKEND_OPEN": "weekly rest day",
    "HOLIDAY_OPEN": "public holiday",
    "HALF_DAY_AFTER": "declared half-day, work already ended",
    "WORKING_HOURS": "working hours",
    "WEEKEND_CLOSED": "weekly rest day, not listed in the table (strict reading)",
    "HOLIDAY_CLOSED": "public holiday, closed by configuration",
    "NO_AFTER_HOURS": "no after-hours window on this weekday (strict reading)",
    "NO_TAIL": "early morning, previous day opened no after-hours window",
}
_PERMITTING = frozenset(
    {
        "REST",
        "REST_FRIDAY",
        "AFTER_HOURS",
        "AFTER_HOURS_TAIL",
        "WEEKEND_OPEN",
        "HOLIDAY_OPEN",
        "HALF_DAY_AFTER",
    }
)

_FRIDAY = 4
# How far the next edge is looked for; beyond it the schedule counts as never changing.
_HORIZON_DAYS = 400


@dataclass(frozen=True, slots=True)
class State:
    """Whether scheduled names are permitted, and over which stretch, in POSIX seconds.

    The stretch is [since, until), looked for 400 days either way: `until` is the next transition, None where none
    comes; `since` is where the search ended if the stretch began before.
    `reason_code` is that of the instant asked for and may change inside the stretch.
    """

    permitted: bool
    reason_code: str
    since: int
    until: int | None


@dataclass(frozen=True, slots=True)
class Transition:
    """One edge: from the POSIX second `at` on, `state` is "permitted" or "denied", for a reason."""

    at: int
    state: str
    reason_code: str
    reason: str


class _Piece(NamedTuple):
    """Instants [start, end) that share one reason code."""

    start: int
    end: int
    reason_code: str

    @property
    def permitted(self) -> bool:
        return self.reason_code in _PERMITTING


def state_at(schedule: Schedule, now: float) -> State:
    """The state at an instant. Repeated calls inside one piece of a day cost two cache look-ups."""
    day, index = _find(schedule, now)
    return _state(schedule, day, index)


def transitions(schedule: Schedule, start: int, end: int) -> list[Transition]:
    """Every edge strictly between two instants, in order; an edge at `start` is told by `state_at(start)`."""
    found = []
    at = state_at(schedule, start).until
    while at is not None and at < end:
        state = state_at(schedule, at)
        word = "permitted" if state.permitted else "denied"
        found.append(Transition(at, word, state.reason_code, REASONS[state.reason_code]))
        at = state.until
    return found


def never_opens(schedule: Schedule, now: float, days: int = 7) -> bool:
    """Whether no second of the next `days` days is permitted: such a schedule is a permanent block."""
    state = state_at(schedule, now)
    return not state.permitted and (state.until is None or state.until >= now + days * 86400)


@lru_cache(maxsize=256)
def _state(schedule: Schedule, day: date, index: int) -> State:
    piece = _pieces(schedule, day)[index]
    return State(
        permitted=piece.permitted,
        reason_code=piece.reason_code,
        since=_stretch_start(schedule, day, piece),
        until=_stretch_end(schedule, day, piece),
    )


def _stretch_start(schedule: Schedule, day: date, within: _Piece) -> int:
    start = within.start
    for back in range(_HORIZON_DAYS + 1):
        for piece in reversed(_pieces(schedule, day - timedelta(days=back))):
            if piece.start < within.start:
                if piece.permitted != within.permitted:
                    return start
                start = piece.start
    return start


def _stretch_end(schedule: Schedule, day: date, within: _Piece) -> int | None:
    for ahead in range(_HORIZON_DAYS + 1):
        for piece in _pieces(schedule, day + timedelta(days=ahead)):
            if piece.start > within.start and piece.permitted != within.permitted:
                return piece.start
    return None


def _find(schedule: Schedule, now: float) -> tuple[date, int]:
    """The local day, and the index of its piece, that hold an instant."""
    today = datetime.fromtimestamp(now, schedule.zone).date()
    # The neighbours matter where a clock change repeats midnight, or rounding reaches it.
    for day in (today, today + timedelta(days=1), today - timedelta(days=1)):
        for index, piece in enumerate(_pieces(schedule, day)):
            if piece.start <= now < piece.end:
                return day, index
    raise AssertionError(f"no day holds {now}")


@lru_cache(maxsize=1024)
def _pieces(schedule: Schedule, day: date) -> tuple[_Piece, ...]:
    """The pieces of a local day, in order, without gaps."""
    plan = _plan(schedule, day)
    pieces: list[_Piece] = []
    for minute, next_minute in pairwise(plan.cuts()):
        start = walltime.of_minute(day, minute, schedule.zone)
        end = walltime.of_minute(day, next_minute, schedule.zone)
        # A clock change can swallow a piece whole.
        if start < end:
            pieces.append(_Piece(start, end, plan.reason_at(minute)))
    return tuple(pieces)


@dataclass(frozen=True, slots=True)
class _Plan:
    """The rule of one local date, in minutes of wall time."""

    day_class: DayClass
    is_friday: bool
    tail_before: bool
    work_start: int
    rest: tuple[Span, ...]
    after_start: int
    ordinary_after_start: int
    after_hours: bool

    def cuts(self) -> list[int]:
        """The minutes at which the reason may change, midnight to midnight."""
        rests = chain.from_iterable(self.rest)
        return sorted({0, self.work_start, *rests, self.after_start, self.ordinary_after_start, DAY_MINUTES})

    def reason_at(self, minute: int) -> str:
        """The reason code of a minute; where several fit: open day, tail, closed day, rest, after hours."""
        if self.day_class in OPEN:
            return self.day_class.value
        if self.tail_before and minute < self.work_start:
            return "AFTER_HOURS_TAIL"
        if self.day_class in CLOSED:
            return self.day_class.value
        if any(span.start <= minute < span.end for span in self.rest):
            return "REST_FRIDAY" if self.is_friday else "REST"
        if minute >= self.after_start:
            return self._reason_after(minute)
        return "NO_TAIL" if minute < self.work_start else "WORKING_HOURS"

    def _reason_after(self, minute: int) -> str:
        if not self.after_hours:
            return "NO_AFTER_HOURS"
        return "HALF_DAY_AFTER" if minute < self.ordinary_after_start else "AFTER_HOURS"


def _plan(schedule: Schedule, day: date) -> _Plan:
    hours = schedule.hours_on(day)
    weekday = day.weekday()
    ordinary = hours.after_start_on(weekday)
    return _Plan(
        day_class=schedule.calendar.class_of(day),
        is_friday=weekday == _FRIDAY,
        tail_before=_leaves_tail(schedule, day - timedelta(days=1)),
        work_start=hours.work_start,
        rest=hours.rest_on(weekday),
        after_start=schedule.half_days.get(day, ordinary),
        ordinary_after_start=ordinary,
        after_hours=weekday not in schedule.no_after_hours,
    )


def _leaves_tail(schedule: Schedule, day: date) -> bool:
    """Whether what a date opens runs on into the next morning."""
    day_class = schedule.calendar.class_of(day)
    return day_class in OPEN or (day_class is DayClass.WORK and day.weekday() not in schedule.no_after_hours)
