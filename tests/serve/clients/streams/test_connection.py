"""One connection over real sockets: what it does when its speaker fails, and when the client does not read."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sm_dns.dns.scan import Ignored
from sm_dns.policy.snapshot import Snapshot
from sm_dns.serve.accept_errors import say_when_full
from sm_dns.serve.clients.streams import connection as module
from sm_dns.serve.clients.streams.connection import Connection
from sm_dns.serve.clients.streams.tcp import StreamListener
from sm_dns.serve.clients.tls import DOT, ServerTls, server_context
from sm_dns.serve.event_loop import DrainSelector, new_loop
from tests.support.certificates import make_certificate
from tests.support.desk import Desk
from tests.support.limits import admission_of
from tests.support.streams import run_in_rounds, streams_of

LONG = bytes(8_000_000)


class Echo:
    """Says what it hears; "raise" raises, "ignore" ends, "long" is answered with more than a kernel takes at once."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.late = 0

    def received(self, data: bytes) -> None:
        if data == b"raise":
            raise LookupError("a protocol from elsewhere")
        if data == b"ignore":
            raise Ignored
        self.connection.send(LONG if data == b"long" else data)

    def half_closed(self) -> None:
        self.connection.close()

    def timed_out(self) -> None:
        self.late += 1
        self.connection.send(b"late")
        self.connection.close()


class Wire:
    """Connections of ours and their clients, on one loop."""

    def __init__(self) -> None:
        self.noted: list[Exception] = []
        self.gone: list[Connection] = []
        self.selector = DrainSelector(self.noted.append)
        self.loop = new_loop(self.selector)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 262_144)
        self._clients: list[socket.socket] = []

    def connect(self) -> tuple[Connection, socket.socket]:
        client = socket.create_connection(self._listening.getsockname())
        ours, _ = self._listening.accept()
        ours.setblocking(False)
        client.settimeout(60)
        self._clients.append(client)
        made = Connection(ours, "127.0.0.1", self.selector, self.loop, self.noted.append, self.gone.append)
        made.speak(Echo(made))
        return made, client

    def turn(self, until: Callable[[], object]) -> None:
        """Rounds and turns until something is so."""

        async def wait() -> None:
            async with asyncio.timeout(60):
                while not until():  # noqa: ASYNC110 - nobody would tell
                    await asyncio.sleep(0.001)

        self.loop.run_until_complete(wait())

    def close(self) -> None:
        for sock in (self._listening, *self._clients):
            sock.close()
        self.loop.close()


@pytest.fixture
def wire() -> Iterator[Wire]:
    one = Wire()
    yield one
    one.close()


def test_a_connection_whose_speaker_raises_ends_alone(wire: Wire) -> None:
    (bad, first), (good, second) = wire.connect(), wire.connect()
    first.send(b"raise")
    second.send(b"hello")
    wire.turn(lambda: bad.is_closed)
    assert first.recv(100) == b""
    assert second.recv(100) == b"hello"
    assert not good.is_closed
    assert [type(error) for error in wire.noted] == [LookupError]
    assert wire.gone == [bad]
    good.drop()


@pytest.mark.parametrize("last", [b"ignore", b""])
def test_what_was_said_before_the_end_still_arrives(wire: Wire, last: bytes) -> None:
    ours, client = wire.connect()
    client.send(b"long")
    wire.turn(lambda: not ours._is_reading or ours._unsent)
    if last:
        client.send(last)
    else:
        client.shutdown(socket.SHUT_WR)
    client.setblocking(False)
    got = 0
    ended = False

    def read() -> bool:
        nonlocal got, ended
        try:
            while data := client.recv(65_536):
                got += len(data)
            ended = True
        except BlockingIOError:
            pass
        except ConnectionResetError:
            ended = True
        return ended

    wire.turn(read)
    assert got == len(LONG)
    assert ours.is_closed
    assert not wire.noted


def test_who_never_reads_the_end_is_dropped_in_time(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CLOSE_SECONDS", 0.05)
    ours, client = wire.connect()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    client.send(b"long")
    wire.turn(lambda: ours._unsent)
    ours.close()
    wire.turn(lambda: ours.is_closed)
    assert wire.gone == [ours]


def test_what_is_expected_later_does_not_come_sooner_nor_later(wire: Wire) -> None:
    ours, client = wire.connect()
    ours.expect(30.0)
    ours.expect(0.05)  # sooner after all
    wire.turn(lambda: ours.is_closed)
    assert client.recv(100) == b"late"


def test_a_broken_connection_that_nobody_reads_is_noticed(wire: Wire) -> None:
    ours, client = wire.connect()
    ours.read_on(False)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    client.close()
    wire.turn(lambda: ours.is_closed)


def test_tls_takes_long_answers_of_a_slow_reader(wire: Wire, tmp_path: Path) -> None:
    tls = ServerTls(DOT)
    certificate, key = make_certificate(tmp_path)
    tls.context = server_context(certificate, key, DOT)
    ours, plain = wire.connect()
    echo = Echo(ours)

    def shaken(connection: Connection) -> None:
        connection.speak(echo)
        connection.expect(60)

    ours.begin_tls(tls, shaken)
    trust = ssl.create_default_context(cafile=certificate)

    async def visit() -> int:
        plain.setblocking(False)
        reader, writer = await asyncio.open_connection(
            sock=plain, ssl=trust, server_hostname="dns.example", limit=65_536
        )
        writer.write(b"long")
        got = 0
        while got < len(LONG):
            data = await reader.read(65_536)
            assert data
            got += len(data)
        writer.close()
        return got

    assert wire.loop.run_until_complete(asyncio.wait_for(visit(), 60)) == len(LONG)
    wire.turn(lambda: ours.is_closed)
    assert not wire.noted


def test_without_a_free_descriptor_it_is_said_once_and_tried_again(
    policy: Snapshot, caplog: pytest.LogCaptureFixture
) -> None:
    """With a listening socket that has no room for the first who comes."""

    class Full(socket.socket):
        refused = 0

        def accept(self) -> tuple[socket.socket, object]:
            if self.refused < 1:
                self.refused += 1
                raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))
            return super().accept()

    async def run(selector: DrainSelector) -> None:
        loop = asyncio.get_running_loop()
        say_when_full(loop)
        sock = Full()
        sock.bind(("127.0.0.1", 0))
        sock.listen()
        sock.setblocking(False)
        listener = StreamListener(sock, streams_of(Desk(policy), selector, admission_of()))
        listener.start()
        reader, writer = await asyncio.open_connection(*sock.getsockname())
        writer.write(b"\0\0")  # no more to say
        assert await asyncio.wait_for(reader.read(), 60) == b""
        listener.stop()
        sock.close()
        writer.close()

    run_in_rounds(run)
    assert caplog.messages == ["no new connections can be taken up for now: Too many open files"]
