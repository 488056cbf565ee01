"""DNS over TCP and TLS: messages with a length before them, many to a connection, answered as they are ready.

RFC 7766, RFC 7858. Beside the bounds of every connection: questions in flight on one, and idle seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

from sm_dns.dns.proxy_header import FIXED, SIGNATURE, BadHeader, read_header, rest_size
from sm_dns.dns.records import keepalive_option
from sm_dns.dns.scan import Edns, Ignored
from sm_dns.resolve.replies.reply import Reply
from sm_dns.serve.clients.connections import Connection, ConnectionListener
from sm_dns.serve.clients.trusted_forwarders import client_of

MAX_IN_FLIGHT = 64  # questions of one connection that wait for an answer
IDLE_SECONDS = 10.0  # RFC 7766 §6.2.3: "on the order of a few seconds"


class StreamListener(ConnectionListener):
    """All connections of one TCP or DoT socket."""

    async def converse(self, connection: Connection) -> None:
        """Answer what comes until the client closes, idles or errs; what was asked is still answered."""
        await Conversation(self, connection).run()

    def may_name_another(self, connection: Connection) -> bool:
        """Whether the connection may begin with the header of the PROXY protocol."""
        tells = self._admission.forwarders.tells(connection.address)
        return tells is not None and tells.proxy

    def options(self, edns: Edns, size: int) -> bytes:
        """Beside padding, how long this connection may idle (RFC 7828 §3.2.2)."""
        keepalive = keepalive_option(IDLE_SECONDS) if edns.keeps_alive else b""
        return keepalive + super().options(edns, size + len(keepalive))


class Conversation:
    """One client's questions and answers."""

    def __init__(self, listener: StreamListener, connection: Connection) -> None:
        self._listener = listener
        self._connection = connection
        self._settled = asyncio.Event()
        self._begun = b""
        """Octets that were read to see whether they begin a header."""

    async def run(self) -> None:
        """Read questions until there are no more. Raises `OSError`."""
        try:
            if self._listener.may_name_another(self._connection):
                await self._read_header()
            while message := await self._next_message():
                reply = self._listener.ask(self._connection, message, self.deliver)
                if reply is not None:
                    self._write(reply)
                await self._wait_while(MAX_IN_FLIGHT)
            await self._wait_while(1)
        except Ignored:
            return

    def deliver(self, reply: Reply, now: float) -> None:
        """A reply that had to wait for an upstream."""
        self._settled.set()
        self._write(reply)

    async def _read_header(self) -> None:
        """Take up whom a trusted forwarder names before all messages. Raises `Ignored` where that cannot be read."""
        head = await self._in_time(self._read(FIXED))
        if not head.startswith(SIGNATURE):
            self._begun = head
            return
        try:
            header = read_header(head + await self._in_time(self._read(rest_size(head))))
        except BadHeader:
            raise Ignored from None
        self._connection.behind = client_of(header.source)

    async def _next_message(self) -> bytes:
        """The next message, or b"" when the client has no more to say."""
        return await self._in_time(self._message())

    async def _message(self) -> bytes:
        length = int.from_bytes(await self._read(2), "big")
        return await self._read(length)

    async def _read(self, size: int) -> bytes:
        """So many octets, those first that were read already."""
        begun, self._begun = self._begun[:size], self._begun[size:]
        return begun + await self._connection.reader.readexactly(size - len(begun))

    async def _in_time(self, reading: Awaitable[bytes]) -> bytes:
        """What is read, b"" where it does not come within `IDLE_SECONDS`."""
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                return await reading
        except (asyncio.IncompleteReadError, TimeoutError):
            return b""

    async def _wait_while(self, in_flight: int) -> None:
        """Wait until fewer questions than that are in flight."""
        async with asyncio.timeout(IDLE_SECONDS):
            while self._connection.in_flight >= in_flight:
                self._settled.clear()
                await self._settled.wait()

    def _write(self, reply: Reply) -> None:
        self._connection.send(len(reply.wire).to_bytes(2, "big") + reply.wire)
