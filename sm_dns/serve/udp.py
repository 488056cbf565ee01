"""UDP listeners: drain the socket, replay what the memo knows, hand the rest to the pipeline."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from functools import partial
from time import monotonic

from sm_dns.dns.codes import HEADER
from sm_dns.dns.scan import Ignored, Question
from sm_dns.resolve.pipeline import receive
from sm_dns.resolve.reply import Reply, datagram_limit
from sm_dns.resolve.resolver import Resolver
from sm_dns.serve.clock import Clock
from sm_dns.serve.memo import Memo

BATCH = 64  # datagrams read per wake-up, so that other sockets get their turn
MAX_DATAGRAM = 4_096  # octets of a query; what is longer is cut, fails the scanner and gets FORMERR
_BARE_OPT = 11  # octets of an OPT record without options

_IPV4_PKTINFO = struct.Struct("=I4s4s")
_IPV6_PKTINFO = struct.Struct("=16sI")

Address = tuple[str, int] | tuple[str, int, int, int]


class UdpListener:
    """A socket bound to one address."""

    def __init__(self, sock: socket.socket, resolver: Resolver, memo: Memo, clock: Clock) -> None:
        self.sock = sock
        self.queries = 0
        self.memo_hits = 0
        self.undelivered = 0
        self._resolver = resolver
        self._memo = memo
        self._clock = clock
        self._limit: Callable[[Question], int] = partial(datagram_limit, largest=resolver.udp_size)

    def drain(self) -> None:
        """Answer up to `BATCH` waiting datagrams."""
        recvfrom = self.sock.recvfrom
        sendto = self.sock.sendto
        tables = self._memo.by_address
        offset = self._clock.offset
        queries = hits = 0
        for _ in range(BATCH):
            try:
                message, address = recvfrom(MAX_DATAGRAM)
            except BlockingIOError:
                break
            except OSError:
                continue  # an ICMP error of an earlier reply; the socket is fine
            queries += 1
            table = tables.get(address[0])
            if table is not None:
                known = table.get(message[2:])
                if known is not None and monotonic() + offset < known[1]:
                    hits += 1
                    try:
                        sendto(message[:2] + known[0], address)
                    except OSError:
                        self.undelivered += 1
                    continue
            self._answer(message, address[0], partial(self._send, address))
        self.queries += queries
        self.memo_hits += hits

    def _answer(self, message: bytes, address: str, send: Callable[[Reply], None]) -> None:
        now = self._clock.now()
        try:
            reply = receive(self._resolver, message, address, now, self._limit, send)
        except Ignored:
            return
        if reply is not None:
            send(reply)
            self._remember(message, address, reply, now)

    def _send(self, address: Address, reply: Reply) -> None:
        try:
            self.sock.sendto(reply.wire, address)
        except OSError:
            self.undelivered += 1

    def _remember(self, message: bytes, address: str, reply: Reply, now: float) -> None:
        if reply.until > now and _can_repeat(message):
            client = self._resolver.classify(address)
            if client is not None:
                self._memo.remember(address, client, message, reply)


class WildcardUdpListener(UdpListener):
    """A socket bound to 0.0.0.0 or ::, which replies from the address that was asked (RFC 1123 §6.1.3.2)."""

    def __init__(self, sock: socket.socket, resolver: Resolver, memo: Memo, clock: Clock) -> None:
        super().__init__(sock, resolver, memo, clock)
        if sock.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
            self._room = socket.CMSG_SPACE(_IPV6_PKTINFO.size)
        else:
            sock.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
            self._room = socket.CMSG_SPACE(_IPV4_PKTINFO.size)

    def drain(self) -> None:
        """Answer up to `BATCH` waiting datagrams."""
        for _ in range(BATCH):
            try:
                message, notes, _, address = self.sock.recvmsg(MAX_DATAGRAM, self._room)
            except BlockingIOError:
                return
            except OSError:
                continue
            self.queries += 1
            send = partial(self._send_from, _reply_source(notes), address)
            known = self._memo.by_address.get(address[0], {}).get(message[2:])
            if known is not None and self._clock.now() < known[1]:
                self.memo_hits += 1
                send(Reply(message[:2] + known[0], known[1]))
            else:
                self._answer(message, address[0], send)

    def _send_from(self, source: list[tuple[int, int, bytes]], address: Address, reply: Reply) -> None:
        try:
            self.sock.sendmsg([reply.wire], source, 0, address)
        except OSError:
            self.undelivered += 1


IP_PKTINFO = 8  # <linux/in.h>; the socket module has no name for it


def _reply_source(notes: list[tuple[int, int, bytes]]) -> list[tuple[int, int, bytes]]:
    """The ancillary data that makes a reply leave from where its query arrived."""
    for level, kind, value in notes:
        if level == socket.IPPROTO_IP and kind == IP_PKTINFO:
            interface, local, _ = _IPV4_PKTINFO.unpack(value)
            return [(level, kind, _IPV4_PKTINFO.pack(interface, local, b"\0\0\0\0"))]
        if level == socket.IPPROTO_IPV6 and kind == socket.IPV6_PKTINFO:
            return [(level, kind, value)]
    return []


def _can_repeat(message: bytes) -> bool:
    """Whether the same bytes may come again: no EDNS options, whose cookies differ each time."""
    at = HEADER
    while length := message[at]:
        at += 1 + length
    return len(message) <= at + 5 + _BARE_OPT
