"""HTTP/1.1 of uvicorn with what it lacks: bounds of what a client may hold, and how long.

A request whose head does not come whole in time loses its connection, and so does a client that does not read what it
is sent. TLS is begun here and not by the listener, so that a handshake that does not come counts too.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from sm_dns.web.auth.throttle import origin_of
from sm_dns.web.http.connection_slots import Places

HEAD_SECONDS = 10.0
HANDSHAKE_SECONDS = 5.0
CLOSE_SECONDS = 2.0
UNREAD_SECONDS = 20.0


class PunctualProtocol(H11Protocol):
    """Drops slow heads (slowloris), also of a second request on a connection, and slow readers."""

    _deadline: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None

    def __init__(self, places: Places, **given: Any) -> None:
        super().__init__(**given)
        self._places = places
        self._origin = ""

    def connection_made(self, transport: Any) -> None:
        """A client came: its head must follow."""
        super().connection_made(transport)
        self._origin = origin_of_peer(transport)
        if not self._places.take(self, self._origin):
            transport.abort()
            return
        self._expect()

    def data_received(self, data: bytes) -> None:
        """Octets came: the wait is over when they ended a head."""
        super().data_received(data)
        if self.cycle is not None and not self.cycle.response_complete:
            self._forget()
            if not self.cycle.more_body:
                self._places.asks(self, self._origin)
        elif self._deadline is None:
            self._expect()

    def on_response_complete(self) -> None:
        """A request was answered; the next begins within the time that uvicorn keeps connections alive."""
        self._places.waits(self, self._origin)
        super().on_response_complete()
        self._forget()

    def pause_writing(self) -> None:
        """The client does not read: it has some time to."""
        super().pause_writing()
        if self._unread is None:
            self._unread = self.loop.call_later(UNREAD_SECONDS, self.give_way)

    def resume_writing(self) -> None:
        """It reads on."""
        super().resume_writing()
        self._read_on()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone."""
        self._forget()
        self._read_on()
        self._places.leave(self, self._origin)
        super().connection_lost(exc)

    def give_way(self) -> None:
        """Close now, whatever is still to be sent."""
        self.transport.abort()

    def _expect(self) -> None:
        self._deadline = self.loop.call_later(HEAD_SECONDS, self._too_late)

    def _forget(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _read_on(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _too_late(self) -> None:
        if not self.transport.is_closing():
            self.transport.close()


class Handshake(asyncio.Protocol):
    """A connection before its TLS. `inner` makes the protocol that goes on behind it."""

    def __init__(
        self, places: Places, context: ssl.SSLContext, inner: Callable[[], PunctualProtocol]
    ) -> None:
        self._places = places
        self._context = context
        self._inner = inner
        self._origin = ""
        self._transport: asyncio.Transport | None = None
        self._task: asyncio.Task[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A client came: its handshake must follow."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._origin = origin_of_peer(transport)
        transport.pause_reading()  # what comes is for TLS
        if not self._places.take(self, self._origin):
            transport.abort()
            return
        self._task = asyncio.get_running_loop().create_task(self._begin(transport))

    def connection_lost(self, exc: Exception | None) -> None:
        """The client is gone before it began."""
        self._places.leave(self, self._origin)

    def give_way(self) -> None:
        """Close now."""
        if self._transport is not None:
            self._transport.abort()

    async def _begin(self, transport: asyncio.Transport) -> None:
        early = _Early()
        encrypted: asyncio.Transport | None = None
        with suppress(OSError):  # TLS that fails is one too, and so is its time
            encrypted = await asyncio.get_running_loop().start_tls(
                transport,
                early,
                self._context,
                server_side=True,
                ssl_handshake_timeout=HANDSHAKE_SECONDS,
                ssl_shutdown_timeout=CLOSE_SECONDS,
            )
        self._places.leave(self, self._origin)
        if encrypted is not None and not early.is_lost:
            inner = self._inner()
            encrypted.set_protocol(inner)
            inner.connection_made(encrypted)
            if early.data:
                inner.data_received(early.data)


class _Early(asyncio.Protocol):
    """What comes right behind a handshake, before the protocol that it is for."""

    def __init__(self) -> None:
        self.data = b""
        self.is_lost = False

    def data_received(self, data: bytes) -> None:
        self.data += data

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_lost = True


def origin_of_peer(transport: asyncio.BaseTransport) -> str:
    """Whom the connections of a peer count for."""
    peer = transport.get_extra_info("peername")
    return origin_of(str(peer[0])) if peer else ""
