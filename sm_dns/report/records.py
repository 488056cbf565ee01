"""What the compliance report takes from the control room's own records, as values (RPT-3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sm_dns.monitor.store.read import LabelledHour


@dataclass(frozen=True, slots=True)
class DayHours:
    """The permitted stretches of one local date, in minutes [start, end) of wall time."""

    day: date
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ScheduleState:
    """A schedule. since: POSIX seconds from which it is in force, None for no such bound. week: up to seven dates."""

    name: str
    since: int | None
    week: tuple[DayHours, ...]


@dataclass(frozen=True, slots=True)
class ScheduleUse:
    """A resolver used a version from `since` (POSIX seconds) on; until: None for "up to the end of the period"."""

    source: str
    since: float
    until: float | None


@dataclass(frozen=True, slots=True)
class ScheduleVersion:
    """All schedules as they were for a time. version: their name, "" where none is on record and the configuration
    of today stands in. uses: by time, none then. schedules: None where the record cannot be read."""

    version: str
    uses: tuple[ScheduleUse, ...]
    schedules: tuple[ScheduleState, ...] | None


@dataclass(frozen=True, slots=True)
class Flip:
    """An edge that passed at `at` (POSIX seconds) and was recorded so many milliseconds later."""

    at: float
    schedule: str
    permitted: bool
    lag_ms: int


@dataclass(frozen=True, slots=True)
class ResolverFlip:
    """An edge that passed at `at` (POSIX seconds) at another resolver, answered by so many milliseconds later; None
    where it was not."""

    at: float
    resolver: str
    permitted: bool
    lag_ms: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """A line of the audit chain, at POSIX seconds."""

    at: float
    who: str
    action: str
    target: str
    why: str


@dataclass(frozen=True, slots=True)
class WeekHours:
    """Hours that come back each week: weekdays (0 = Monday) and the minutes of wall time between which they lie."""

    days: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ExemptionRecord:
    """What is known of an exemption, from those in force or from the audit. expires: POSIX seconds, None: unknown.

    hours: in which alone it was in force, None for all.
    """

    approver: str
    reason: str
    expires: float | None
    hours: WeekHours | None = None


@dataclass(frozen=True, slots=True)
class SwitchRecord:
    """What was paused, opened or closed for a while, by whom and why, in POSIX seconds.

    turn: pause, open, close or emergency. what: a category or a service, "" for all. who: "" for everybody.
    """

    turn: str
    what: str
    who: str
    by: str
    reason: str
    since: float
    until: float


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """What may be seen of one member of staff. expires: POSIX seconds. hours: by time.

    erased: whether a part of the range is disposed of. is_known: False where the staff map of today lacks the key.
    """

    request: str
    requester: str
    approver: str
    expires: float
    erased: bool
    is_known: bool
    hours: tuple[LabelledHour, ...]


@dataclass(frozen=True, slots=True)
class Records:
    """schedules: by their first use. flips, resolver_flips, changes, switches: of the range, by time.

    exemptions: by id.

    audit_ok: whether the whole chain holds.
    """

    schedules: tuple[ScheduleVersion, ...]
    flips: tuple[Flip, ...]
    resolver_flips: tuple[ResolverFlip, ...]
    changes: tuple[Change, ...]
    switches: tuple[SwitchRecord, ...]
    exemptions: Mapping[str, ExemptionRecord]
    audit_ok: bool
    audit_records: int
