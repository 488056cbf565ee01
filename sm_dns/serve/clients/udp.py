"""UDP listeners: drain the socket, replay what the packet cache knows, hand the rest to the pipeline.

Whatever is raised on the way of a datagram costs that datagram alone: the round goes on with the next.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any, Final, NamedTuple, Protocol

from sm_dns.dns.codes import HEADER, Rcode
from sm_dns.dns.records import opt_record
from sm_dns.dns.scan import Ignored, Malformed, Question, Unsupported, scan
from sm_dns.monitor.counters import Counters
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.over_limit import trace_over_limit
from sm_dns.resolve.pipeline import broken_reply, fault_reply, handle_question
from sm_dns.resolve.replies.reply import Reply, Transport, datagram_limit, offered_limit, truncated
from sm_dns.serve.clients.cache_entry import NO_TABLE, NO_TABLES, Tables, in_order
from sm_dns.serve.clients.cache_key import CacheKey, normalised_key, quick_key
from sm_dns.serve.clients.late import LATE_SECONDS, LateAnswers
from sm_dns.serve.clients.packet_cache import PacketCache
from sm_dns.serve.clients.rate_limit import MAX_CLIENTS, Client, RateLimiter, unbounded
from sm_dns.serve.clients.trusted_forwarders import TrustedForwarders
from sm_dns.serve.clock import Clock

# Datagrams read per wake-up, so that other sockets get their turn.
BATCH: Final = 64
# Octets of a query; what is longer is cut, fails the scanner and gets FORMERR.
MAX_DATAGRAM: Final = 4_096

Later = Callable[[Callable[[], None]], None]
"""Takes a call to be made when the sockets that are ready now have been read: `DrainSelector.later`."""

Way = tuple[Any, ...]
"""How a reply reaches its client; it begins with the text of who asks (`policy.clients.asker`), mostly an address."""

Receive = Callable[[int], tuple[bytes, Way]]
"""Gives a datagram of at most so many octets and its way. Raises `BlockingIOError` when none waits."""


class Shared(NamedTuple):
    """What the listeners of a worker have in common."""

    resolver: ResolverContext
    packet_cache: PacketCache
    rate: RateLimiter
    counters: Counters
    clock: Clock
    later: Later
    late: LateAnswers
    forwarders: TrustedForwarders


class DatagramSocket(Protocol):
    """What the listener asks of a socket: that of one address, or a `WildcardSocket`."""

    def fileno(self) -> int: ...

    def recvfrom(self, size: int, /) -> tuple[bytes, Way]: ...

    def sendto(self, wire: bytes, way: Way, /) -> object: ...


class HandsOn(Protocol):
    """Answers what a trusted forwarder sent: `clients.forwarded`."""

    replayed: int
    undelivered: int

    def take(self, datagram: bytes, way: Way) -> None: ...


class UdpListener:
    """Answers what comes by one socket. What trusted forwarders send goes to `forwarded`; without that, all who ask
    ask for themselves."""

    is_compiled = False

    def __init__(self, sock: DatagramSocket, shared: Shared, forwarded: HandsOn | None = None) -> None:
        self.sock = sock
        self.queries = 0
        self.replayed = 0
        """Queries whose reply the packet cache had."""
        self.undelivered = 0
        self.forwarded = forwarded
        self._forwarders = shared.forwarders
        self._resolver = shared.resolver
        self._packet_cache = shared.packet_cache
        self._rate = shared.rate
        self._counters = shared.counters
        self._clock = shared.clock
        self._later = shared.later
        self._late = shared.late
        self._clients: dict[str, Client] = {}
        self._epoch = shared.packet_cache.epoch
        self._opt = opt_record(shared.resolver.settings.udp_size, 0, False)
        self._transport = Transport(self._limit)
        self._outgoing: list[tuple[Way, bytes]] = []
        self._expected = BATCH

    def drain(self) -> None:
        """Answer waiting datagrams, up to `BATCH`.

        About as many as waited last time: to ask for one more and be told there is none costs as much as an answer.
        """
        self._begin_round()
        expected = self._expected
        taken = self._take(self.sock.recvfrom, expected)
        self._expected = min(2 * expected, BATCH) if taken == expected else max(taken, 1)
        self.queries += taken

    def _begin_round(self) -> None:
        """Forget clients with the packet cache's tables that they refer to."""
        if self._epoch != self._packet_cache.epoch or len(self._clients) >= MAX_CLIENTS:
            self._clients.clear()
            self._epoch = self._packet_cache.epoch
            self._opt = opt_record(self._resolver.settings.udp_size, 0, False)

    def _take(self, receive: Receive, most: int) -> int:
        """Take up to so many datagrams; how many there were.

        Each is charged to its client's budget. Beyond that it is answered with TC, else from the packet cache where
        that has the reply byte for byte, else by `_answer`. A hit calls as little as can be.
        """
        sendto = self.sock.sendto
        clients = self._clients
        offset = self._clock.offset
        counts = self._counters.table(monotonic() + offset)
        taken = replayed = 0
        for _ in range(most):
            try:
                message, way = receive(MAX_DATAGRAM)
            except BlockingIOError:
                break
            except OSError:
                continue  # an ICMP error of an earlier reply; the socket is fine
            taken += 1
            try:
                host = way[0]
                client = clients.get(host) or self._meet(host)
                budget = client.budget
                budget.tokens -= 1
                if budget.tokens < 0 and not self._rate.refill(budget, monotonic()):
                    self._truncate(message, way)
                    continue
                octets = message[2:]
                entry = client.everyones.get(octets) or client.table.get(octets)
                if entry is None or monotonic() + offset >= entry[1]:
                    self._answer(message, client, way)
                    continue
                replayed += 1
                counter_id = entry[2]
                if counter_id is not None:
                    key = (host, counter_id)
                    counts[key] = counts.get(key, 0) + 1
                orders = entry[5]
                if orders is not None:
                    tail = orders[message[1] % len(orders)] or in_order(entry, message[1])
                elif entry[4] is None:
                    tail = entry[0]
                else:
                    tail = in_order(entry, message[1])
                try:
                    sendto(message[:2] + tail, way)
                except OSError:
                    self.undelivered += 1
            except Exception as error:
                self._answer_fault(message, way, error)
        self.replayed += replayed
        return taken

    def _meet(self, host: str) -> Client:
        if self.forwarded is not None and self._forwarders.tells(host) is not None:
            # Nothing is known of what it sends before it is opened, and those behind it have their own budgets.
            client = Client(host, NO_TABLES, unbounded(), is_forwarder=True)
        else:
            client = Client(host, self._tables_for(host), self._rate.budget(host, monotonic()))
        self._clients[host] = client
        return client

    def _tables_for(self, host: str) -> Tables:
        """What the packet cache may replay to a client: nothing to one who is traced, as each of its questions takes
        the way where it is noted."""
        if self._resolver.traces(host):
            return NO_TABLES
        return self._packet_cache.tables(self._resolver.classify(host))

    def _answer(self, message: bytes, client: Client, way: Way) -> None:
        """Answer what is not known byte for byte: from the packet cache under its key, or from the pipeline."""
        if client.is_forwarder and self.forwarded is not None:
            self.forwarded.take(message, way)
            return
        now = self._clock.now()
        asked = quick_key(message)
        if asked is not None and self._replay(message, asked, client, way, now):
            return
        question = self._read(message, way)
        if question is None:
            return
        # The data of an option, or what stands after the end, can look like an OPT record at the end.
        if not question.excess and (asked is None or asked.end != HEADER + len(question.wire)):
            asked = normalised_key(message, question)
            if asked is not None and self._replay(message, asked, client, way, now):
                return
        self._ask(message, question, client, way, now)

    def _read(self, message: bytes, way: Way) -> Question | None:
        """The question of a message; None where there is none, which was answered as it deserves."""
        try:
            return scan(message)
        except Ignored:
            return None
        except (Malformed, Unsupported) as broken:
            self._post(way, broken_reply(self._resolver, broken).wire)
            return None

    def _ask(self, message: bytes, question: Question, client: Client, way: Way, now: float) -> None:
        """Answer what the packet cache does not know."""
        host = client.address
        late = partial(self._send_late, way, host, now + LATE_SECONDS)
        reply = handle_question(self._resolver, question, host, now, self._transport, late)
        if reply is not None:
            self._post(way, reply.wire)
            if reply.valid_until > now or reply.source is not None:
                # What has octets after its end may each time be another message: none is remembered.
                asked = None if question.excess else normalised_key(message, question)
                if asked is not None and client.table is not NO_TABLE:
                    self._packet_cache.remember(client.tables, asked.key, question, reply, message[1])

    def _replay(self, message: bytes, asked: CacheKey, client: Client, way: Way, now: float) -> bool:
        """Whether the packet cache had the reply, which is sent and counted now."""
        limit = offered_limit(asked.size, self._resolver.settings.udp_size)
        reply = self._packet_cache.replay(client.tables, asked, message, limit, self._opt, now, message[1])
        if reply is None:
            return False
        self.replayed += 1
        self._post(way, reply.wire)
        if reply.counter_id is not None:
            self._counters.count(client.address, reply.counter_id, now)
        return True

    def _answer_fault(self, message: bytes, way: Way, error: Exception) -> None:
        """An error was raised on the way of a datagram, which is all that it costs."""
        reply = fault_reply(self._resolver, message, self._transport, error)
        if reply is not None:
            self._post(way, reply.wire)

    def _limit(self, question: Question) -> int:
        return datagram_limit(question, self._resolver.settings.udp_size)

    def _truncate(self, message: bytes, way: Way) -> None:
        """The shortest answer that sends a real client to TCP."""
        trace_over_limit(self._resolver, message, way[0], Rcode.NOERROR, self._clock.now())
        try:
            self._send(way, truncated(scan(message), self._resolver.settings.udp_size))
        except (Ignored, Malformed, Unsupported):
            return

    def _send_late(self, way: Way, host: str, latest: float, reply: Reply, now: float) -> None:
        """Send what had to wait for an upstream; past `latest` no more at once than is no weapon (T8)."""
        if now > latest:
            self._late.let_go(host, partial(self._post, way, reply.wire))
        else:
            self._post(way, reply.wire)

    def _post(self, way: Way, wire: bytes) -> None:
        """Send a reply together with the others that this round of reading leads to."""
        self._outgoing.append((way, wire))
        if len(self._outgoing) == 1:
            self._later(self._flush)

    def _flush(self) -> None:
        outgoing, self._outgoing = self._outgoing, []
        for way, wire in outgoing:
            try:
                self._send(way, wire)
            except Exception as error:
                self._resolver.faults.note(error)

    def _send(self, way: Way, wire: bytes) -> None:
        try:
            self.sock.sendto(wire, way)
        except OSError:
            self.undelivered += 1


def just(message: bytes, way: Way) -> Receive:
    """Gives one datagram, as a socket would."""

    def receive(size: int) -> tuple[bytes, Way]:
        return message, way

    return receive
