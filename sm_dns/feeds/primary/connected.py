"""A connection to the primary as far as it is any connection: who may enter, when it is idle, when it takes more."""

from __future__ import annotations

import asyncio
from typing import Final, Protocol, cast

from sm_dns.util import ip_networks

IDLE_SECONDS: Final = 20.0  # a connection on which nothing is asked


class Door(Protocol):
    """Who lets connections in, and counts them."""

    def enters(self, address: str) -> bool:
        """Whether another connection of an address may be."""

    def leaves(self, address: str) -> None:
        """It is gone."""


class Connected(asyncio.Protocol):
    """One of them; what is asked over it is taken by `data_received`, and answered by the task `_serving`."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._address = ""
        self._drained = asyncio.Event()
        self._drained.set()
        self._transport: asyncio.Transport | None = None
        self._serving: asyncio.Task[None] | None = None
        self._idle: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._transport.set_write_buffer_limits(high=1, low=0)  # TLS never resumes at 0
        address = ip_networks.plain(transport.get_extra_info("peername")[0])
        if not self._door.enters(address):
            self._transport.abort()
            return
        self._address = address
        self._wait()

    def _wait(self) -> None:
        """Nothing is asked from now on."""
        self._rest()
        assert self._transport is not None, "connected"
        self._idle = asyncio.get_running_loop().call_later(IDLE_SECONDS, self._transport.abort)

    def _rest(self) -> None:
        """It is not idle."""
        if self._idle is not None:
            self._idle.cancel()

    def pause_writing(self) -> None:
        self._drained.clear()

    def resume_writing(self) -> None:
        self._drained.set()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest()
        self._transport = None
        if self._address:
            self._door.leaves(self._address)
        if self._serving is not None:
            self._serving.cancel()
