"""Slow heads over real connections to the real server of the dashboard."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from sm_dns.builder.plans.web import HTTP
from sm_dns.serve.clients.tls import server_context
from sm_dns.web import process
from sm_dns.web.http import protocol
from sm_dns.web.http.connection_slots import Places
from sm_dns.web.http.guard import Guard
from tests.support.certificates import make_certificate

PATIENCE = 60.0
WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def serving(context: ssl.SSLContext | None = None) -> AsyncIterator[tuple[str, int]]:
    """A server with one page; where it listens."""
    large = "x" * 64_000_000
    app = Starlette(
        routes=[
            Route("/", lambda _: PlainTextResponse("hello")),
            Route("/large", lambda _: PlainTextResponse(large)),
        ]
    )
    sock = socket.create_server(("127.0.0.1", 0))
    server = process._Server(process._config(Guard(app, ["x"]), Places(), context))
    running = asyncio.ensure_future(server.serve([sock]))
    try:
        async with asyncio.timeout(PATIENCE):
            yield sock.getsockname()
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await running


def served(talk: Talk) -> None:
    """Talk to a server over one connection."""

    async def whole() -> None:
        async with serving() as place:
            reader, writer = await asyncio.open_connection(*place)
            await talk(reader, writer)
            await closed(writer)

    asyncio.run(whole())


def tls(directory: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Of the server and of its clients."""
    certificate, key = make_certificate(directory)
    client = ssl.create_default_context(cafile=str(certificate))
    return server_context(certificate, key, HTTP), client


async def asked(place: tuple[str, int], source: str, **tls: Any) -> bytes:
    """What somebody at an address gets who asks for the page."""
    reader, writer = await asyncio.open_connection(*place, local_addr=(source, 0), **tls)
    writer.write(WHOLE)
    found = await reader.readuntil(b"hello")
    await closed(writer)
    return found


async def closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()


@contextlib.asynccontextmanager
async def held(place: tuple[str, int], count: int, sent: bytes = b"") -> AsyncIterator[list[socket.socket]]:
    """Connections of one busy client that send so much and nothing further."""
    loop = asyncio.get_running_loop()
    with contextlib.ExitStack() as stack:
        made = [stack.enter_context(socket.socket()) for _ in range(count)]
        for sock in made:
            sock.setblocking(False)
            sock.bind((BUSY, 0))
            await loop.sock_connect(sock, place)
            await loop.sock_sendall(sock, sent)
        yield made


async def is_shut(sock: socket.socket) -> bool:
    """Wait for the end of a connection."""
    try:
        return await asyncio.get_running_loop().sock_recv(sock, 1) == b""
    except ConnectionResetError:
        return True


BUSY, OTHER = "127.0.0.2", "127.0.0.3"


@pytest.mark.parametrize(
    "sent", [b"", WHOLE[:-2], b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf"]
)
def test_one_client_with_many_half_open_requests_shuts_nobody_out(sent: bytes) -> None:
    """T17: nothing, a part of a head, a part of a body; the dashboard and /healthz are for the others."""

    async def whole() -> None:
        async with serving() as place, held(place, 160, sent) as connections:
            for _ in range(80):
                assert (await asked(place, OTHER)).startswith(b"HTTP/1.1 200")
            # Its own next request is answered too: the oldest of its own gave way.
            assert (await asked(place, BUSY)).startswith(b"HTTP/1.1 200")
            assert await is_shut(connections[0])

    asyncio.run(whole())


def test_one_client_with_many_half_open_handshakes_shuts_nobody_out(tmp_path: Path) -> None:
    """T17: before TLS there is no request, and a place is held all the same."""
    own, theirs = tls(tmp_path)

    async def whole() -> None:
        async with serving(own) as place, held(place, 160) as connections:
            for _ in range(10):
                found = await asked(place, OTHER, ssl=theirs, server_hostname="dns.example")
                assert found.startswith(b"HTTP/1.1 200")
            assert await is_shut(connections[0])

    asyncio.run(whole())


def test_a_handshake_that_does_not_come_loses_its_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T17: slowloris."""
    monkeypatch.setattr(protocol, "HANDSHAKE_SECONDS", 0.05)
    own, _ = tls(tmp_path)

    async def whole() -> None:
        async with serving(own) as place:
            for sent in (b"", b"\x16\x03", b"GET / HTTP/1.1\r\n\r\n"):
                async with held(place, 1, sent) as (sock,):
                    while not await is_shut(sock):
                        pass  # an alert of TLS

    asyncio.run(whole())


def test_over_tls_who_asks_is_answered_again_and_again(tmp_path: Path) -> None:
    own, theirs = tls(tmp_path)

    async def whole() -> None:
        async with serving(own) as place:
            reader, writer = await asyncio.open_connection(*place, ssl=theirs, server_hostname="dns.example")
            for _ in range(3):
                writer.write(WHOLE)
                assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
            await closed(writer)

    asyncio.run(whole())


def test_who_does_not_read_what_is_sent_loses_the_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """T17: a place is not held by asking for much and reading nothing."""
    monkeypatch.setattr(protocol, "UNREAD_SECONDS", 0.05)
    lost = asyncio.Event()
    real = protocol.PunctualProtocol.connection_lost

    def connection_lost(self: protocol.PunctualProtocol, exc: Exception | None) -> None:
        real(self, exc)
        lost.set()

    monkeypatch.setattr(protocol.PunctualProtocol, "connection_lost", connection_lost)

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.pause_reading()  # type: ignore[attr-defined]
        writer.write(WHOLE.replace(b" / ", b" /large "))
        await lost.wait()

    served(talk)


def test_a_head_that_does_not_come_loses_its_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """T17: slowloris, with nothing and with a part of a head."""
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.05)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        assert await reader.read() == b""

    async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(WHOLE[:-2])
        assert await reader.read() == b""

    served(silent)
    served(slow)


def test_a_slow_second_head_loses_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(WHOLE)
        assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
        monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.05)
        writer.write(WHOLE[:5])
        assert await reader.read() == b""

    served(talk)


def test_who_asks_in_time_is_answered_again_and_again() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(3):
            writer.write(WHOLE)
            assert (await reader.readuntil(b"hello")).startswith(b"HTTP/1.1 200")
        writer.write(WHOLE + WHOLE)
        await reader.readuntil(b"hello")
        await reader.readuntil(b"hello")

    served(talk)


def test_the_server_says_nothing_of_itself() -> None:
    assert uvicorn.Server is not process._Server

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(WHOLE)
        assert b"server:" not in (await reader.readuntil(b"hello")).lower()

    served(talk)
