"""The worker's clock: wall time that moves with the monotonic clock and notices when somebody steps it.

Reading the wall clock for each query would let a stepped clock stretch a wait or a cached answer unnoticed.
Here every instant is the monotonic clock plus an offset; `check`, called twice a second, adopts what an NTP slew
changed and reports a step or a suspend (TIME-11).
"""

from __future__ import annotations

import time

# Seconds by which wall and monotonic clocks may part between two checks and still be a slew.
STEP = 0.25
CHECK_SECONDS = 0.5


class Clock:
    """POSIX seconds; `rehearsal` seconds are added to the wall clock."""

    __slots__ = ("_slept", "offset", "rehearsal")

    def __init__(self, rehearsal: float = 0.0) -> None:
        self.rehearsal = rehearsal
        self.offset = self._true_offset()
        self._slept = self._sleep()

    def now(self) -> float:
        """This instant in POSIX seconds."""
        return time.monotonic() + self.offset

    def check(self) -> float:
        """Follow the wall clock; the seconds it was stepped by since the last check, 0.0 if it was not.

        Time that the host slept is no step: what was cached before has aged by it.
        """
        true, slept = self._true_offset(), self._sleep()
        moved = (true - self.offset) - (slept - self._slept)
        self.offset, self._slept = true, slept
        return moved if abs(moved) >= STEP else 0.0

    def _true_offset(self) -> float:
        return time.time() - time.monotonic() + self.rehearsal

    def _sleep(self) -> float:
        """Seconds that the host has slept since it started."""
        return time.clock_gettime(time.CLOCK_BOOTTIME) - time.monotonic()
