"""HTTP/1.1 over real sockets, one request a connection, with a bound on everything a client may hold or take.

A server of our own and not a library's: there is one kind of request, no body but a short form, nothing to keep
alive. What is left of HTTP is less than what would have to be switched off, and the base install stays as it is.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from time import monotonic

from sm_dns.portal.http.rate_limit import Budgets
from sm_dns.portal.http.request import BadRequest, parse
from sm_dns.portal.http.response import Response, short
from sm_dns.portal.respond import MAX_BODY, Responder

MAX_HEAD = 16_384  # octets of a request head
REQUEST_SECONDS = 10.0  # for a whole request to arrive, however slowly
SEND_SECONDS = 10.0  # for the answer to leave
HANDSHAKE_SECONDS = 5.0
MAX_CONNECTIONS = 256
MAX_PER_CLIENT = 16
_LINGER_SECONDS = 1.0

log = logging.getLogger(__name__)


class HttpServer:
    """All connections of the portal, on however many sockets. `clock` gives POSIX seconds."""

    def __init__(self, responder: Responder, clock: Callable[[], float]) -> None:
        self.requests = 0
        self.turned_away = 0
        self._responder = responder
        self._clock = clock
        self._budgets = Budgets()
        self._open: dict[asyncio.StreamWriter, None] = {}  # the one that came first is first
        self._clients: Counter[str] = Counter()

    async def listen(self, sock: socket.socket, tls: ssl.SSLContext | None = None) -> asyncio.Server:
        """Begin to accept on a bound socket."""
        handshake = None if tls is None else HANDSHAKE_SECONDS
        return await asyncio.start_server(
            self._accept, sock=sock, limit=MAX_HEAD, ssl=tls, ssl_handshake_timeout=handshake
        )

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection from its first to its last octet."""
        peer = writer.get_extra_info("peername")
        address = str(peer[0]) if peer else ""
        if not self._has_room(address):
            self.turned_away += 1
            writer.transport.abort()
            return
        self._open[writer] = None
        self._clients[address] += 1
        try:
            await self._serve(reader, writer, address)
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # a TimeoutError is one too; cancelled is who is here when the process ends
        finally:
            writer.transport.abort()
            self._forget(writer, address)

    def _forget(self, writer: asyncio.StreamWriter, address: str) -> None:
        self._open.pop(writer, None)
        self._clients[address] -= 1
        if not self._clients[address]:
            del self._clients[address]

    def _has_room(self, address: str) -> bool:
        """Whether one more may come; where all places are taken the oldest connection gives its own up."""
        if self._clients[address] >= MAX_PER_CLIENT:
            return False
        if len(self._open) >= MAX_CONNECTIONS:
            oldest = next(iter(self._open))
            del self._open[oldest]
            oldest.transport.abort()
        return True

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str) -> None:
        only_head = False
        async with asyncio.timeout(REQUEST_SECONDS):
            try:
                head = (await reader.readuntil(b"\r\n\r\n"))[:-4]
            except asyncio.LimitOverrunError:
                response = short(431)
            else:
                only_head = head.startswith(b"HEAD ")
                response = await self._respond(reader, head, address)
        self.requests += 1
        async with asyncio.timeout(SEND_SECONDS):
            writer.write(response.encode(only_head))
            if writer.can_write_eof():
                writer.write_eof()
            await writer.drain()
            await _read_out(reader)
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

    async def _respond(self, reader: asyncio.StreamReader, head: bytes, address: str) -> Response:
        if not self._budgets.allow(address, monotonic()):
            return short(429, ("Retry-After", "10"))
        try:
            request = parse(head)
        except BadRequest:
            return short(400)
        if request.length > MAX_BODY:
            return short(413)
        body = await reader.readexactly(request.length)
        try:
            return self._responder.answer(request, body, address, self._clock())
        except Exception:
            log.exception("a page could not be made")
            return short(503)


async def _read_out(reader: asyncio.StreamReader) -> None:
    """Let the answer arrive: to close over unread octets would reset the connection (RFC 9112 §9.6)."""
    with suppress(TimeoutError):
        async with asyncio.timeout(_LINGER_SECONDS):
            while await reader.read(4096):
                pass
