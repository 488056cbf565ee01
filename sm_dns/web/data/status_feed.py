"""What the control process says of itself, asked at most once a second however many pages are looked at."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

from sm_dns.ipc.requests import TellStatus
from sm_dns.ipc.status import Status
from sm_dns.util.errors import BadInput

FRESH_SECONDS = 1.0
SAMPLE_SECONDS = 5.0
MAX_SAMPLES = 120  # ten minutes

Ask = Callable[[TellStatus], Status | None]


class Sample(NamedTuple):
    """All queries up to an instant of the monotonic clock."""

    at: float
    queries: int


class StatusFeed:
    """`ask` sends a request to the control socket; `clock` is monotonic, in seconds."""

    def __init__(self, ask: Ask, clock: Callable[[], float]) -> None:
        self._ask = ask
        self._clock = clock
        self._lock = threading.Lock()
        self._known: Status | None = None
        self._at = -FRESH_SECONDS
        self._samples: deque[Sample] = deque(maxlen=MAX_SAMPLES)

    def get(self) -> Status:
        """The status, a second old at most. Raises `BadInput` while nobody answers."""
        with self._lock:
            if self._clock() - self._at >= FRESH_SECONDS:
                self._refresh()
            if self._known is None:
                raise BadInput("the service does not answer")
            return self._known

    def forget(self) -> None:
        """Ask anew the next time: something was changed."""
        with self._lock:
            self._at = -FRESH_SECONDS

    def sample(self) -> None:
        """Note how many queries there were by now."""
        try:
            total = self.get().queries
        except BadInput:
            return
        if self._samples and total < self._samples[-1].queries:
            self._samples.clear()  # a worker began anew
        self._samples.append(Sample(self._clock(), total))

    def rates(self) -> list[float]:
        """Queries a second between two samples, oldest first."""
        samples = list(self._samples)
        return [
            round((later.queries - earlier.queries) / (later.at - earlier.at), 1)
            for earlier, later in itertools.pairwise(samples)
            if later.at > earlier.at
        ]

    def _refresh(self) -> None:
        try:
            self._known = self._ask(TellStatus())
        except BadInput:
            self._known = None
        self._at = self._clock()
