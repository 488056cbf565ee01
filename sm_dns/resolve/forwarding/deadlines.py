"""When attempts are overdue: in slots of `TICK` seconds, so that thousands of them cost one timer."""

from __future__ import annotations

from typing import Final

from sm_dns.resolve.forwarding.attempts import Attempt

TICK: Final = 0.05  # seconds; how late a retry may be


class Deadlines:
    """Attempts by the slot at whose end they are overdue. Time is an argument."""

    def __init__(self) -> None:
        self._due: dict[int, dict[Attempt, None]] = {}

    def __bool__(self) -> bool:
        return bool(self._due)

    def add(self, attempt: Attempt, at: float) -> bool:
        """Let an attempt be due at an instant; whether it is the only one now."""
        attempt.due = slot = int(at / TICK) + 1
        waiting = self._due.get(slot)
        if waiting is not None:
            waiting[attempt] = None
            return False
        is_first = not self._due
        self._due[slot] = {attempt: None}
        return is_first

    def drop(self, attempt: Attempt) -> None:
        """Forget an attempt at once: thousands of answered ones would be kept until they were due."""
        waiting = self._due.get(attempt.due)
        if waiting is not None:
            waiting.pop(attempt, None)

    def take(self, now: float) -> list[Attempt]:
        """Those that are due, which are forgotten."""
        present = int(now / TICK)
        slots = [slot for slot in self._due if slot <= present]
        return [attempt for slot in slots for attempt in self._due.pop(slot)]

    def shift(self, seconds: float) -> None:
        """The clock was stepped: move every instant with it."""
        slots = round(seconds / TICK)
        self._due = {slot + slots: attempts for slot, attempts in self._due.items()}
        for attempts in self._due.values():
            for attempt in attempts:
                attempt.due += slots
