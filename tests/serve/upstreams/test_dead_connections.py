"""Connections to upstreams that go silent, end or were never what they should be: nobody waits for them in vain."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import dns.message
import pytest

from sm_dns.resolve.forwarding.failure import Failure
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer
from sm_dns.serve.upstreams import pool
from tests.support.asking import Asker
from tests.support.certificates import make_certificate
from tests.support.messages import response
from tests.support.processes import until

SLOW_SECONDS = 0.7  # longer than an attempt's retry timeout at first


@pytest.fixture
def asker() -> Iterator[Asker]:
    pool._tls_context.cache_clear()
    one = Asker()
    yield one
    one.close()
    pool._tls_context.cache_clear()


def answer_to(message: bytes) -> bytes:
    name = dns.message.from_wire(message).question[0].name
    return response(message, f"{name} 60 IN A 192.0.2.1")


class Server:
    """Answers over a stream, in a way that a subclass makes odd. `asked`: the connection of each question."""

    def __init__(self) -> None:
        self.connections = 0
        self.asked: list[int] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        number = self.connections
        try:
            while not writer.is_closing():
                message = await self.read(reader)
                self.asked.append(number)
                await self.answer(number, message, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def read(self, reader: asyncio.StreamReader) -> bytes:
        return await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))

    async def answer(self, number: int, message: bytes, writer: asyncio.StreamWriter) -> None:
        self.say(answer_to(message), writer)

    def say(self, reply: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(len(reply).to_bytes(2, "big") + reply)


class GoesSilent(Server):
    """A connection that answers once and then takes questions for ever, as behind a router that forgot it."""

    async def answer(self, number: int, message: bytes, writer: asyncio.StreamWriter) -> None:
        if self.asked.count(number) == 1:
            self.say(answer_to(message), writer)


class IsSlow(Server):
    async def answer(self, number: int, message: bytes, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(SLOW_SECONDS)
        self.say(answer_to(message), writer)


class AnswersOnce(Server):
    """One question a connection, then it closes."""

    async def answer(self, number: int, message: bytes, writer: asyncio.StreamWriter) -> None:
        self.say(answer_to(message), writer)
        await writer.drain()
        writer.close()


class SaysNothing(Server):
    async def answer(self, number: int, message: bytes, writer: asyncio.StreamWriter) -> None:
        writer.close()


@asynccontextmanager
async def listening(server: Server, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    running = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield int(running.sockets[0].getsockname()[1])
    finally:
        running.close()


def of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """What a server for dns.example shakes hands with; the system trusts it."""
    certificate, key = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    return tls


def names(count: int) -> list[str]:
    return [f"h{number}.example" for number in range(count)]


@pytest.mark.parametrize("scheme", ["tcp", "tls"])
def test_a_connection_that_went_silent_is_left_for_a_new_one(
    asker: Asker, scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 7766 §6.2.4: a router on the way forgot the connection; questions are not lost on it."""
    tls = of(tmp_path, monkeypatch) if scheme == "tls" else None

    async def run() -> None:
        server = GoesSilent()
        async with listening(server, tls) as port:
            asker.sockets.use(
                (UpstreamAddress("127.0.0.1", port, scheme, "dns.example"),), {}, "fastest", None
            )
            for name in names(4):
                assert isinstance((await asker.ask(name))[0], UpstreamAnswer)
            assert server.connections == 4
            (upstream,) = asker.forwarder.upstreams
            assert upstream.failures == upstream.in_flight == 0

    asker.loop.run_until_complete(run())


def test_a_slow_server_keeps_being_heard(asker: Asker) -> None:
    async def run() -> None:
        server = IsSlow()
        async with listening(server) as port:
            asker.sockets.use((UpstreamAddress("127.0.0.1", port, "tcp"),), {}, "fastest", None)
            for name in names(3):
                assert isinstance((await asker.ask(name))[0], UpstreamAnswer)

    asker.loop.run_until_complete(run())


def test_a_server_that_answers_one_question_a_connection_answers_them_all(asker: Asker) -> None:
    async def run() -> None:
        server = AnswersOnce()
        async with listening(server) as port:
            asker.sockets.use((UpstreamAddress("127.0.0.1", port, "tcp"),), {}, "fastest", None)
            outcomes = await asker.ask(*names(20))
            assert all(isinstance(one, UpstreamAnswer) for one in outcomes)
            assert len(server.asked) <= 3 * 20  # and it is not asked all of them on each connection

    asker.loop.run_until_complete(run())


def test_a_server_that_never_answers_is_given_up_soon_and_told_why(asker: Asker) -> None:
    async def run() -> None:
        server = SaysNothing()
        async with listening(server) as port:
            asker.sockets.use((UpstreamAddress("127.0.0.1", port, "tcp"),), {}, "fastest", None)
            (outcome,) = await asker.ask("www.example")
            assert isinstance(outcome, Failure)
            assert str(outcome.text) == "upstream unreachable: it closes the connection without an answer"
            assert server.connections == 1

    asker.loop.run_until_complete(run())


class Web(Server):
    """The least of HTTP/1.1 that a DoH client needs (RFC 8484)."""

    async def read(self, reader: asyncio.StreamReader) -> bytes:
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        (length,) = (int(line[16:]) for line in head.split(b"\r\n") if line.startswith(b"content-length: "))
        return await reader.readexactly(length)

    def say(self, reply: bytes, writer: asyncio.StreamWriter) -> None:
        head = b"HTTP/1.1 200 OK\r\ncontent-type: application/dns-message\r\ncontent-length: "
        writer.write(head + str(len(reply)).encode() + b"\r\n\r\n" + reply)


class WebResets(Web):
    """Each connection answers once and is reset as the next question comes."""

    async def answer(self, number: int, message: bytes, writer: asyncio.StreamWriter) -> None:
        if self.asked.count(number) == 1:
            self.say(answer_to(message), writer)
        else:
            writer.transport.abort()


class WebGoesSilent(Web):
    async def answer(self, number: int, message: bytes, writer: asyncio.StreamWriter) -> None:
        if self.asked.count(number) == 1:
            self.say(answer_to(message), writer)


@pytest.mark.parametrize("kind", [WebResets, WebGoesSilent])
def test_https_goes_on_where_a_connection_ends_or_goes_silent(
    asker: Asker, kind: type[Web], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = of(tmp_path, monkeypatch)

    async def run() -> None:
        server = kind()
        async with listening(server, tls) as port:
            asker.sockets.use(
                (UpstreamAddress("127.0.0.1", port, "https", "dns.example", "/q"),), {}, "fastest", None
            )
            for name in names(4):
                assert isinstance((await asker.ask(name))[0], UpstreamAnswer)
            assert server.connections == 4

    asker.loop.run_until_complete(run())


@pytest.mark.parametrize("scheme", ["tls", "https"])
def test_a_change_of_the_network_renews_connections_and_asks_again(
    asker: Asker, scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = of(tmp_path, monkeypatch)

    async def run() -> None:
        server = WebGoesSilent() if scheme == "https" else GoesSilent()
        async with listening(server, tls) as port:
            asker.sockets.use(
                (UpstreamAddress("127.0.0.1", port, scheme, "dns.example", "/q"),), {}, "fastest", None
            )
            (upstream,) = asker.forwarder.upstreams
            assert isinstance((await asker.ask("first.example"))[0], UpstreamAnswer)
            upstream.latency = 10.0  # the question's own retry timeout is not over
            waiting = asyncio.ensure_future(asker.ask("second.example"))
            await until(lambda: len(server.asked) == 2, "the second is asked")
            asker.sockets.renew()
            assert isinstance((await waiting)[0], UpstreamAnswer)
            assert server.connections == 2
            assert upstream.failures == 0

    asker.loop.run_until_complete(run())


@pytest.mark.parametrize("scheme", ["tls", "https"])
def test_a_wrong_certificate_says_so(
    asker: Asker,
    scheme: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    tls = of(tmp_path, monkeypatch)

    async def run() -> None:
        async with listening(Web(), tls) as port:
            asker.sockets.use(
                (UpstreamAddress("127.0.0.1", port, scheme, "other.example", "/q"),), {}, "fastest", None
            )
            (upstream,) = asker.forwarder.upstreams
            with caplog.at_level(logging.WARNING):
                outcomes = await asker.ask(*names(3))
            for outcome in outcomes:
                assert isinstance(outcome, Failure)
                assert "its certificate is not accepted: Hostname mismatch" in outcome.text
            assert "its certificate is not accepted" in str(upstream.trouble)
            assert len([line for line in caplog.messages if "its certificate is not accepted" in line]) == 1

    asker.loop.run_until_complete(run())
