"""Listeners of connections on a loop with a drain, as in a worker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar, cast

from sm_dns.monitor.counters import Counters
from sm_dns.serve.clients.packet_cache import PacketCache
from sm_dns.serve.clients.streams.connections import Admission, Streams
from sm_dns.serve.clients.trusted_forwarders import TrustedForwarders
from sm_dns.serve.clients.udp import Shared
from sm_dns.serve.clock import Clock
from sm_dns.serve.event_loop import DrainSelector, new_loop
from tests.support.desk import WORK, Desk
from tests.support.limits import rate_of
from tests.support.listening import SetClock, at_once, on_time

Found = TypeVar("Found")


def run_in_rounds(visit: Callable[[DrainSelector], Awaitable[Found]]) -> Found:
    """Run a coroutine on a loop whose drained sockets cost no turn of it."""
    selector = DrainSelector()

    async def run() -> Found:
        return await visit(selector)

    with asyncio.Runner(loop_factory=lambda: new_loop(selector)) as runner:
        return runner.run(run())


def streams_of(
    desk: Desk, selector: DrainSelector, admission: Admission, clock: SetClock | None = None
) -> Streams:
    """What a listener needs, within a running loop."""
    shared = Shared(
        desk.resolver,
        PacketCache(),
        rate_of(),
        Counters(WORK),
        cast(Clock, clock or SetClock(WORK)),
        at_once,
        on_time(),
        TrustedForwarders(),
    )
    return Streams(shared, admission, selector, asyncio.get_running_loop())
