"""What staff asked for at a node of a fleet, until its primary keeps it."""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import asdict

from sm_dns.ipc.fleet import CarriedOut
from sm_dns.state.access_requests import AccessRequest
from sm_dns.util.errors import BadInput

MAX_UNDELIVERED = 64  # requests; what is asked beyond is not taken
RETRY_SECONDS = 5.0  # between two tries

Carry = Callable[[str, tuple[str, ...]], Awaitable[CarriedOut]]
"""Have the primary carry out a command of a person. Raises `BadInput`."""

log = logging.getLogger(__name__)


class Undelivered:
    """`turn` is to be called often. That one is delivered twice does no harm: it is kept once."""

    def __init__(self, carry: Carry, clock: Callable[[], float]) -> None:
        self._carry = carry
        self._clock = clock
        self._waiting: deque[AccessRequest] = deque()
        self._try_at = 0.0
        self._delivering: asyncio.Task[None] | None = None

    def add(self, request: AccessRequest) -> None:
        """One more. Raises `BadInput` where too many wait."""
        if len(self._waiting) >= MAX_UNDELIVERED:
            raise BadInput("too many requests wait for the primary of the fleet")
        self._waiting.append(request)

    def turn(self) -> None:
        """Deliver what waits, where it is time. Needs a running event loop."""
        is_busy = self._delivering is not None and not self._delivering.done()
        if self._waiting and not is_busy and self._clock() >= self._try_at:
            self._delivering = asyncio.get_running_loop().create_task(self._deliver())

    async def _deliver(self) -> None:
        while self._waiting:
            first = self._waiting[0]
            try:
                done = await self._carry("service", ("requests", "take", json.dumps(asdict(first))))
                if done.refused:
                    raise BadInput(done.refused)
            except BadInput as error:
                log.warning("a request of %s waits for the primary of the fleet: %s", first.client, error)
                self._try_at = self._clock() + RETRY_SECONDS
                return
            if done.code:
                log.warning("a request of %s is not taken: %s", first.client, done.err.strip())
            self._waiting.popleft()
