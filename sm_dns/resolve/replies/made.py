"""Replies that no packet cache repeated: how many of each response code, and how long they waited for upstreams."""

from __future__ import annotations

from bisect import bisect_left
from typing import Final

from sm_dns.resolve.forwarding.attempts import QUERY_RESOLUTION_SECONDS

RCODES: Final = (
    16  # that a header has room for; BADVERS, whose other bits are in OPT, stands there as NOERROR
)
WAITS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Seconds of waiting for upstreams up to which a reply counts as so quick; one more class is of what took longer."""


class MadeReplies:
    """Counts since the worker began. What the packet cache repeats is not among them, and costs nothing.

    `rcodes`: how many there were of each response code. `waits`: how many waited up to each of `WAITS` and no less,
    then those that waited longer. `waited`: all of their waiting together, in seconds.
    """

    def __init__(self) -> None:
        self.rcodes: list[int] = [0] * RCODES
        self.waits: list[int] = [0] * (len(WAITS) + 1)
        self.waited = 0.0

    def note(self, wire: bytes) -> None:
        """A reply was made."""
        self.rcodes[wire[3] & 0xF] += 1

    def note_late(self, wire: bytes, waited: float) -> None:
        """A reply was made that waited so many seconds; a clock that was set meanwhile makes them no nonsense."""
        self.note(wire)
        seconds = min(max(waited, 0.0), QUERY_RESOLUTION_SECONDS)
        self.waits[bisect_left(WAITS, seconds)] += 1
        self.waited += seconds
