"""TCP connections: every wait and every count is bounded (threat T10; RFC 7766)."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable

import dns.edns
import dns.message
import dns.rcode
import pytest

from sm_dns.dns.proxy_header import SIGNATURE
from sm_dns.policy.snapshot import Snapshot
from sm_dns.serve.clients.streams import connection, tcp
from sm_dns.serve.clients.streams.connections import Admission
from sm_dns.serve.clients.streams.tcp import StreamListener
from sm_dns.serve.clients.trusted_forwarders import Tells, TrustedForwarders
from sm_dns.serve.event_loop import DrainSelector
from tests.support.desk import GUEST, HQ, UMP, WORK, Desk
from tests.support.limits import admission_of, limits_of
from tests.support.messages import query
from tests.support.processes import until
from tests.support.proxies import header, subnet
from tests.support.streams import run_in_rounds, streams_of

SINKHOLE = "192.0.2.53"
ADDRESS = "www.example.com. 300 IN A 192.0.2.80"
Peer = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Office:
    """A listener in this loop, and clients of it."""

    def __init__(self, desk: Desk, listener: StreamListener) -> None:
        self.desk = desk
        self.listener = listener
        self.port = listener.sock.getsockname()[1]
        self._writers: list[asyncio.StreamWriter] = []

    async def connect(self) -> Peer:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._writers.append(writer)
        return reader, writer

    async def upstream_asked(self, count: int) -> None:
        """Wait until so many questions went upstream."""
        await until(lambda: len(self.desk.sender.sent) >= count, f"{count} questions are in flight")

    def close(self) -> None:
        for writer in self._writers:
            writer.close()


def framed(*messages: bytes) -> bytes:
    return b"".join(len(one).to_bytes(2, "big") + one for one in messages)


async def receive(reader: asyncio.StreamReader) -> dns.message.Message:
    length = int.from_bytes(await reader.readexactly(2), "big")
    return dns.message.from_wire(await reader.readexactly(length))


def in_an_office(
    policy: Snapshot, visit: Callable[[Office], Awaitable[None]], admission: Admission | None = None
) -> None:
    """Run a visit to a listener, within a minute."""

    async def run(selector: DrainSelector) -> None:
        desk = Desk(policy)
        sock = socket.create_server(("127.0.0.1", 0))
        sock.setblocking(False)
        listener = StreamListener(sock, streams_of(desk, selector, admission or admission_of()))
        listener.start()
        office = Office(desk, listener)
        try:
            async with asyncio.timeout(60):
                await visit(office)
        finally:
            office.close()
            await until(lambda: not listener._clients, "all have left")
            listener.stop()
            sock.close()

    run_in_rounds(run)


def test_questions_are_answered_as_they_are_ready(policy: Snapshot) -> None:
    async def visit(office: Office) -> None:
        reader, writer = await office.connect()
        writer.write(framed(query("www.example.com", id=1), query("facebook.com", id=2)))
        assert (await receive(reader)).id == 2
        office.desk.upstream_says(WORK, ADDRESS)
        assert (await receive(reader)).id == 1

    in_an_office(policy, visit)


def test_a_message_may_come_octet_by_octet(policy: Snapshot) -> None:
    async def visit(office: Office) -> None:
        reader, writer = await office.connect()
        for octet in framed(query("facebook.com", id=3)):
            writer.write(bytes([octet]))
            await writer.drain()
            await asyncio.sleep(0)
        assert (await receive(reader)).id == 3

    in_an_office(policy, visit)


def test_a_client_that_closed_its_half_is_still_answered(policy: Snapshot) -> None:
    async def visit(office: Office) -> None:
        reader, writer = await office.connect()
        writer.write(framed(query("www.example.com", id=1)))
        writer.write_eof()
        await office.upstream_asked(1)
        office.desk.upstream_says(WORK, ADDRESS)
        assert (await receive(reader)).id == 1
        assert await reader.read() == b""

    in_an_office(policy, visit)


def test_a_client_that_went_away_does_no_harm(policy: Snapshot) -> None:
    async def visit(office: Office) -> None:
        _, writer = await office.connect()
        writer.write(framed(query("www.example.com", id=1)))
        await office.upstream_asked(1)
        writer.transport.abort()
        (met,) = office.listener._open
        await until(lambda: not met._is_reading, "the listener notices")
        office.desk.upstream_says(WORK, ADDRESS)
        reader, writer = await office.connect()
        writer.write(framed(query("facebook.com", id=2)))
        assert (await receive(reader)).id == 2

    in_an_office(policy, visit)


def test_an_idle_client_gives_its_place_up(policy: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "IDLE_SECONDS", 0.1)

    async def visit(office: Office) -> None:
        silent, _ = await office.connect()
        half, writer = await office.connect()
        writer.write(b"\0")
        assert await silent.read() == b""
        assert await half.read() == b""

    in_an_office(policy, visit)


def test_connections_are_bounded(policy: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    async def visit(office: Office) -> None:
        office.listener._admission.adopt(limits_of(connections=2), 512)
        kept = [await office.connect() for _ in range(2)]
        for number, (_, writer) in enumerate(kept):
            writer.write(framed(query(f"h{number}.example.com", id=1)))
        await office.upstream_asked(2)
        over, _ = await office.connect()
        with pytest.raises(ConnectionError):
            if await over.read() == b"":
                raise ConnectionError
        office.desk.upstream_says(WORK, "h1.example.com. 300 IN A 192.0.2.80")
        assert (await receive(kept[1][0])).id == 1  # idle again, it gives way to the next
        reader, writer = await office.connect()
        writer.write(framed(query("facebook.com", id=2)))
        assert (await receive(reader)).id == 2

    in_an_office(policy, visit)


def test_questions_in_flight_on_a_connection_are_bounded(
    policy: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tcp, "MAX_IN_FLIGHT", 3)

    async def visit(office: Office) -> None:
        reader, writer = await office.connect()
        writer.write(framed(*(query(f"h{count}.example.com", id=count) for count in range(10))))
        await office.upstream_asked(3)
        await asyncio.sleep(0.05)
        assert len(office.desk.sender.sent) == 3
        for count in range(10):
            await office.upstream_asked(count + 1)
            sent = office.desk.sender.sent
            last = len(sent)
            sent.append(sent[count])
            office.desk.upstream_says(WORK)  # … to the last one; the next question is asked meanwhile
            del sent[last]
            assert (await receive(reader)).id == count

    in_an_office(policy, visit)


def test_a_client_that_does_not_read_is_dropped(policy: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "MAX_UNREAD", 10_000)

    async def visit(office: Office) -> None:
        many = [f"www.example.com. 300 IN A 10.9.{count >> 8}.{count & 255}" for count in range(500)]
        assert office.desk.put(query("www.example.com"), WORK) is None
        office.desk.upstream_says(WORK, *many)
        with socket.create_connection(("127.0.0.1", office.port)) as sock:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
            sock.setblocking(False)
            with pytest.raises(OSError):  # reset or broken, by who is quicker
                while True:
                    try:
                        sock.send(framed(query("www.example.com")))
                    except BlockingIOError:
                        pass
                    await asyncio.sleep(0.001)
        await until(lambda: not office.listener._clients, "it is dropped")

    in_an_office(policy, visit)


def forwarded_office(policy: Snapshot, visit: Callable[[Office], Awaitable[None]]) -> None:
    """The same where this host is trusted to tell for whom it asks."""
    trusted = TrustedForwarders([("127.0.0.0/8", Tells(proxy=True, subnet=True, mac=True))])
    in_an_office(policy, visit, admission_of(per_second=0, burst=2, each=1, forwarders=trusted))


def test_policy_and_budget_are_those_of_whom_a_header_names(policy: Snapshot) -> None:
    async def visit(office: Office) -> None:
        for source, answer in ((HQ, SINKHOLE), (GUEST, "192.0.2.80")):
            reader, writer = await office.connect()  # more than one client may hold open
            writer.write(header(source, "10.0.0.1", socket.SOCK_STREAM))
            writer.write(framed(query("facebook.com", use_edns=0)))
            if source == GUEST:
                await office.upstream_asked(1)
                office.desk.upstream_says(WORK, "facebook.com. 300 IN A 192.0.2.80")
            assert answer in str((await receive(reader)).answer)
            writer.write(framed(query("facebook.com", id=2), query("facebook.com", id=3)))
            assert (await receive(reader)).rcode() == dns.rcode.NOERROR
            assert (await receive(reader)).rcode() == dns.rcode.REFUSED  # over the budget of this client

    forwarded_office(policy, visit)


def test_policy_and_budget_are_those_of_whom_edns_names(policy: Snapshot) -> None:
    async def visit(office: Office) -> None:
        reader, writer = await office.connect()
        for number in range(5):
            writer.write(framed(query("facebook.com", use_edns=0, options=[subnet(f"10.1.0.{number}")])))
            reply = await receive(reader)
            assert SINKHOLE in str(reply.answer)
            assert isinstance(reply.options[-1], dns.edns.ECSOption)
        writer.write(framed(query("facebook.com", use_edns=0, options=[subnet(GUEST)])))
        await office.upstream_asked(1)
        office.desk.upstream_says(WORK, "facebook.com. 300 IN A 192.0.2.80")
        late = await receive(reader)
        assert "192.0.2.80" in str(late.answer)
        assert isinstance(late.options[-1], dns.edns.ECSOption)

    forwarded_office(policy, visit)


def test_a_trusted_forwarder_need_not_send_a_header(policy: Snapshot) -> None:
    async def visit(office: Office) -> None:
        reader, writer = await office.connect()
        for octet in framed(query("facebook.com", id=1), query("a.facebook.com", id=2)):
            writer.write(bytes([octet]))
            await writer.drain()
        assert [(await receive(reader)).id for _ in range(2)] == [1, 2]

    forwarded_office(policy, visit)


@pytest.mark.parametrize(
    "head", [SIGNATURE + b"\x31\x11\0\x0c", SIGNATURE + b"\x21\x11\xff\xff", header(HQ, UMP)[:20]]
)
def test_a_header_that_cannot_be_read_ends_the_connection(policy: Snapshot, head: bytes) -> None:
    async def visit(office: Office) -> None:
        reader, writer = await office.connect()
        writer.write(head + bytes(12))
        writer.write_eof()
        assert await reader.read() == b""
        reader, writer = await office.connect()
        writer.write(framed(query("facebook.com", id=2)))
        assert (await receive(reader)).id == 2

    forwarded_office(policy, visit)


@pytest.mark.parametrize("left", [[], [("127.0.0.0/8", Tells(proxy=False, subnet=True, mac=True))]])
def test_whom_a_header_named_is_not_believed_when_the_trust_is_gone(
    policy: Snapshot, left: list[tuple[str, Tells]]
) -> None:
    """A reload takes the forwarder away while its connection is open: that ends, for nobody knows who asks on it."""
    trusted = TrustedForwarders([("127.0.0.0/8", Tells(proxy=True, subnet=False, mac=False))])

    async def visit(office: Office) -> None:
        reader, writer = await office.connect()
        writer.write(header(HQ, "10.0.0.1", socket.SOCK_STREAM) + framed(query("facebook.com")))
        assert SINKHOLE in str((await receive(reader)).answer)
        trusted.adopt(left)
        writer.write(framed(query("facebook.com", id=2)))
        assert await reader.read() == b""

    in_an_office(policy, visit, admission_of(forwarders=trusted))


def test_a_header_of_anybody_else_is_no_header(policy: Snapshot) -> None:
    async def visit(office: Office) -> None:
        reader, writer = await office.connect()
        writer.write(header(GUEST, "10.0.0.1", socket.SOCK_STREAM) + framed(query("facebook.com")))
        writer.write_eof()
        assert await reader.read() == b""  # a message of 3,338 octets that never comes

    in_an_office(policy, visit)
