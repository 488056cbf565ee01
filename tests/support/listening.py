"""A listener without a network: datagrams are put in and taken out by hand, and time is set."""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Callable
from typing import cast

from sm_dns.monitor.counters import Counters
from sm_dns.policy.snapshot import Snapshot
from sm_dns.serve.clients.forwarded import ForwardedListener
from sm_dns.serve.clients.late import LateAnswers
from sm_dns.serve.clients.packet_cache import PacketCache
from sm_dns.serve.clients.trusted_forwarders import TrustedForwarders
from sm_dns.serve.clients.udp import Shared, UdpListener
from sm_dns.serve.clock import Clock
from tests.support.desk import Desk
from tests.support.limits import rate_of


class SetClock:
    """A clock that shows what it is set to; `sm_dns.serve.clients.udp.monotonic` must be patched with `now`."""

    offset = 0.0

    def __init__(self, time: float) -> None:
        self.time = time

    def now(self) -> float:
        return self.time


def at_once(flush: Callable[[], None]) -> None:
    """In place of a selector's `later`."""
    flush()


def on_time() -> LateAnswers:
    """For a listener none of whose answers are late."""
    return LateAnswers(lambda seconds, turn: None)


class Letterbox:
    """In place of a UDP socket."""

    def __init__(self) -> None:
        self.waiting: deque[tuple[bytes, tuple[str, int]]] = deque()
        self.sent: list[tuple[bytes, tuple[str, int]]] = []

    def recvfrom(self, size: int) -> tuple[bytes, tuple[str, int]]:
        if not self.waiting:
            raise BlockingIOError
        message, address = self.waiting.popleft()
        return message[:size], address

    def sendto(self, message: bytes, address: tuple[str, int]) -> None:
        self.sent.append((bytes(message), address))


class Counter:
    """A desk behind a letterbox."""

    def __init__(self, policy: Snapshot, clock: SetClock) -> None:
        self.desk = Desk(policy)
        self.box = Letterbox()
        self.packet_cache = PacketCache()
        sock, as_clock = cast(socket.socket, self.box), cast(Clock, clock)
        self.counters = Counters(clock.now())
        self.turns: list[Callable[[], None]] = []
        """What is to be called when the present turn of late answers ends."""
        self.late = LateAnswers(lambda seconds, turn: self.turns.append(turn))
        self.forwarders = TrustedForwarders()
        shared = Shared(
            self.desk.resolver,
            self.packet_cache,
            rate_of(),
            self.counters,
            as_clock,
            at_once,
            self.late,
            self.forwarders,
        )
        self.listener = UdpListener(sock, shared, ForwardedListener(sock, shared))

    def hand_in(self, message: bytes, address: str) -> None:
        """One datagram from a client."""
        self.box.waiting.append((message, (address, 5353)))
        self.listener.drain()

    def adopt(self, policy: Snapshot) -> None:
        """What a worker does with another generation."""
        self.desk.change(snapshot=policy)
        self.packet_cache.clear()


class ForgetfulCounter(Counter):
    """The same without a packet cache."""

    def hand_in(self, message: bytes, address: str) -> None:
        """One datagram from a client."""
        self.packet_cache.clear()
        super().hand_in(message, address)
