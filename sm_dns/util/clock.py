"""The wall clock, a rehearsal of it, and a watch that notices when it jumps (TIME-11)."""

from __future__ import annotations

import ctypes
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

# A wall clock that NTP slews drifts by at most 0.5 ms a second; a second a reading is far beyond it.
TOLERANCE = 0.5

_TIMEX_OCTETS = 256  # more than struct timex has on any Linux; zeros mean "only tell"
_TIME_ERROR = 5


@dataclass(frozen=True, slots=True)
class Clock:
    """POSIX seconds (UTC) at real speed; `offset` seconds are added in a rehearsal."""

    offset: float = 0.0

    def now(self) -> float:
        return time.time() + self.offset

    @property
    def rehearsal(self) -> bool:
        return self.offset != 0.0

    @classmethod
    def starting_at(cls, instant: float) -> Clock:
        """A clock that shows `instant` now."""
        return cls(instant - time.time())


@dataclass(frozen=True, slots=True)
class Reading:
    """The three clocks of Linux at one moment, in seconds: wall, monotonic, and monotonic with suspends."""

    wall: float
    monotonic: float
    boottime: float


@dataclass(frozen=True, slots=True)
class Jump:
    """What happened between two readings: the wall clock was stepped by, or the host slept for, `seconds`."""

    kind: Literal["step", "suspend"]
    seconds: float


def read_clocks() -> Reading:
    """All three clocks now."""
    return Reading(time.time(), time.monotonic(), time.clock_gettime(time.CLOCK_BOOTTIME))


def jump_between(before: Reading, after: Reading, tolerance: float = TOLERANCE) -> Jump | None:
    """A step or a suspend between two readings, or None where the clocks agree within `tolerance` seconds.

    A step wins over a suspend: a sleeping host's wall clock goes on with its boot clock, a stepped one does not.
    """
    slept = (after.boottime - before.boottime) - (after.monotonic - before.monotonic)
    stepped = (after.wall - before.wall) - (after.boottime - before.boottime)
    if abs(stepped) > tolerance:
        return Jump("step", stepped)
    if slept > tolerance:
        return Jump("suspend", slept)
    return None


class StepWatch:
    """Remembers the last reading; ask it at least once a second."""

    def __init__(self, tolerance: float = TOLERANCE) -> None:
        self._last = read_clocks()
        self._tolerance = tolerance

    def check(self) -> Jump | None:
        """The jump since the last call, or None."""
        before, self._last = self._last, read_clocks()
        return jump_between(before, self._last, self._tolerance)


def utc_iso(instant: float) -> str:
    """`2026-08-10T05:00:00Z`: an instant in UTC, to the second (rounded down)."""
    moment = datetime.fromtimestamp(0, UTC) + timedelta(seconds=int(instant // 1))
    return moment.replace(tzinfo=None).isoformat(timespec="seconds") + "Z"


def is_synchronised() -> bool | None:
    """Whether the kernel holds the wall clock to be synchronised (adjtimex(2)); None where it does not say."""
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(_TIMEX_OCTETS))
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != _TIME_ERROR
