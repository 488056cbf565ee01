"""The server with real sockets: who is served, who is cut off, and that nobody else notices."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from sm_dns.policy.snapshot import Snapshot
from sm_dns.portal.http import rate_limit, server
from sm_dns.portal.http.server import MAX_HEAD, MAX_PER_CLIENT, HttpServer
from sm_dns.portal.respond import MAX_BODY, Responder
from sm_dns.portal.settings import PortalSettings
from tests.support.certificates import make_certificate
from tests.support.desk import WORK
from tests.support.processes import PATIENCE, until

ASK = b"GET / HTTP/1.1\r\nHost: facebook.com\r\n\r\n"


class Visitor:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def hear(self) -> bytes:
        """Everything until the server ends the connection; b"" where it was reset."""
        async with asyncio.timeout(PATIENCE):
            with suppress(ConnectionError):
                return await self.reader.read(-1)
        return b""

    async def say(self, data: bytes) -> bytes:
        with suppress(ConnectionError):
            self.writer.write(data)
            await self.writer.drain()
        return await self.hear()


class Place:
    """A running server and the way to it."""

    def __init__(self, running: HttpServer, port: int) -> None:
        self.server, self.port = running, port
        self.visitors: list[Visitor] = []

    async def visit(self, source: str = "127.0.0.1", **options: Any) -> Visitor:
        pair = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(source, 0), **options)
        self.visitors.append(Visitor(*pair))
        return self.visitors[-1]

    async def ask(self, data: bytes = ASK, source: str = "127.0.0.1") -> bytes:
        return await (await self.visit(source)).say(data)


@asynccontextmanager
async def place(
    policy: Snapshot, details: PortalSettings, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Place]:
    running = HttpServer(Responder(policy, details), lambda: WORK)
    sock = socket.create_server(("127.0.0.1", 0))
    listening = await running.listen(sock, tls)
    there = Place(running, sock.getsockname()[1])
    try:
        yield there
    finally:
        listening.close()
        for visitor in there.visitors:
            visitor.writer.transport.abort()
        await until(lambda: not running._clients, "all have gone")


Story = Callable[[Place], Coroutine[Any, Any, None]]
Tell = Callable[[Story], None]


@pytest.fixture
def tell(policy: Snapshot, details: PortalSettings) -> Tell:
    """Run a story against a server."""

    def run(story: Story) -> None:
        async def whole() -> None:
            async with place(policy, details) as there:
                await story(there)

        asyncio.run(whole())

    return run


def test_a_page_is_served_and_the_connection_ends(tell: Tell) -> None:
    async def story(there: Place) -> None:
        answer = await there.ask()
        assert answer.startswith(b"HTTP/1.1 403 Forbidden\r\n")
        assert answer.endswith(b"</html>")
        assert b"Capaian kepada media sosial tidak dibenarkan" in answer

    tell(story)


def test_head_has_the_fields_alone(tell: Tell) -> None:
    async def story(there: Place) -> None:
        answer = await there.ask(ASK.replace(b"GET", b"HEAD"))
        assert answer.endswith(b"\r\n\r\n")
        assert b"Content-Length: 1" in answer

    tell(story)


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"hello\r\n\r\n", 400),
        (b"\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"PUT / HTTP/1.1\r\nHost: facebook.com\r\n\r\n", 405),
        (b"POST / HTTP/1.1\r\nHost: facebook.com\r\nContent-Length: %d\r\n\r\n" % (MAX_BODY + 1), 413),
        (b"GET / HTTP/1.1\r\nA: " + b"a" * MAX_HEAD, 431),
        (b"GET / HTTP/1.1\r\nHost: <script>alert(1)</script>\r\n\r\n", 403),
        (b"GET /<script> HTTP/1.1\r\nHost: facebook.com\r\n\r\n", 403),
    ],
)
def test_what_is_no_visit(tell: Tell, data: bytes, status: int) -> None:
    async def story(there: Place) -> None:
        answer = await there.ask(data)
        assert answer.startswith(b"HTTP/1.1 %d " % status)
        assert b"<script>alert" not in answer

    tell(story)


def test_who_sends_slowly_is_cut_off_and_others_are_served(
    tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "REQUEST_SECONDS", 0.3)

    async def story(there: Place) -> None:
        slow = await there.visit()
        slow.writer.write(b"GET / HTTP/1.1\r\nA: ")

        async def drip() -> None:
            with suppress(ConnectionError):
                while True:
                    slow.writer.write(b"a")
                    await slow.writer.drain()
                    await asyncio.sleep(0.02)

        dripping = asyncio.get_running_loop().create_task(drip())
        assert (await there.ask()).startswith(b"HTTP/1.1 403")
        assert await slow.hear() == b""
        dripping.cancel()
        await asyncio.wait([dripping])

    tell(story)


def test_a_body_that_never_comes(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "REQUEST_SECONDS", 0.3)

    async def story(there: Place) -> None:
        assert await there.ask(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc") == b""

    tell(story)


def test_who_does_not_read_is_cut_off(
    tell: Tell, monkeypatch: pytest.MonkeyPatch, details: PortalSettings
) -> None:
    monkeypatch.setattr(server, "SEND_SECONDS", 0.3)
    monkeypatch.setattr(server, "short", lambda status: _Endless())

    async def story(there: Place) -> None:
        visitor = await there.visit(limit=1)
        visitor.writer.write(b"GET / HTTP/1.1\r\nA: " + b"a" * MAX_HEAD)
        await until(lambda: there.server.requests and not there.server._open, "it is cut off")
        visitor.writer.transport.abort()

    tell(story)


class _Endless:
    def encode(self, only_head: bool) -> bytes:
        return b"x" * (64 << 20)


def test_one_client_has_so_many_connections(tell: Tell) -> None:
    async def story(there: Place) -> None:
        held = [await there.visit("127.0.0.2") for _ in range(MAX_PER_CLIENT)]
        await until(lambda: len(there.server._open) == MAX_PER_CLIENT, "all are let in")
        assert await there.ask(source="127.0.0.2") == b""
        assert there.server.turned_away == 1
        assert (await there.ask(source="127.0.0.3")).startswith(b"HTTP/1.1 403")
        for visitor in held:
            visitor.writer.transport.abort()

    tell(story)


def test_when_all_places_are_taken_the_oldest_gives_way(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MAX_CONNECTIONS", 3)

    async def story(there: Place) -> None:
        held = []
        for number in range(3):
            held.append(await there.visit(f"127.0.1.{number}"))
            await until(lambda: len(there.server._open) == len(held), "it is let in")
        assert (await there.ask()).startswith(b"HTTP/1.1 403")
        assert await held[0].hear() == b""
        assert (await held[2].say(ASK)).startswith(b"HTTP/1.1 403")
        held[1].writer.transport.abort()

    tell(story)


def test_a_flood_of_one_client_is_answered_shortly(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "BURST", 3.0)
    monkeypatch.setattr(rate_limit, "REQUESTS_A_SECOND", 0.0)

    async def story(there: Place) -> None:
        statuses = [(await there.ask())[9:12] for _ in range(5)]
        assert statuses == [b"403"] * 3 + [b"429"] * 2
        assert (await there.ask(source="127.0.0.9"))[9:12] == b"403"

    tell(story)


def test_a_page_that_cannot_be_made_is_no_end(tell: Tell, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("no page")

    async def story(there: Place) -> None:
        with monkeypatch.context() as broken:
            broken.setattr(Responder, "answer", fails)
            assert (await there.ask()).startswith(b"HTTP/1.1 503")
        assert (await there.ask()).startswith(b"HTTP/1.1 403")

    tell(story)


def test_https(
    policy: Snapshot, details: PortalSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, key = make_certificate(tmp_path, "notis.example")
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate, key)
    theirs = ssl.create_default_context(cafile=str(certificate))
    monkeypatch.setattr(server, "HANDSHAKE_SECONDS", 0.3)

    async def story() -> None:
        async with place(policy, details, ours) as there:
            silent = await there.visit()
            visitor = await there.visit(ssl=theirs, server_hostname="notis.example")
            answer = await visitor.say(b"GET / HTTP/1.1\r\nHost: notis.example\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 200 OK")
            assert await silent.hear() == b""

    asyncio.run(story())
