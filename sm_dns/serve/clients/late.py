"""Answers that come late, over UDP: everybody gets theirs, and nobody can make a burst of them (T8).

Whoever can make upstreams slow could have questions saved up under the address of a victim, and let all of their
answers go in one moment (DNSBomb). So what is older than `LATE_SECONDS` leaves in turns, `LATE_AT_ONCE` for one
client in each `TURN_SECONDS` at most. The rest waits for the next turns, bounded.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

LATE_SECONDS = 1.9  # of waiting, after which an answer is late
TURN_SECONDS = 0.05
LATE_AT_ONCE = 32  # late answers for one client in a turn: 640 in a second
MAX_HELD = 256  # late answers of one client that wait for their turn: 0.4 seconds
MAX_HELD_IN_ALL = 8_192

CallLater = Callable[[float, Callable[[], None]], object]
"""Takes seconds and what is to be called after them: an event loop's `call_later`."""


class LateAnswers:
    """Lets late answers go, client by client. `dropped` counts those that there was no room for."""

    def __init__(self, call_later: CallLater) -> None:
        self.dropped = 0
        self._call_later = call_later
        self._sent: dict[str, int] = {}
        """How many of a client's have left in this turn; nobody is there between turns."""
        self._held: dict[str, deque[Callable[[], None]]] = {}
        self._held_in_all = 0

    def let_go(self, client: str, send: Callable[[], None]) -> None:
        """Send a late answer to a client address now, or in one of the next turns."""
        if not self._sent:
            self._call_later(TURN_SECONDS, self._turn)
        sent = self._sent.get(client, 0)
        if sent < LATE_AT_ONCE:
            self._sent[client] = sent + 1
            send()
            return
        held = self._held.setdefault(client, deque())
        if len(held) >= MAX_HELD or self._held_in_all >= MAX_HELD_IN_ALL:
            self.dropped += 1
            return
        held.append(send)
        self._held_in_all += 1

    def _turn(self) -> None:
        """Another turn begins: those who waited for it go first."""
        self._sent = {}
        waiting, self._held, self._held_in_all = self._held, {}, 0
        for client, held in waiting.items():
            for send in held:
                self.let_go(client, send)
