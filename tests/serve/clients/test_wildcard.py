"""A listener on a wildcard address, in both its forms: replies leave from the address that was asked."""

from __future__ import annotations

import select
import socket
from collections.abc import Callable, Iterator
from typing import cast

import dns.flags
import dns.message
import pytest

from sm_dns.monitor.counters import Counters
from sm_dns.policy.snapshot import Snapshot
from sm_dns.serve.clients import udp
from sm_dns.serve.clients.packet_cache import PacketCache
from sm_dns.serve.clients.rate_limit import RateLimiter
from sm_dns.serve.clients.trusted_forwarders import TrustedForwarders
from sm_dns.serve.clients.udp import Shared, UdpListener
from sm_dns.serve.clients.udp_kinds import udp_listener
from sm_dns.serve.clients.wildcard_socket import WildcardSocket
from sm_dns.serve.clock import Clock
from tests.conftest import require_compiled
from tests.support.desk import WORK, Desk
from tests.support.limits import limits_of, rate_of
from tests.support.listening import SetClock, at_once, on_time
from tests.support.messages import query
from tests.support.workers import PATIENCE

ADDRESS = "www.example.com. 300 IN A 192.0.2.80"
SO_TIMESTAMP = 29  # <asm-generic/socket.h>; the socket module has no name for it
Listen = Callable[[socket.socket, Shared], UdpListener]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    one = SetClock(WORK + 0.5)
    monkeypatch.setattr(udp, "monotonic", one.now)
    return one


def pure(sock: socket.socket, shared: Shared) -> UdpListener:
    return UdpListener(WildcardSocket(sock), shared)


def compiled(sock: socket.socket, shared: Shared) -> UdpListener:
    from sm_dns.serve.clients.native_udp import NativeUdpListener

    return NativeUdpListener(WildcardSocket(sock), shared)


def bind(bound: str) -> socket.socket:
    """A socket on a wildcard address; that of IPv6 has both families."""
    sock = socket.socket(socket.AF_INET6 if bound == "::" else socket.AF_INET, socket.SOCK_DGRAM)
    if bound == "::":
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    sock.setblocking(False)
    sock.bind((bound, 0))
    return sock


class Lan:
    """A listener with a desk behind it; clients in front of it each ask one of our addresses."""

    def __init__(
        self, policy: Snapshot, clock: SetClock, listen: Listen, bound: str, rate: RateLimiter
    ) -> None:
        self.desk = Desk(policy)
        self.packet_cache = PacketCache()
        self.sock = bind(bound)
        self._clients: list[socket.socket] = []
        self.listener = listen(
            self.sock,
            Shared(
                self.desk.resolver,
                self.packet_cache,
                rate,
                Counters(0.0),
                cast(Clock, clock),
                at_once,
                on_time(),
                TrustedForwarders(),
            ),
        )

    def client(self, asks: str) -> socket.socket:
        """One that asks an address of ours and hears nothing from elsewhere."""
        sock = socket.socket(socket.AF_INET6 if ":" in asks else socket.AF_INET, socket.SOCK_DGRAM)
        sock.connect((asks, self.sock.getsockname()[1]))
        sock.settimeout(PATIENCE)
        self._clients.append(sock)
        return sock

    def drain(self, queries: int) -> None:
        """Rounds of the listener until it has had so many queries."""
        while self.listener.queries < queries:
            assert select.select([self.sock], [], [], PATIENCE)[0]
            self.listener.drain()

    def close(self) -> None:
        for sock in (self.sock, *self._clients):
            sock.close()


@pytest.fixture(params=[pure, compiled])
def listen(request: pytest.FixtureRequest) -> Listen:
    if request.param is compiled:
        require_compiled()
    return cast(Listen, request.param)


@pytest.fixture
def lans(policy: Snapshot, clock: SetClock, listen: Listen) -> Iterator[Callable[..., Lan]]:
    made: list[Lan] = []

    def make(bound: str, rate: RateLimiter | None = None) -> Lan:
        made.append(Lan(policy, clock, listen, bound, rate or rate_of()))
        return made[-1]

    yield make
    for lan in made:
        lan.close()


BOTH_FAMILIES = pytest.mark.parametrize(
    ("bound", "asked"),
    [
        ("0.0.0.0", ("127.0.0.7", "127.0.0.1", "127.9.9.9")),
        pytest.param("::", ("::1", "127.0.0.7", "127.0.0.1"), marks=pytest.mark.ipv6),
    ],
)


@BOTH_FAMILIES
def test_replies_leave_from_the_address_that_was_asked(
    lans: Callable[..., Lan], clock: SetClock, bound: str, asked: tuple[str, ...]
) -> None:
    """Made, from the packet cache, for what has no question, and late from upstream; many in one round."""
    lan = lans(bound)
    clients = [lan.client(address) for address in asked]
    messages = [query("facebook.com", id=1), query("facebook.com", id=2), b"\0\3" + bytes(10)]
    for round_number in (1, 2, 3):
        for client in clients:
            for message in messages:
                client.send(message)
        lan.drain(round_number * len(clients) * len(messages))
        for client in clients:
            assert sorted(client.recv(4_096)[:2] for _ in messages) == [b"\0\1", b"\0\2", b"\0\3"]
    assert lan.listener.replayed >= 4 * len(clients)
    for client in clients:
        client.send(query("www.example.com", id=10))
    lan.drain(lan.listener.queries + len(clients))
    lan.desk.upstream_says(clock.time, ADDRESS)
    for client in clients:
        assert dns.message.from_wire(client.recv(4_096)).id == 10
    assert lan.listener.undelivered == 0


@BOTH_FAMILIES
def test_who_is_over_the_budget_is_sent_to_tcp_from_there_too(
    lans: Callable[..., Lan], bound: str, asked: tuple[str, ...]
) -> None:
    lan = lans(bound, RateLimiter(limits_of(1, 2, bounds_loopback=True)))
    client = lan.client(asked[1])
    for number in range(4):
        client.send(query("facebook.com", id=number))
    lan.drain(4)
    replies = [dns.message.from_wire(client.recv(4_096)) for _ in range(4)]
    assert [bool(reply.flags & dns.flags.TC) for reply in replies] == [False, False, True, True]


def test_both_forms_are_told_where_a_datagram_arrived_when_others_asked_for_more(
    lans: Callable[..., Lan],
) -> None:
    """A service manager may have asked for time stamps on a socket that it handed over: then the kernel tells these,
    and the reply leaves as the routes have it."""
    lan = lans("0.0.0.0")
    lan.sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMP, 1)
    client = lan.client("127.0.0.1")
    for number in range(3):
        client.send(query("facebook.com", id=number))
        lan.drain(number + 1)
        assert client.recv(4_096)[:2] == bytes((0, number))
    assert lan.listener.undelivered == 0


def test_the_listener_of_a_wildcard_is_the_compiled_one(policy: Snapshot, clock: SetClock) -> None:
    require_compiled()
    lan = Lan(policy, clock, udp_listener, "0.0.0.0", rate_of())
    assert lan.listener.is_compiled
    lan.close()
