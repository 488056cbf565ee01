"""Whatever is raised on the way of one question costs that question alone, however it came."""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from math import inf
from typing import cast

import dns.message
import dns.rcode
import pytest

from sm_dns.dns.codes import Type
from sm_dns.dns.names import from_text
from sm_dns.monitor.counters import Counters
from sm_dns.policy.snapshot import Snapshot
from sm_dns.resolve.cache import Cache, Key
from sm_dns.resolve.faults import Faults
from sm_dns.resolve.forwarding.forward import Forwarder
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.serve.accept_errors import say_when_full
from sm_dns.serve.clients import udp
from sm_dns.serve.clients.packet_cache import PacketCache
from sm_dns.serve.clients.trusted_forwarders import TrustedForwarders
from sm_dns.serve.clients.udp import Shared, UdpListener
from sm_dns.serve.clients.wildcard_socket import WildcardSocket
from sm_dns.serve.clock import Clock
from sm_dns.serve.event_loop import MAX_FAILURES, DrainSelector, new_loop
from sm_dns.serve.upstreams.pool import UpstreamSockets
from tests.conftest import require_compiled
from tests.serve.clients.streams.test_connections import Place
from tests.serve.clients.streams.test_tcp import framed, receive
from tests.support.breaking import breaking
from tests.support.desk import HQ, UMP, WORK, Desk
from tests.support.limits import rate_of
from tests.support.listening import Counter, SetClock, at_once, on_time
from tests.support.messages import query
from tests.support.workers import PATIENCE

ADDRESS = "www.example.com. 60 IN A 192.0.2.1"
GOOD, BAD = "facebook.com", "broken.example.com"


def rcodes(wires: list[bytes]) -> dict[int, str]:
    """What was answered, by the ID of the question."""
    replies = [dns.message.from_wire(wire) for wire in wires]
    return {reply.id: dns.rcode.to_text(reply.rcode()) for reply in replies}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    one = SetClock(WORK)
    monkeypatch.setattr(udp, "monotonic", one.now)
    return one


def test_a_round_goes_on_after_a_datagram_that_raises(policy: Snapshot, clock: SetClock) -> None:
    counter = Counter(breaking(policy), clock)
    faults = counter.desk.forgive()
    for number, name in enumerate([GOOD, BAD, GOOD, BAD, GOOD]):
        counter.box.waiting.append((query(name, id=number), (HQ, 5353)))
    counter.listener.drain()
    answered = rcodes([wire for wire, _ in counter.box.sent])
    assert answered == {0: "NOERROR", 1: "SERVFAIL", 2: "NOERROR", 3: "SERVFAIL", 4: "NOERROR"}
    assert faults.count == 2


def test_an_error_before_the_question_is_read_is_no_answer_to_what_cannot_be_read(
    policy: Snapshot, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = Counter(policy, clock)
    faults = counter.desk.forgive()

    def nobody(address: str) -> None:
        raise ValueError("who is that?")

    monkeypatch.setattr(counter.desk.resolver.settings.snapshot.clients, "classify", nobody)
    junk = [b"", b"x" * 30, query(GOOD)[:-1], b"\0" * 12, b"\xff" * 600]
    for message in (*junk, query(GOOD, id=7)):
        counter.hand_in(message, "10.1.0.77")
    assert rcodes([wire for wire, _ in counter.box.sent]) == {7: "SERVFAIL"}
    assert faults.count == len(junk) + 1


def test_a_client_to_whom_nothing_can_be_sent_takes_no_answer_from_another(
    policy: Snapshot, clock: SetClock
) -> None:
    counter = Counter(policy, clock)
    faults = counter.desk.forgive()
    sendto = counter.box.sendto

    def refuse(message: bytes, address: tuple[str, int]) -> None:
        if address[0] == HQ:
            raise OverflowError("no such port")
        sendto(message, address)

    counter.box.sendto = refuse  # type: ignore[method-assign]
    for number, address in enumerate((HQ, UMP, HQ, UMP)):
        counter.hand_in(query("www.example.com", id=number), address)
    counter.desk.upstream_says(WORK, ADDRESS)
    assert rcodes([wire for wire, _ in counter.box.sent]) == {1: "NOERROR", 3: "NOERROR"}
    assert faults.count == 2


def wildcard(sock: socket.socket, shared: Shared) -> UdpListener:
    return UdpListener(WildcardSocket(sock), shared)


def compiled(sock: socket.socket, shared: Shared) -> UdpListener:
    require_compiled()
    from sm_dns.serve.clients.native_udp import NativeUdpListener

    return NativeUdpListener(sock, shared)


@pytest.mark.parametrize("listen", [UdpListener, wildcard, compiled])
def test_every_listener_goes_on(
    policy: Snapshot, clock: SetClock, listen: Callable[[socket.socket, Shared], UdpListener]
) -> None:
    """With real sockets; questions that are known by heart among those that raise."""
    desk = Desk(breaking(policy))
    faults = desk.forgive()
    address = "0.0.0.0" if listen is wildcard else "127.0.0.1"
    with socket.socket(type=socket.SOCK_DGRAM) as sock, socket.socket(type=socket.SOCK_DGRAM) as client:
        sock.bind((address, 0))
        sock.setblocking(False)
        client.connect(("127.0.0.1", sock.getsockname()[1]))
        client.settimeout(PATIENCE)
        as_clock = cast(Clock, clock)
        shared = Shared(
            desk.resolver,
            PacketCache(),
            rate_of(),
            Counters(WORK),
            as_clock,
            at_once,
            on_time(),
            TrustedForwarders(),
        )
        listener = listen(sock, shared)
        names = [GOOD, GOOD, BAD, GOOD, BAD, GOOD]
        for number, name in enumerate(names):
            client.send(query(name, id=number))
        while listener.queries < len(names):
            assert select.select([sock], [], [], PATIENCE)[0]
            listener.drain()
        answered = rcodes([client.recv(4096) for _ in names])
    assert [answered[number] == "SERVFAIL" for number in range(len(names))] == [name == BAD for name in names]
    assert faults.count == 2


def test_an_error_in_the_compiled_drain_is_noted_and_python_answers(
    policy: Snapshot, clock: SetClock
) -> None:
    """An entry of the packet cache that is none: what is written in C cannot use it, nor end the round for it."""
    desk = Desk(policy)
    faults = desk.forgive()
    with socket.socket(type=socket.SOCK_DGRAM) as sock, socket.socket(type=socket.SOCK_DGRAM) as client:
        sock.bind(("127.0.0.1", 0))
        sock.setblocking(False)
        client.connect(sock.getsockname())
        client.settimeout(PATIENCE)
        packet_cache = PacketCache()
        shared = Shared(
            desk.resolver,
            packet_cache,
            rate_of(),
            Counters(WORK),
            cast(Clock, clock),
            at_once,
            on_time(),
            TrustedForwarders(),
        )
        listener = compiled(sock, shared)
        asked = [query(GOOD, id=1), query("youtube.com", id=2), query(GOOD, id=3)]
        for message in asked:
            client.send(message)
            assert select.select([sock], [], [], PATIENCE)[0]
            listener.drain()
            client.recv(4096)
        young, *_ = packet_cache.tables(desk.resolver.classify("127.0.0.1"))
        young[asked[1][2:]] = (None, inf, None, None)  # type: ignore[assignment]
        for message in asked:
            client.send(message)
        while listener.queries < 2 * len(asked):
            assert select.select([sock], [], [], PATIENCE)[0]
            listener.drain()
        assert rcodes([client.recv(4096) for _ in asked]) == {1: "NOERROR", 2: "SERVFAIL", 3: "NOERROR"}
    assert faults.count >= 1


@pytest.fixture
def place(policy: Snapshot) -> Place:
    return Place(breaking(policy), None)


def test_a_connection_goes_on_after_a_question_that_raises(place: Place) -> None:
    faults = place.desk.forgive()

    async def act(place: Place) -> None:
        reader, writer = await place.connect()
        for number, name in enumerate([BAD, GOOD, BAD, GOOD]):
            writer.write(framed(query(name, id=number)))
            reply = await receive(reader)
            assert (reply.id, reply.rcode() == dns.rcode.SERVFAIL) == (number, name == BAD)

    place.visit(act)
    assert faults.count == 2


def test_a_socket_that_raises_holds_up_no_other() -> None:
    noted: list[Exception] = []
    selector = DrainSelector(noted.append)
    pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(2)]
    seen: list[bytes] = []

    def bad() -> None:
        raise ValueError(pairs[0][0].recv(100))

    def no_item() -> None:
        raise IndexError(7)

    try:
        selector.drain(pairs[0][0], bad)
        selector.drain(pairs[1][0], lambda: seen.append(pairs[1][0].recv(100)))
        for number in range(3):
            for _, theirs in pairs:
                theirs.send(b"%d" % number)
            selector.later(no_item)
            selector.later(lambda: seen.append(b"later"))
            selector.select(0)
    finally:
        for sock in sum(pairs, ()):
            sock.close()
        selector.close()
    assert [one for one in seen if one != b"later"] == [b"0", b"1", b"2"]
    assert seen.count(b"later") == 3
    assert [type(error) for error in noted].count(ValueError) == 3
    assert [type(error) for error in noted].count(IndexError) == 3


def test_a_socket_that_does_nothing_but_raise_is_not_drained_for_ever() -> None:
    """It would be ready again at once, and nothing read: a new worker is better than one that only raises."""
    noted: list[Exception] = []
    selector = DrainSelector(noted.append)
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, theirs:

        def bad() -> None:
            raise ValueError("no table")

        selector.drain(ours, bad)
        theirs.send(b"query")
        with pytest.raises(ValueError, match="no table"):
            selector.select(None)
        selector.close()
    assert len(noted) == MAX_FAILURES


def test_timers_and_tasks_that_raise_are_noted() -> None:
    noted: list[Exception] = []
    selector = DrainSelector(noted.append)
    loop = new_loop(selector)
    say_when_full(loop, noted.append)
    no_timers: dict[str, None] = {}
    loop.call_later(0, lambda: no_timers["timer"])
    loop.call_later(0.01, loop.stop)
    loop.run_forever()
    loop.close()
    assert [str(error) for error in noted] == ["'timer'"]


def test_the_time_of_the_forwarder_goes_on_after_an_error(policy: Snapshot) -> None:
    """Its timer starts itself anew: if it once did not, no question that waits would ever end."""
    selector = DrainSelector()
    loop = new_loop(selector)
    noted: list[Exception] = []
    say_when_full(loop, noted.append)
    ticks: list[int] = []

    class Broken(Clock):
        def now(self) -> float:
            ticks.append(len(ticks))
            if len(ticks) == 3:
                loop.stop()
            raise KeyError("a slot")

    forwarder = Forwarder(Cache(1 << 20), Faults())
    sockets = UpstreamSockets(forwarder, loop, selector, Broken())
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        sockets.use((UpstreamAddress("127.0.0.1", silent.getsockname()[1]),), {}, "fastest", None)
        forwarder.ask(Key(from_text(UMP), Type.A, False, False), lambda outcome, now: None, WORK)
        loop.run_forever()
        sockets.close()
    loop.close()
    assert len(ticks) == len(noted) == 3
