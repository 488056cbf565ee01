"""Who is let in and who gives way, for TCP and DoT alike (threat T10)."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable
from ipaddress import ip_network
from math import inf
from pathlib import Path

import dns.edns
import dns.message
import httpx
import pytest

from sm_dns.policy.snapshot import Snapshot
from sm_dns.serve.clients.limits import ClientLimits, Limits
from sm_dns.serve.clients.packet_cache import PacketCache
from sm_dns.serve.clients.streams import connection
from sm_dns.serve.clients.streams.doh import DohListener
from sm_dns.serve.clients.streams.tcp import StreamListener
from sm_dns.serve.clients.tls import DOT, HTTP2, ServerTls, server_context
from sm_dns.serve.event_loop import DrainSelector
from tests.serve.clients.streams.test_tcp import framed, receive
from tests.support.certificates import make_certificate
from tests.support.desk import WORK, Desk
from tests.support.limits import admission_of, limits_of
from tests.support.messages import query
from tests.support.processes import until
from tests.support.streams import run_in_rounds, streams_of

Peer = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Place:
    """A listener in this loop, encrypted or not, and a way to connect to it."""

    def __init__(self, policy: Snapshot, certificate: tuple[Path, Path] | None) -> None:
        self.admission = admission_of()
        self.desk = Desk(policy)
        sock = socket.create_server(("127.0.0.1", 0))
        sock.setblocking(False)
        self.port = sock.getsockname()[1]
        self.tls = None if certificate is None else ServerTls(DOT)
        self._trust: ssl.SSLContext | None = None
        if certificate is not None and self.tls is not None:
            self.tls.context = server_context(*certificate, DOT)
            self._trust = ssl.create_default_context(cafile=certificate[0])
        self._sock = sock
        self.listener: StreamListener
        self.packet_cache: PacketCache
        self._writers: list[asyncio.StreamWriter] = []

    async def connect(self) -> Peer:
        """A connection that the listener has taken up, or turned away."""
        name = "dns.example" if self._trust else None
        peer = await asyncio.open_connection("127.0.0.1", self.port, ssl=self._trust, server_hostname=name)
        self._writers.append(peer[1])
        await until(lambda: self._has_met(peer), "the listener takes it up or turns it away")
        return peer

    def _has_met(self, peer: Peer) -> bool:
        reader, writer = peer
        here = writer.get_extra_info("sockname")
        met = (one.peer for one in self.listener._open)
        return here in met or reader.at_eof() or reader.exception() is not None or writer.is_closing()

    def visit(self, act: Callable[[Place], Awaitable[None]]) -> None:
        """Let clients act, within a minute."""

        async def run(selector: DrainSelector) -> None:
            streams = streams_of(self.desk, selector, self.admission)
            self.packet_cache = streams.shared.packet_cache
            self.listener = StreamListener(self._sock, streams, self.tls)
            self.listener.start()
            try:
                async with asyncio.timeout(60):
                    await act(self)
            finally:
                for writer in self._writers:
                    writer.transport.abort()
                await until(lambda: not self.listener._clients, "all have left")
                self.listener.stop()
                self._sock.close()

        run_in_rounds(run)


@pytest.fixture(params=["tcp", "tls"])
def place(request: pytest.FixtureRequest, policy: Snapshot, tmp_path: Path) -> Place:
    return Place(policy, make_certificate(tmp_path) if request.param == "tls" else None)


async def ask(peer: Peer, number: int) -> None:
    peer[1].write(framed(query("facebook.com", id=number)))
    assert (await receive(peer[0])).id == number


@pytest.mark.parametrize("names", [["facebook.com"], ["facebook.com", "www.example.com"]])
def test_who_pads_is_answered_with_padding_on_an_encrypted_way_alone(place: Place, names: list[str]) -> None:
    """RFC 7830 §4, in the blocks of RFC 8467 §4.1."""

    async def act(place: Place) -> None:
        reader, writer = await place.connect()
        for number, name in enumerate(names):
            padding = dns.edns.GenericOption(dns.edns.OptionType.PADDING, bytes(40))
            writer.write(framed(query(name, id=number, use_edns=0, options=[padding])))
            if number:
                await until(lambda: place.desk.sender.sent, "the question is in flight")
                place.desk.upstream_says(WORK, "www.example.com. 300 IN A 192.0.2.80")
            length = int.from_bytes(await reader.readexactly(2), "big")
            message = dns.message.from_wire(await reader.readexactly(length))
            assert message.answer
            assert (length % 468 == 0) is (place.tls is not None)
            assert any(option.otype == 12 for option in message.options) is (place.tls is not None)
        await ask((reader, writer), 9)

    place.visit(act)


@pytest.mark.parametrize("number", [0, 7])
def test_addresses_turn_whatever_id_is_always_the_same(place: Place, number: int) -> None:
    """Only a datagram's ID must be drawn at random; that of a question on a connection often is 0."""

    async def act(place: Place) -> None:
        reader, writer = await place.connect()
        firsts: set[str] = set()
        for _ in range(60):
            writer.write(framed(query("www.example.com", id=number)))
            if not firsts:
                await until(lambda: place.desk.sender.sent, "the question is in flight")
                records = [f"www.example.com. 300 IN A 192.0.2.{at}" for at in range(1, 4)]
                place.desk.upstream_says(WORK, *records)
            told = await receive(reader)
            assert told.id == number
            firsts.add(told.answer[0][0].to_text())
        assert len(firsts) == 3

    place.visit(act)


def test_who_asks_is_told_how_long_a_connection_may_idle(place: Place) -> None:
    """RFC 7828, in tenths of a second."""

    async def act(place: Place) -> None:
        reader, writer = await place.connect()
        for options, told in (
            ([dns.edns.GenericOption(dns.edns.OptionType.KEEPALIVE, b"")], b"\0\x64"),
            ([], None),
        ):
            writer.write(framed(query("facebook.com", use_edns=0, options=options)))
            message = await receive(reader)
            found = [option.to_wire() for option in message.options if option.otype == 11]
            assert found == ([told] if told else [])

    place.visit(act)


async def the_second_gives_way(place: Place) -> None:
    """Of two connections, where there is room for two, the one that is idle longer ends for a third."""
    first, second = await place.connect(), await place.connect()
    await ask(first, 1)  # so that the second is idle longer
    third = await place.connect()
    with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
        await ask(second, 2)
    await ask(first, 3)
    await ask(third, 4)


def test_the_longest_idle_connection_gives_way(place: Place) -> None:
    place.admission.connections = 2

    async def act(place: Place) -> None:
        await the_second_gives_way(place)

    place.visit(act)


def test_a_clients_own_longest_idle_connection_gives_way_to_its_next(place: Place) -> None:
    """A domain controller, or a branch behind NAT, is one address."""
    place.admission.adopt(limits_of(connections=2), 512)

    async def act(place: Place) -> None:
        await the_second_gives_way(place)
        for number in range(20):
            await ask(await place.connect(), number)
        assert place.listener._clients.total() == len(place.listener._open) == 2

    place.visit(act)


def test_a_network_may_have_limits_of_its_own(place: Place) -> None:
    loopback, usual = ip_network("127.0.0.0/8"), Limits(inf, inf, 1)
    place.admission.adopt(ClientLimits(usual, [(loopback, Limits(inf, inf, 3))]), 512)

    async def act(place: Place) -> None:
        kept = [await place.connect() for _ in range(3)]
        for peer in kept:
            await ask(peer, 1)
        assert place.listener._clients.total() == 3

    place.visit(act)


def test_who_waits_for_an_answer_does_not_give_way(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.admission.connections = 1

    async def act(place: Place) -> None:
        reader, writer = await place.connect()
        writer.write(framed(query("www.example.com", id=1)))
        await until(lambda: place.desk.sender.sent, "the question is in flight")
        with pytest.raises((OSError, asyncio.IncompleteReadError)):
            await ask(await place.connect(), 2)
        place.desk.upstream_says(WORK, "www.example.com. 300 IN A 192.0.2.80")
        assert (await receive(reader)).id == 1
        await ask(await place.connect(), 3)  # idle again, it gives way

    place.visit(act)


def test_who_does_not_shake_hands_is_dropped(
    policy: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "HANDSHAKE_SECONDS", 0.1)

    async def act(place: Place) -> None:
        for hello in (b"", b"\x16\x03\x01\x00\xff half a hello", b"GET / HTTP/1.1\r\n\r\n"):
            reader, writer = await asyncio.open_connection("127.0.0.1", place.port)
            writer.write(hello)
            try:
                await reader.read()
            except ConnectionError:
                pass
            writer.close()
        await until(lambda: not place.listener._open, "all are dropped")
        monkeypatch.setattr(connection, "HANDSHAKE_SECONDS", 60.0)
        await ask(await place.connect(), 1)

    Place(policy, make_certificate(tmp_path)).visit(act)


def test_without_a_certificate_nobody_is_let_in(policy: Snapshot, tmp_path: Path) -> None:
    async def act(place: Place) -> None:
        assert place.tls is not None
        place.tls.context = None
        with pytest.raises(OSError):
            await place.connect()

    Place(policy, make_certificate(tmp_path)).visit(act)


def test_a_client_over_its_budget_is_refused_and_keeps_its_connection(
    place: Place,
) -> None:
    """T9, T10: what is in flight is still answered, and new connections bring no new budget."""
    place.admission.adopt(limits_of(1e-6, 3, bounds_loopback=True), 512)

    async def act(place: Place) -> None:
        reader, writer = await place.connect()
        writer.write(
            framed(
                *(
                    query(name, id=number)
                    for number, name in enumerate(["www.example.com"] + ["facebook.com"] * 4)
                )
            )
        )
        told = [await receive(reader) for _ in range(4)]
        assert [(message.id, message.rcode()) for message in told] == [(1, 0), (2, 0), (3, 5), (4, 5)]
        place.desk.upstream_says(WORK, "www.example.com. 300 IN A 192.0.2.80")
        assert (await receive(reader)).rcode() == 0
        other, writer = await place.connect()
        writer.write(framed(query("facebook.com")))
        assert (await receive(other)).rcode() == 5
        place.admission.adopt(limits_of(1e9, 3), 512)
        place.packet_cache.clear()  # as a worker does with every other generation
        writer.write(framed(query("facebook.com")))
        assert (await receive(other)).rcode() == 0

    place.visit(act)
    assert place.admission.rate.limited == 3


def test_over_https_the_same_budget_holds(policy: Snapshot, tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    url = "https://127.0.0.1:{}/dns-query"
    wire = query("facebook.com", id=0)

    async def run(selector: DrainSelector) -> list[tuple[int, int]]:
        sock = socket.create_server(("127.0.0.1", 0))
        sock.setblocking(False)
        tls = ServerTls(HTTP2)
        tls.context = server_context(certificate, key, HTTP2)
        listener = DohListener(sock, streams_of(Desk(policy), selector, admission_of(1e-6, 2)), tls)
        listener.path = "/dns-query"
        listener.start()
        trust = ssl.create_default_context(cafile=certificate)
        told: list[tuple[int, int]] = []
        async with httpx.AsyncClient(
            http2=True, http1=False, verify=trust, trust_env=False, timeout=60
        ) as client:
            for _ in range(3):
                reply = await client.post(
                    url.format(sock.getsockname()[1]),
                    content=wire,
                    headers={"content-type": "application/dns-message"},
                )
                told.append((reply.status_code, dns.message.from_wire(reply.content).rcode()))
        await until(lambda: not listener._clients, "it has left")
        listener.stop()
        sock.close()
        return told

    assert run_in_rounds(run) == [(200, 0), (200, 0), (200, 5)]
