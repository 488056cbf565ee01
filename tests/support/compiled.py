"""The compiled listener behind a real socket, and a client on another."""

from __future__ import annotations

import os
import select
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from sm_dns.monitor.counters import Counters
from sm_dns.policy.snapshot import Snapshot
from sm_dns.serve.clients.packet_cache import PacketCache
from sm_dns.serve.clients.rate_limit import RateLimiter
from sm_dns.serve.clients.trusted_forwarders import TrustedForwarders
from sm_dns.serve.clients.udp import Shared
from sm_dns.serve.clock import Clock
from sm_dns.serve.usage_counter import UsageCounter
from tests.support.desk import Desk
from tests.support.limits import rate_of
from tests.support.listening import SetClock, at_once, on_time
from tests.support.workers import PATIENCE

LAST_WORD = b"no more"
OFFICE = "127.0.0.1"  # of the group "hq", as the desk's policy has it


@contextmanager
def one_core() -> Iterator[None]:
    """Stay on one core: datagrams sent from two may overtake each other."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


class CompiledCounter:
    """A desk behind a real socket, and a client."""

    def __init__(
        self, policy: Snapshot, clock: SetClock, address: str = OFFICE, rate: RateLimiter | None = None
    ) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self.desk = Desk(policy)
        self.packet_cache = PacketCache()
        self.counters = Counters(clock.now())
        self.desk.resolver.count = UsageCounter(self.counters, policy, is_on=True)
        self.sock = socket.socket(family, socket.SOCK_DGRAM)
        self.sock.bind((address, 0))
        self.sock.setblocking(False)
        self.client = socket.socket(family, socket.SOCK_DGRAM)
        self.client.bind((address, 0))
        self.client.connect(self.sock.getsockname())
        self.client.settimeout(PATIENCE)
        rate = rate or rate_of()
        shared = Shared(
            self.desk.resolver,
            self.packet_cache,
            rate,
            self.counters,
            cast(Clock, clock),
            at_once,
            on_time(),
            TrustedForwarders(),
        )
        # Imported here: it is there only where it was compiled.
        from sm_dns.serve.clients.native_udp import NativeUdpListener

        self.listener = NativeUdpListener(self.sock, shared)

    def hand_in(self, *messages: bytes) -> list[bytes]:
        """Datagrams of the client, as many rounds of the listener as take them in, and the replies."""
        for message in messages:
            self.client.send(message)
        expected = self.listener.queries + len(messages)
        while self.listener.queries < expected:
            assert select.select([self.sock], [], [], PATIENCE)[0]
            self.listener.drain()
        return self.heard()

    def heard(self) -> list[bytes]:
        """Every reply until now: the kernel may deliver late, so a last word is sent after them."""
        self.sock.sendto(LAST_WORD, self.client.getsockname())
        found = []
        while (reply := self.client.recv(65_535)) != LAST_WORD:
            found.append(reply)
        return found

    def close(self) -> None:
        self.sock.close()
        self.client.close()
