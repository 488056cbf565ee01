"""A forwarder over real channels, on a loop of its own."""

from __future__ import annotations

import asyncio
from functools import partial

from sm_dns.dns.names import from_text
from sm_dns.resolve.cache import Cache, Key
from sm_dns.resolve.faults import Faults
from sm_dns.resolve.forwarding.failure import Failure
from sm_dns.resolve.forwarding.forward import Forwarder
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer
from sm_dns.serve.clock import Clock
from sm_dns.serve.event_loop import DrainSelector, new_loop
from sm_dns.serve.upstreams.pool import UpstreamSockets


def _settle(
    future: asyncio.Future[UpstreamAnswer | Failure], outcome: UpstreamAnswer | Failure, now: float
) -> None:
    future.set_result(outcome)


class Asker:
    """Asks and waits for what comes of it."""

    def __init__(self) -> None:
        self.selector = DrainSelector()
        self.loop = new_loop(self.selector)
        self.forwarder = Forwarder(Cache(1 << 20), Faults())
        self.sockets = UpstreamSockets(self.forwarder, self.loop, self.selector, Clock())

    async def ask(self, *names: str) -> list[UpstreamAnswer | Failure]:
        outcomes: list[asyncio.Future[UpstreamAnswer | Failure]] = []
        for name in names:
            future: asyncio.Future[UpstreamAnswer | Failure] = self.loop.create_future()
            outcomes.append(future)
            key = Key(from_text(name), 1, False, False)
            self.forwarder.ask(key, partial(_settle, future), Clock().now())
        async with asyncio.timeout(60):
            return list(await asyncio.gather(*outcomes))

    def close(self) -> None:
        self.sockets.close()
        self.loop.run_until_complete(asyncio.sleep(0.05))
        self.loop.close()
