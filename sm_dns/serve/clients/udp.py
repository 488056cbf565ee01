"""UDP listeners: drain the socket, replay what the packet cache knows, hand the rest to the pipeline.

Whatever is raised on the way of a datagram costs that datagram alone: the round goes on with the next.
"""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import Any, Final, NamedTuple

from sm_dns.dns.codes import HEADER
from sm_dns.dns.records import opt_record
from sm_dns.dns.scan import Ignored, Malformed, Question, Unsupported, scan
from sm_dns.monitor.counters import Counters
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.pipeline import fault_reply, handle_question
from sm_dns.resolve.replies.reply import Reply, Transport, datagram_limit, error_reply, truncated
from sm_dns.serve.clients.late import LATE_SECONDS, LateAnswers
from sm_dns.serve.clients.packet_cache import CacheKey, PacketCache, form, in_order, peek
from sm_dns.serve.clients.rate_limit import MAX_PEERS, Client, RateLimiter
from sm_dns.serve.clock import Clock

BATCH: Final = 64  # datagrams read per wake-up, so that other sockets get their turn
MAX_DATAGRAM: Final = 4_096  # octets of a query; what is longer is cut, fails the scanner and gets FORMERR

_IPV4_PKTINFO: Final = struct.Struct("=I4s4s")
_IPV6_PKTINFO: Final = struct.Struct("=16sI")

Later = Callable[[Callable[[], None]], None]
"""Takes a call to be made when the sockets that are ready now have been read: `DrainSelector.later`."""

Way = Any
"""How a reply reaches its client: the address, for a wildcard listener with the source it must leave from."""


class Shared(NamedTuple):
    """What the listeners of a worker have in common."""

    resolver: ResolverContext
    packet_cache: PacketCache
    rate: RateLimiter
    counters: Counters
    clock: Clock
    later: Later
    late: LateAnswers


class UdpListener:
    """A socket bound to one address."""

    is_compiled = False

    def __init__(self, sock: socket.socket, shared: Shared) -> None:
        self.sock = sock
        self.queries = 0
        self.memo_hits = 0
        self.undelivered = 0
        self._resolver = shared.resolver
        self._packet_cache = shared.packet_cache
        self._rate = shared.rate
        self._counters = shared.counters
        self._clock = shared.clock
        self._later = shared.later
        self._late = shared.late
        self._peers: dict[str, Client] = {}
        self._epoch = shared.packet_cache.epoch
        self._opt = opt_record(shared.resolver.udp_size, 0, False)
        self._transport = Transport(self._limit)
        self._outgoing: list[tuple[Way, Reply]] = []
        self._expected = BATCH

    def drain(self) -> None:
        """Answer waiting datagrams, up to `BATCH`.

        About as many as waited last time: to ask for one more and be told there is none costs as much as an answer.
        """
        recvfrom = self.sock.recvfrom
        sendto = self.sock.sendto
        peers = self._current_peers()
        offset = self._clock.offset
        counts = self._counters.table(monotonic() + offset)
        queries = hits = 0
        expected = self._expected
        self._expected = min(2 * expected, BATCH)
        for _ in range(expected):
            try:
                message, address = recvfrom(MAX_DATAGRAM)
            except BlockingIOError:
                self._expected = max(queries, 1)
                break
            except OSError:
                continue  # an ICMP error of an earlier reply; the socket is fine
            queries += 1
            try:
                peer = peers.get(address[0]) or self._meet(address[0])
                budget = peer.budget
                budget.tokens -= 1
                if budget.tokens >= 0 or self._rate.refill(budget, monotonic()):
                    known = peer.table.get(message[2:])
                    if known is not None and monotonic() + offset < known[1]:
                        hits += 1
                        number = known[2]
                        if number is not None:
                            key = (address[0], number)
                            counts[key] = counts.get(key, 0) + 1
                        orders = known[5]
                        if orders is not None:
                            tail = orders[message[1] % len(orders)] or in_order(known, message[1])
                        elif known[4] is None:
                            tail = known[0]
                        else:
                            tail = in_order(known, message[1])
                        try:
                            sendto(message[:2] + tail, address)
                        except OSError:
                            self.undelivered += 1
                    else:
                        self._answer(message, address[0], peer, address)
                else:
                    self._truncate(message, address)
            except Exception as error:
                self._spoil(message, address, error)
        self.queries += queries
        self.memo_hits += hits

    def _current_peers(self) -> dict[str, Client]:
        """The clients seen; forgotten with the packet cache's tables that they refer to."""
        if self._epoch != self._packet_cache.epoch or len(self._peers) >= MAX_PEERS:
            self._peers.clear()
            self._epoch = self._packet_cache.epoch
            self._opt = opt_record(self._resolver.udp_size, 0, False)
        return self._peers

    def _meet(self, address: str) -> Client:
        tables = self._packet_cache.tables(self._resolver.classify(address))
        peer = self._peers[address] = Client(address, tables, self._rate.budget(address, monotonic()))
        return peer

    def _admits(self, peer: Client) -> bool:
        """Whether a client has a query left, which it has now used."""
        budget = peer.budget
        budget.tokens -= 1
        return budget.tokens >= 0 or self._rate.refill(budget, monotonic())

    def _answer(self, message: bytes, address: str, peer: Client, way: Way) -> None:
        """Answer what is not known byte for byte: from the packet cache under its form, or from the pipeline."""
        now = self._clock.now()
        asked = peek(message)
        if asked is not None and self._replayed(message, asked, address, peer, way, now):
            return
        question = self._read(message, way)
        if question is None:
            return
        # The data of an option, or what stands after the end, can look like an OPT record at the end.
        if not question.excess and (asked is None or asked.end != HEADER + len(question.wire)):
            asked = form(message, question)
            if asked is not None and self._replayed(message, asked, address, peer, way, now):
                return
        self._ask(message, question, address, peer, way, now)

    def _read(self, message: bytes, way: Way) -> Question | None:
        """The question of a message; None where there is none, which was answered as it deserves."""
        try:
            return scan(message)
        except Ignored:
            return None
        except (Malformed, Unsupported) as broken:
            self._post(way, error_reply(broken, self._resolver.udp_size))
            return None

    def _ask(
        self, message: bytes, question: Question, address: str, peer: Client, way: Way, now: float
    ) -> None:
        """Answer what the packet cache does not know."""
        late = partial(self._send_late, way, address, now + LATE_SECONDS)
        reply = handle_question(self._resolver, question, address, now, self._transport, late)
        if reply is not None:
            self._post(way, reply)
            if reply.valid_until > now or reply.source is not None:
                # What has octets after its end may each time be another message: none is remembered.
                asked = None if question.excess else form(message, question)
                if asked is not None:
                    self._packet_cache.remember(peer.table, asked.form, question, reply)

    def _replayed(
        self, message: bytes, asked: CacheKey, address: str, peer: Client, way: Way, now: float
    ) -> bool:
        """Whether the packet cache had the reply, which is sent and counted now."""
        known = self._packet_cache.replay(
            peer.tables, asked, message, self._resolver.udp_size, self._opt, now
        )
        if known is None:
            return False
        self.memo_hits += 1
        self._post(way, known)
        if known.counter_id is not None:
            self._counters.count(address, known.counter_id, now)
        return True

    def _spoil(self, message: bytes, way: Way, error: Exception) -> None:
        """An error was raised on the way of a datagram, which is all that it costs."""
        reply = fault_reply(self._resolver, message, self._transport, error)
        if reply is not None:
            self._post(way, reply)

    def _limit(self, question: Question) -> int:
        return datagram_limit(question, self._resolver.udp_size)

    def _truncate(self, message: bytes, way: Way) -> None:
        """The shortest answer that sends a real client to TCP."""
        try:
            self._send(way, Reply(truncated(scan(message), self._resolver.udp_size), 0.0))
        except (Ignored, Malformed, Unsupported):
            return

    def _send_late(self, way: Way, address: str, latest: float, reply: Reply, now: float) -> None:
        """Send what had to wait for an upstream; past `latest` no more at once than is no weapon (T8)."""
        if now > latest:
            self._late.let_go(address, partial(self._post, way, reply))
        else:
            self._post(way, reply)

    def _post(self, way: Way, reply: Reply) -> None:
        """Send a reply together with the others that this round of reading leads to."""
        self._outgoing.append((way, reply))
        if len(self._outgoing) == 1:
            self._later(self._flush)

    def _flush(self) -> None:
        outgoing, self._outgoing = self._outgoing, []
        for way, reply in outgoing:
            try:
                self._send(way, reply)
            except Exception as error:
                self._resolver.faults.note(error)

    def _send(self, way: Way, reply: Reply) -> None:
        try:
            self.sock.sendto(reply.wire, way)
        except OSError:
            self.undelivered += 1


class WildcardUdpListener(UdpListener):
    """A socket bound to 0.0.0.0 or ::, which replies from the address that was asked (RFC 1123 §6.1.3.2)."""

    def __init__(self, sock: socket.socket, shared: Shared) -> None:
        super().__init__(sock, shared)
        if sock.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
            self._room = socket.CMSG_SPACE(_IPV6_PKTINFO.size)
        else:
            sock.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
            self._room = socket.CMSG_SPACE(_IPV4_PKTINFO.size)

    def drain(self) -> None:
        """Answer up to `BATCH` waiting datagrams."""
        peers = self._current_peers()
        for _ in range(BATCH):
            try:
                message, ancillary, _, address = self.sock.recvmsg(MAX_DATAGRAM, self._room)
            except BlockingIOError:
                return
            except OSError:
                continue
            self.queries += 1
            way = (_reply_source(ancillary), address)
            try:
                peer = peers.get(address[0]) or self._meet(address[0])
                if self._admits(peer):
                    self._replay_or_answer(message, address[0], peer, way)
                else:
                    self._truncate(message, way)
            except Exception as error:
                self._spoil(message, way, error)

    def _replay_or_answer(self, message: bytes, address: str, peer: Client, way: Way) -> None:
        known = peer.table.get(message[2:])
        now = self._clock.now()
        if known is not None and now < known[1]:
            self.memo_hits += 1
            if known[2] is not None:
                self._counters.count(address, known[2], now)
            self._send(way, Reply(message[:2] + in_order(known, message[1]), known[1]))
        else:
            self._answer(message, address, peer, way)

    def _send(self, way: Way, reply: Reply) -> None:
        source, address = way
        try:
            self.sock.sendmsg([reply.wire], source, 0, address)
        except OSError:
            self.undelivered += 1


IP_PKTINFO: Final = 8  # <linux/in.h>; the socket module has no name for it


def _reply_source(ancillary: list[tuple[int, int, bytes]]) -> list[tuple[int, int, bytes]]:
    """The ancillary data that makes a reply leave from where its query arrived."""
    for level, kind, value in ancillary:
        if level == socket.IPPROTO_IP and kind == IP_PKTINFO:
            interface, local, _ = _IPV4_PKTINFO.unpack(value)
            return [(level, kind, _IPV4_PKTINFO.pack(interface, local, b"\0\0\0\0"))]
        if level == socket.IPPROTO_IPV6 and kind == socket.IPV6_PKTINFO:
            return [(level, kind, value)]
    return []
