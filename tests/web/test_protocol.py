"""Slow heads over real connections to the real server of the dashboard."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from sm_dns.web import main, protocol

PATIENCE = 60.0
WHOLE = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def served(talk: Talk) -> None:
    """Talk to a server over one connection."""

    async def whole() -> None:
        app = Starlette(routes=[Route("/", lambda _: PlainTextResponse("hello"))])
        sock = main._listen("127.0.0.1", 0)
        server = main._Server(main._config(app, None))
        serving = asyncio.ensure_future(server.serve([sock]))
        try:
            reader, writer = await asyncio.open_connection(*sock.getsockname())
            async with asyncio.timeout(PATIENCE):
                await talk(reader, writer)
            writer.close()
        finally:
            server.should_exit = True
            with contextlib.suppress(asyncio.CancelledError):
                await serving

    asyncio.run(whole())


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
    assert uvicorn.Server is not main._Server

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(WHOLE)
        assert b"server:" not in (await reader.readuntil(b"hello")).lower()

    served(talk)
