"""The worker's clock: wall time that moves with the monotonic clock and notices when somebody steps it.

Reading the wall clock for each query would let a stepped clock stretch a wait or a cached answer unnoticed.
Here every instant is the monotonic clock plus an offset; `check`, called twice a second, adopts what an NTP slew
changed and reports a step or a suspend (TIME-11).
"""

from __future__ import annotations

import time

STEP = 0.25  # seconds by which wall and monotonic clocks may part between two checks and still be a slew
CHECK_SECONDS = 0.5


class Clock:
    """POSIX seconds; `rehearsal` seconds are added to the wall clock."""

    __slots__ = ("offset", "rehearsal")

    def __init__(self, rehearsal: float = 0.0) -> None:
        self.rehearsal = rehearsal
        self.offset = self._true_offset()

    def now(self) -> float:
        """This instant in POSIX seconds."""
        return time.monotonic() + self.offset

    def check(self) -> float:
        """Follow the wall clock; the seconds it was stepped by since the last check, 0.0 if it was not."""
        true = self._true_offset()
        moved = true - self.offset
        self.offset = true
        return moved if abs(moved) >= STEP else 0.0

    def _true_offset(self) -> float:
        return time.time() - time.monotonic() + self.rehearsal
