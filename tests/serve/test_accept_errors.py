"""A process without free file descriptors says so in one line."""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import socket
from collections.abc import Iterator

import pytest

from sm_dns.serve.accept_errors import SAY_SECONDS, say_when_full


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    loop = asyncio.new_event_loop()
    say_when_full(loop)
    yield loop
    loop.close()


def _full(number: int = errno.EMFILE) -> dict[str, object]:
    """What asyncio reports when `accept` fails."""
    error = OSError(number, os.strerror(number))
    return {"message": "socket.accept() out of system resource", "exception": error, "socket": None}


def test_one_line_a_minute(
    loop: asyncio.AbstractEventLoop, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(loop, "time", lambda: now[0])
    for _ in range(5):
        loop.call_exception_handler(_full())
    assert caplog.messages == ["no new connections can be taken up for now: Too many open files"]
    assert caplog.records[0].exc_info is None
    now[0] += SAY_SECONDS
    loop.call_exception_handler(_full(errno.ENFILE))
    assert len(caplog.messages) == 2


def test_other_troubles_are_told_as_ever(
    loop: asyncio.AbstractEventLoop, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        loop.call_exception_handler({"message": "a callback failed", "exception": ValueError("why")})
        loop.call_exception_handler({"message": "another", "exception": OSError(errno.EMFILE, "elsewhere")})
    assert [message.splitlines()[0] for message in caplog.messages] == ["a callback failed", "another"]
    assert caplog.records[0].exc_info


def test_asyncio_reports_it_so(
    loop: asyncio.AbstractEventLoop, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a real loop and a real connection that `accept` has no room for."""

    async def main() -> None:
        server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
        (listening,) = server.sockets

        def accept(sock: socket.socket) -> None:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

        monkeypatch.setattr(socket.socket, "accept", accept)
        with socket.create_connection(listening.getsockname()):
            while not caplog.messages:  # noqa: ASYNC110 - a log wakes nobody
                await asyncio.sleep(0.01)
        server.close()

    loop.run_until_complete(main())
    assert caplog.messages == ["no new connections can be taken up for now: Too many open files"]
