"""The figures of use, kept for who looks next: a page never waits for the store longer than it says.

One thread computes. What is kept is shown at once, and computed anew behind it when it is a minute old.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Generic, TypeVar

from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from sm_dns.web.auth.roles import Refused

FRESH_SECONDS = 60.0
MAX_KEPT = 32
MAX_PENDING = 8
MAX_WAITING = 8  # requests that wait for figures at once: each holds a thread
BUSY_SECONDS = 5.0  # after which it is worth to ask again

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Kept(Generic[V]):
    """A value, or why there is none. at: monotonic seconds when it was begun; seconds: how long it took."""

    at: float
    value: V | None
    problem: Message | None
    seconds: float


class FigureCache(Generic[K, V]):
    """`compute` makes the value of a key in a thread; it raises `BadInput` or a `StoreError` told as such."""

    def __init__(self, compute: Callable[[K], V], clock: Callable[[], float] = time.monotonic) -> None:
        self._compute = compute
        self._clock = clock
        self._kept: OrderedDict[K, Kept[V]] = OrderedDict()
        self._pending: dict[K, Future[None]] = {}
        self._lock = threading.Lock()
        self._waiting = threading.BoundedSemaphore(MAX_WAITING)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="figures")

    def get(self, key: K, wait: float) -> Kept[V] | None:
        """What is kept of a key, after at most `wait` seconds; None while it is still computed.

        Raises `Refused` when too many others wait already.
        """
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
            fresh = kept is not None and self._clock() - kept.at < FRESH_SECONDS
            pending = None if fresh else self._begin(key)
        if kept is None and pending is not None:
            if not self._came(pending, wait):
                return None
            with self._lock:
                kept = self._kept.get(key)
        return kept

    def _came(self, pending: Future[None], wait: float) -> bool:
        """Whether it is there after at most `wait` seconds."""
        if not self._waiting.acquire(blocking=False):
            raise _busy()
        try:
            pending.result(wait)
        except TimeoutError:
            return False
        finally:
            self._waiting.release()
        return True

    def close(self) -> None:
        """Compute nothing further."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _begin(self, key: K) -> Future[None]:
        if key not in self._pending:
            if len(self._pending) >= MAX_PENDING:
                raise _busy()
            self._pending[key] = self._thread.submit(self._run, key)
        return self._pending[key]

    def _run(self, key: K) -> None:
        began = self._clock()
        value: V | None = None
        problem: Message | None = None
        try:
            value = self._compute(key)
        except BadInput as error:
            problem = error.message
        finally:
            with self._lock:
                self._kept[key] = Kept(began, value, problem, self._clock() - began)
                self._kept.move_to_end(key)
                if len(self._kept) > MAX_KEPT:
                    self._kept.popitem(last=False)
                del self._pending[key]


def _busy() -> Refused:
    return Refused(503, "too many figures are being computed: try again in a moment", BUSY_SECONDS)
