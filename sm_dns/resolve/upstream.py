"""What is known of each upstream resolver: how quickly it answers and whether it answers at all."""

from __future__ import annotations

from collections.abc import Sequence

FIRST_GUESS = 0.05  # seconds, until the first answer tells better
SHORTEST_WAIT = 0.3  # seconds
LONGEST_WAIT = 1.5  # seconds
FIRST_REST = 1.0  # seconds a failing upstream is rested, doubled at each further failure
LONGEST_REST = 30.0
FAILURES_BEFORE_REST = 2
MAX_UNDER_WAY = 2_048  # attempts that wait for one upstream
CASE_LOSSES = 3  # after which an upstream is asked in lower case only
_SMOOTHING = 0.2
_FORGIVENESS = 0.98  # an unused upstream's latency fades, so that it is tried again some day


class Upstream:
    """One upstream resolver and its health. Times are seconds."""

    __slots__ = ("address", "case_losses", "failures", "latency", "port", "rests_until", "under_way")

    def __init__(self, address: str, port: int) -> None:
        self.address = address
        self.port = port
        self.latency = FIRST_GUESS
        self.failures = 0
        self.rests_until = 0.0
        self.under_way = 0
        """Attempts that wait for it, bounded so that one dead server cannot take all there are (T10)."""
        self.case_losses = 0
        """How often it gave the question back in another case over TCP, which nobody forges."""

    @property
    def keeps_case(self) -> bool:
        """Whether mixed letter case may be asked of it."""
        return self.case_losses < CASE_LOSSES

    def __str__(self) -> str:
        return f"[{self.address}]:{self.port}" if ":" in self.address else f"{self.address}:{self.port}"

    def answered(self, seconds: float) -> None:
        """It answered after so many seconds."""
        self.latency += _SMOOTHING * (max(seconds, 0.0) - self.latency)
        self.failures = 0
        self.rests_until = 0.0

    def failed(self, now: float) -> None:
        """It did not answer in time or could not be reached."""
        self.failures += 1
        if self.failures >= FAILURES_BEFORE_REST:
            rest = FIRST_REST * 2.0 ** min(self.failures - FAILURES_BEFORE_REST, 16)
            self.rests_until = now + min(rest, LONGEST_REST)

    def patience(self) -> float:
        """Seconds to wait before another attempt is made."""
        wait = 4 * self.latency
        if wait < SHORTEST_WAIT:
            return SHORTEST_WAIT
        return min(wait, LONGEST_WAIT)


def choose(upstreams: Sequence[Upstream], asked: Sequence[Upstream], now: float) -> Upstream | None:
    """The next upstream: least asked for this question, then healthy, then quickest; None when all are full."""
    if len(upstreams) == 1:
        return upstreams[0] if upstreams[0].under_way < MAX_UNDER_WAY else None
    best = min(
        (upstream for upstream in upstreams if upstream.under_way < MAX_UNDER_WAY),
        key=lambda upstream: (asked.count(upstream), upstream.rests_until > now, upstream.latency),
        default=None,
    )
    for upstream in upstreams:
        if upstream is not best:
            upstream.latency *= _FORGIVENESS
    return best
