"""TCP: messages with a length before them, many to a connection, answered as they are ready (RFC 7766).

Every wait and every count is bounded: connections in all and a client, questions under way on one connection, idle
seconds, octets a slow reader leaves unread.
"""

from __future__ import annotations

import asyncio
import socket
from collections import Counter

from sm_dns.dns.scan import Ignored, Question
from sm_dns.resolve.pipeline import receive
from sm_dns.resolve.reply import STREAM_LIMIT, Reply
from sm_dns.resolve.resolver import Resolver
from sm_dns.serve.clock import Clock

MAX_CONNECTIONS = 512
MAX_PER_CLIENT = 32
MAX_UNDER_WAY = 64  # questions of one connection that wait for an answer
IDLE_SECONDS = 10.0  # RFC 7766 §6.2.3: "on the order of a few seconds"
MAX_UNREAD = 256 * 1024  # octets queued for a client that does not read


class StreamListener:
    """All TCP connections of one listening socket."""

    def __init__(self, sock: socket.socket, resolver: Resolver, clock: Clock) -> None:
        self.sock = sock
        self.queries = 0
        self._resolver = resolver
        self._clock = clock
        self._clients: Counter[str] = Counter()

    async def start(self) -> asyncio.Server:
        """Begin to accept."""
        return await asyncio.start_server(self._serve, sock=self.sock, limit=STREAM_LIMIT + 2)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        address = peer[0] if peer else ""
        if self._clients.total() >= MAX_CONNECTIONS or self._clients[address] >= MAX_PER_CLIENT:
            writer.transport.abort()
            return
        self._clients[address] += 1
        try:
            await Connection(self, address, reader, writer).run()
        finally:
            self._clients[address] -= 1
            if not self._clients[address]:
                del self._clients[address]

    def ask(self, connection: Connection, message: bytes) -> Reply | None:
        """Put a connection's message to the pipeline."""
        self.queries += 1
        return receive(
            self._resolver, message, connection.address, self._clock.now(), _stream_limit, connection.deliver
        )


class Connection:
    """One client's connection."""

    def __init__(
        self,
        listener: StreamListener,
        address: str,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.address = address
        self._listener = listener
        self._reader = reader
        self._writer = writer
        self._under_way = 0
        self._settled = asyncio.Event()

    async def run(self) -> None:
        """Read questions until the client closes, idles or errs; what was asked is still answered."""
        try:
            while message := await self._next_message():
                reply = self._listener.ask(self, message)
                if reply is None:
                    self._under_way += 1
                else:
                    self._write(reply)
                await self._wait_while(MAX_UNDER_WAY)
            await self._wait_while(1)
        except (OSError, TimeoutError, Ignored):
            pass
        finally:
            self._writer.close()

    def deliver(self, reply: Reply) -> None:
        """A reply that had to wait for an upstream."""
        self._under_way -= 1
        self._settled.set()
        if not self._writer.is_closing():
            self._write(reply)

    async def _next_message(self) -> bytes:
        """The next message, or b"" when the client has no more to say."""
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                length = int.from_bytes(await self._reader.readexactly(2), "big")
                return await self._reader.readexactly(length)
        except (asyncio.IncompleteReadError, TimeoutError):
            return b""

    async def _wait_while(self, under_way: int) -> None:
        """Wait until fewer questions than that are under way."""
        async with asyncio.timeout(IDLE_SECONDS):
            while self._under_way >= under_way:
                self._settled.clear()
                await self._settled.wait()

    def _write(self, reply: Reply) -> None:
        if self._writer.transport.get_write_buffer_size() > MAX_UNREAD:
            self._writer.transport.abort()
            return
        self._writer.write(len(reply.wire).to_bytes(2, "big") + reply.wire)


def _stream_limit(question: Question) -> int:
    return STREAM_LIMIT
