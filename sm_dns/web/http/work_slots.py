"""Places for work that may take long. Who finds none is told when to come again, and holds no thread meanwhile.

Requests are served by `POOL` threads. Whatever reads and writes wait for, some are left for logging in and
for /healthz.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sm_dns.web.auth.roles import Refused

POOL = 40  # anyio's own number
MAX_READS = 24
MAX_WRITES = 8
AGAIN_SECONDS = 5.0


class Room:
    """So many places."""

    def __init__(self, places: int) -> None:
        self._free = threading.BoundedSemaphore(places)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Take a place for a while. Raises `Refused` where there is none."""
        if not self._free.acquire(blocking=False):
            raise Refused(503, "the dashboard is busy: try again in a moment", AGAIN_SECONDS)
        try:
            yield
        finally:
            self._free.release()
