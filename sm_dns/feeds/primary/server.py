"""The primary on the wire: datagrams and connections, with a bound for everything that somebody else may cause."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final, cast

from sm_dns.feeds.primary.answers import Desk, Reply
from sm_dns.feeds.primary.connected import Connected
from sm_dns.feeds.primary.secondaries import Secondaries, Secondary
from sm_dns.feeds.wire.requests import MAX_REQUEST, NOTIFY, BadRequest, Request, read_request
from sm_dns.util import ip_networks

MAX_QUESTIONS: Final = 100  # of one address in a second; the rest is not read
MAX_CONNECTIONS: Final = 2_048
MAX_CONNECTIONS_EACH: Final = 16  # of one address
MAX_WHOLE_TRANSFERS: Final = 64  # at once; who asks meanwhile waits for its turn
STALL_SECONDS: Final = 60.0  # a reader that takes no message for so long
TRANSFER_SECONDS: Final = 3_600.0  # the longest that one transfer may take

RECEIVE_BUFFER: Final = 4 << 20  # octets of questions that the kernel may hold; it caps this at rmem_max

Now = Callable[[], float]


class Primary:
    """Answers for a desk. `now`: true POSIX seconds, by which signatures are judged."""

    def __init__(self, desk: Desk, secondaries: Secondaries, now: Now) -> None:
        self.refused = 0  # datagrams and connections of strangers, and what was more than an address may ask
        self._desk = desk
        self._secondaries = secondaries
        self._now = now
        self._asked: Counter[str] = Counter()
        self._second = 0
        self._connections: Counter[str] = Counter()
        self._turns = asyncio.Semaphore(MAX_WHOLE_TRANSFERS)
        self._senders: dict[bool, asyncio.DatagramTransport] = {}

    def use(self, transport: asyncio.DatagramTransport, *, is_ipv6: bool) -> None:
        """Send NOTIFY from this socket: secondaries know us by its address. The first one stays."""
        self._senders.setdefault(is_ipv6, transport)

    def send(self, datagram: bytes, secondary: Secondary) -> None:
        """Send a datagram to a secondary; where there is no socket of its kind, it is lost, as any may be."""
        sender = self._senders.get(":" in secondary.address)
        if sender is not None and not sender.is_closing():
            sender.sendto(datagram, (secondary.address, secondary.port))

    def datagrams(self) -> asyncio.DatagramProtocol:
        """What takes the datagrams of one socket."""
        return _Datagrams(self)

    def connection(self) -> asyncio.Protocol:
        """What takes one connection."""
        return _Connection(self)

    def admits(self, address: str) -> bool:
        """Whether a request of an address is read at all."""
        second = int(self._now())
        if second != self._second:
            self._second = second
            self._asked.clear()
        if not self._secondaries.are_at(address) or self._asked[address] >= MAX_QUESTIONS:
            self.refused += 1
            return False
        self._asked[address] += 1
        return True

    def enters(self, address: str) -> bool:
        """Whether one more connection of an address is taken; then `leaves` is to be called at its end."""
        is_full = self._connections.total() >= MAX_CONNECTIONS
        if (
            is_full
            or not self._secondaries.are_at(address)
            or self._connections[address] >= MAX_CONNECTIONS_EACH
        ):
            self.refused += 1
            return False
        self._connections[address] += 1
        return True

    def leaves(self, address: str) -> None:
        """A connection has ended."""
        self._connections[address] -= 1
        if not self._connections[address]:
            del self._connections[address]

    def reply(self, address: str, request: Request, octets: bytes, *, by_stream: bool) -> Reply:
        """The reply to a request."""
        return self._desk.answer(address, request, octets, self._now(), by_stream=by_stream)

    async def transfer(self, reply: Reply, write: Callable[[bytes], object], drained: asyncio.Event) -> None:
        """Send a reply piece by piece, no more of it than is being read. Raises `TimeoutError`."""
        if reply.taker is None:
            for message in reply.messages:
                write(message)
            return
        await self.stream(reply.messages, write, drained)
        self._has(reply)

    async def stream(
        self, pieces: Iterable[bytes], write: Callable[[bytes], object], drained: asyncio.Event
    ) -> None:
        """Send something long when its turn has come, no more of it than is being read. Raises `TimeoutError`."""
        async with asyncio.timeout(TRANSFER_SECONDS), self._turns:
            for piece in pieces:
                write(piece)
                if not drained.is_set():
                    async with asyncio.timeout(STALL_SECONDS):
                        await drained.wait()

    def _has(self, reply: Reply) -> None:
        if reply.taker is None or reply.zone is None:
            return
        progress = reply.taker.of(reply.zone.name.short)
        if progress.serial != reply.serial:
            progress.serial = reply.serial
            progress.taken = self._now()
            progress.lag = max(0.0, progress.taken - reply.zone.changed) if reply.zone.changed else 0.0


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, primary: Primary) -> None:
        self._primary = primary
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        address = ip_networks.plain(addr[0])
        if self._transport is None or not self._primary.admits(address):
            return
        try:
            request = read_request(data)
        except BadRequest:
            return
        if request.is_response or request.opcode == NOTIFY:
            return  # an answer to our NOTIFY says nothing; a NOTIFY to us is nobody's business
        for message in self._primary.reply(address, request, data, by_stream=False).messages:
            self._transport.sendto(message, addr)

    def error_received(self, exc: Exception) -> None:
        """A secondary that is away: it is told again."""


class _Connection(Connected):
    """Requests one after the other; the next is read when the answer to the one before is on its way."""

    def __init__(self, primary: Primary) -> None:
        super().__init__(primary)
        self._primary = primary
        self._received = bytearray()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._serving is None:
            self._next()

    def _next(self) -> None:
        """Serve the next request that is whole."""
        self._serving = None
        length = int.from_bytes(self._received[:2])
        if self._transport is None or self._transport.is_closing():
            return
        if len(self._received) >= 2 and not 12 <= length <= MAX_REQUEST:
            self._transport.abort()
            return
        if len(self._received) < 2 + max(length, 12):
            self._transport.resume_reading()
            self._wait()
            return
        octets = bytes(self._received[2 : 2 + length])
        del self._received[: 2 + length]
        self._rest()
        self._transport.pause_reading()
        self._serving = asyncio.get_running_loop().create_task(self._serve(octets))
        self._serving.add_done_callback(self._served)

    async def _serve(self, octets: bytes) -> None:
        if not self._primary.admits(self._address):
            raise BadRequest("too many")
        request = read_request(octets)
        if request.is_response:
            raise BadRequest("response")
        reply = self._primary.reply(self._address, request, octets, by_stream=True)
        await self._primary.transfer(reply, self._write, self._drained)

    def _write(self, message: bytes) -> None:
        if self._transport is None or self._transport.is_closing():
            raise BadRequest("gone")
        self._transport.write(len(message).to_bytes(2) + message)

    def _served(self, done: asyncio.Task[None]) -> None:
        if done.cancelled() or done.exception() is not None:
            if self._transport is not None:
                self._transport.abort()
            return
        self._next()


async def listen_for_datagrams(primary: Primary, address: str, port: int) -> asyncio.DatagramTransport:
    """Answer datagrams at an address. Raises `OSError`."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(primary.datagrams, local_addr=(address, port))
    sock = transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
    primary.use(transport, is_ipv6=":" in address)
    return transport


async def listen_for_connections(
    primary: Primary, address: str, port: int, tls: ssl.SSLContext | None
) -> asyncio.Server:
    """Take connections at an address, over TLS (RFC 9103) where there is a context. Raises `OSError`."""
    return await asyncio.get_running_loop().create_server(primary.connection, address, port, ssl=tls)
