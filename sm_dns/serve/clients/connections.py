"""Connections of clients: who is let in, TLS before the first word, who gives way, how they end.

Every count and every wait is bounded, whatever is then spoken (DNS with lengths, HTTP/2): connections in all and a
client, seconds of a handshake and of saying goodbye, octets a slow reader leaves unread, queries a client asks in a
while. When all places are taken, a client's own or all, the connection that has been idle longest gives way (T10).
"""

from __future__ import annotations

import asyncio
import socket
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable
from functools import partial
from time import monotonic

from sm_dns.dns.client_options import with_option
from sm_dns.dns.codes import Rcode
from sm_dns.dns.random_bytes import RandomBytes
from sm_dns.dns.records import padding_option
from sm_dns.dns.scan import Edns, Ignored, Question
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.over_limit import over_limit_reply, trace_over_limit
from sm_dns.resolve.pipeline import fault_reply, handle_message
from sm_dns.resolve.query import Deliver
from sm_dns.resolve.replies.reply import STREAM_LIMIT, Reply, Transport
from sm_dns.serve.clients.limits import ClientLimits
from sm_dns.serve.clients.rate_limit import RateLimiter
from sm_dns.serve.clients.tls import ServerTls
from sm_dns.serve.clients.trusted_forwarders import TrustedForwarders
from sm_dns.serve.clock import Clock

MAX_UNREAD = 256 * 1024  # octets queued for a client that does not read
HANDSHAKE_SECONDS = 5.0
PADDING_BLOCK = 468  # octets of which an encrypted reply's length is a multiple (RFC 8467 §4.1)
CLOSE_SECONDS = 2.0  # for the last octets to leave and for TLS to say goodbye


class Admission:
    """How many connections a worker's listeners take up, of all and of each client, what may be asked on them, and
    who asks on them for others.

    The budgets are apart from those of datagrams, which a forged address could spend.
    """

    def __init__(self, limits: ClientLimits, connections: int, forwarders: TrustedForwarders) -> None:
        self.rate = RateLimiter(limits)
        self.limits = limits
        self.connections = connections
        self.forwarders = forwarders

    def adopt(self, limits: ClientLimits, connections: int) -> None:
        """Go by other limits from now on; who is connected stays."""
        self.rate.adopt(limits)
        self.limits = limits
        self.connections = connections

    def connections_of(self, address: str) -> int:
        """How many one address may hold open: a trusted forwarder as many as there are."""
        if self.forwarders.tells(address) is not None:
            return self.connections
        return self.limits.of(address).connections


class Connection:
    """One client's open connection. `in_flight` counts its questions that wait for an answer; none means idle.
    `behind`: whom a trusted forwarder named at its beginning, "" for nobody."""

    def __init__(self, address: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.address = address
        self.behind = ""
        self.reader = reader
        self.in_flight = 0
        self._writer = writer
        self._dropped = False

    @property
    def is_closing(self) -> bool:
        """Whether nothing more can be sent."""
        return self._writer.is_closing()

    @property
    def protocol(self) -> str | None:
        """What TLS agreed to speak (ALPN, RFC 7301)."""
        tls = self._writer.get_extra_info("ssl_object")
        chosen: str | None = None if tls is None else tls.selected_alpn_protocol()
        return chosen

    async def begin_tls(self, tls: ServerTls) -> None:
        """Shake hands. Raises `OSError` when that fails or takes too long, or when there is no certificate."""
        try:
            if tls.context is None:
                raise ConnectionAbortedError("no certificate")
            await self._writer.start_tls(tls.context, ssl_handshake_timeout=HANDSHAKE_SECONDS)
            if self.is_closing:
                raise ConnectionAbortedError("gave way while shaking hands")
        except OSError:
            self.drop()
            raise

    def send(self, data: bytes) -> None:
        """Queue octets; a client that does not read what it asked for is dropped."""
        if self._writer.transport.get_write_buffer_size() > MAX_UNREAD:
            self.drop()
        elif data and not self.is_closing:
            self._writer.write(data)

    def drop(self) -> None:
        """End it at once."""
        self._dropped = True
        self._writer.transport.abort()

    async def close(self) -> None:
        """Send what is queued and end it, within `CLOSE_SECONDS`."""
        if self._dropped:
            return
        self._writer.close()
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._writer.wait_closed()
        except OSError:  # a TimeoutError too
            self.drop()


class ConnectionListener(ABC):
    """All connections of one listening socket, encrypted where there is a `tls`."""

    def __init__(
        self,
        sock: socket.socket,
        resolver: ResolverContext,
        clock: Clock,
        admission: Admission,
        tls: ServerTls | None = None,
    ) -> None:
        self.sock = sock
        self.queries = 0
        self._admission = admission
        self._resolver = resolver
        self._clock = clock
        self._tls = tls
        self._open: dict[Connection, None] = {}  # the one whose last question is longest ago first
        self._clients: Counter[str] = Counter()
        self._random_bytes = RandomBytes()
        self._transport = Transport(_stream_limit, self.options, self._turn)

    async def start(self) -> asyncio.Server:
        """Begin to accept."""
        return await asyncio.start_server(self._accept, sock=self.sock, limit=STREAM_LIMIT + 2)

    @abstractmethod
    async def converse(self, connection: Connection) -> None:
        """Answer a client until it has no more to say. May raise `OSError`."""

    def options(self, edns: Edns, size: int) -> bytes:
        """What is added to a reply of `size` octets: on an encrypted way padding to who pads (RFC 7830 §4)."""
        if self._tls is None or not edns.pads:
            return b""
        padding = padding_option(size, PADDING_BLOCK)
        return padding if size + len(padding) <= STREAM_LIMIT else b""

    def ask(self, connection: Connection, message: bytes, deliver: Deliver) -> Reply | None:
        """Put a connection's message to the pipeline. Raises `Ignored` for what deserves silence."""
        self.queries += 1
        try:
            return self._answer(connection, message, deliver)
        except Ignored:
            raise
        except Exception as error:
            reply = fault_reply(self._resolver, message, self._transport, error)
            if reply is None:
                raise Ignored from error
            return reply

    def _answer(self, connection: Connection, message: bytes, deliver: Deliver) -> Reply | None:
        forwarders = self._admission.forwarders
        tells = forwarders.tells(connection.address)
        if connection.behind and not (
            tells and tells.proxy
        ):  # a reload took away the trust in who named that one
            raise Ignored
        if tells is None:
            return self._answer_client(connection, connection.address, message, deliver)
        through = connection.address if connection.behind else ""
        asked = forwarders.open_message(message, connection.behind or connection.address, through)
        told = partial(_deliver_told, asked.answer, deliver)
        reply = self._answer_client(connection, asked.asker, asked.message, told)
        return None if reply is None else _telling(asked.answer, reply)

    def _answer_client(
        self, connection: Connection, who: str, message: bytes, deliver: Deliver
    ) -> Reply | None:
        """Answer who asks (`policy.clients.asker`) on a connection."""
        rate = self._admission.rate
        if not rate.allows(rate.budget(who, monotonic()), monotonic()):
            trace_over_limit(self._resolver, message, who, Rcode.REFUSED, self._clock.now())
            return over_limit_reply(message, self._transport, self._resolver.settings.udp_size)
        if connection in self._open:  # from now on the last one to give way
            del self._open[connection]
            self._open[connection] = None
        late = partial(_deliver, connection, deliver)
        now = self._clock.now()
        reply = handle_message(self._resolver, message, who, now, self._transport, late)
        if reply is None:
            connection.in_flight += 1
        return reply

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection from its first to its last octet. Until TLS has begun nothing may be awaited: what the
        client says meanwhile would be read as plain text."""
        peer = writer.get_extra_info("peername")
        connection = Connection(peer[0] if peer else "", reader, writer)
        if not peer or not self._has_room(connection.address):  # one without an address is gone already
            connection.drop()
            return
        self._open[connection] = None
        self._clients[connection.address] += 1
        try:
            if self._tls is not None:
                await connection.begin_tls(self._tls)
            await self.converse(connection)
        except OSError:  # a TimeoutError too
            pass
        except Exception as error:
            self._resolver.faults.note(error)
            connection.drop()
        finally:
            await connection.close()
            self._forget(connection)

    def _turn(self, question: Question) -> int:
        """A draw: the ID of a question on a connection is mostly the same each time, 0 over HTTPS (RFC 8484 §4.1)."""
        return self._random_bytes.take(1)[0]

    def _forget(self, connection: Connection) -> None:
        if connection not in self._open:
            return  # it gave way
        del self._open[connection]
        self._clients[connection.address] -= 1
        if not self._clients[connection.address]:
            del self._clients[connection.address]

    def _has_room(self, address: str) -> bool:
        """Whether one more may come. Where a client has all that it may have, its own longest idle connection gives
        its place up; where all places are taken, the longest idle of all does."""
        if self._clients[address] >= self._admission.connections_of(address):
            return self._one_gives_way(one for one in self._open if one.address == address)
        return len(self._open) < self._admission.connections or self._one_gives_way(self._open)

    def _one_gives_way(self, candidates: Iterable[Connection]) -> bool:
        idle = next((connection for connection in candidates if not connection.in_flight), None)
        if idle is None:
            return False
        self._forget(idle)
        idle.drop()
        return True


def _deliver(connection: Connection, deliver: Deliver, reply: Reply, now: float) -> None:
    connection.in_flight -= 1
    deliver(reply, now)


def _deliver_told(option: bytes, deliver: Deliver, reply: Reply, now: float) -> None:
    deliver(_telling(option, reply), now)


def _telling(option: bytes, reply: Reply) -> Reply:
    """A reply that holds the option its forwarder asked for, where one more finds room."""
    if not option or len(reply.wire) + len(option) > STREAM_LIMIT:
        return reply
    return reply._replace(wire=with_option(reply.wire, option))


def _stream_limit(question: Question) -> int:
    return STREAM_LIMIT
