"""TCP, TLS and HTTPS towards a real server of our own: one connection, many questions, certificates checked."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

import dns.message
import httpx
import pytest

from sm_dns.dns.der import public_key
from sm_dns.dns.names import from_text
from sm_dns.dns.random_bytes import RandomBytes
from sm_dns.resolve.cache import Key
from sm_dns.resolve.faults import Faults
from sm_dns.resolve.forwarding.attempts import Attempt, InFlightQuery
from sm_dns.resolve.forwarding.failure import Failure
from sm_dns.resolve.forwarding.forward import Forwarder
from sm_dns.resolve.forwarding.upstream import Upstream, UpstreamAddress
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer
from sm_dns.serve.clock import Clock
from sm_dns.serve.upstreams import pool, stream_connection
from sm_dns.serve.upstreams.tcp import StreamChannel
from tests.conftest import require
from tests.support.asking import Asker
from tests.support.messages import response
from tests.support.processes import until


class StreamServer:
    """Answers every question with its own count, each connection's questions in reverse order of pairs."""

    def __init__(self) -> None:
        self.connections = 0
        self.questions = 0
        self.hang_up_after = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        held: list[bytes] = []
        try:
            while True:
                length = int.from_bytes(await reader.readexactly(2), "big")
                message = await reader.readexactly(length)
                self.questions += 1
                name = dns.message.from_wire(message).question[0].name
                held.append(response(message, f"{name} 60 IN A 192.0.2.1"))
                if self.hang_up_after and self.questions % self.hang_up_after == 0:
                    break
                if len(held) == 2 or b"alone" in message:
                    for reply in reversed(held):
                        writer.write(len(reply).to_bytes(2, "big") + reply)
                    held.clear()
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for dns.example, key and certificate in one file."""
    require("openssl")
    key, cert = tmp_path / "key.pem", tmp_path / "cert.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    command += ["-keyout", str(key), "-out", str(cert), "-days", "2", "-subj", "/CN=dns.example"]
    command += ["-addext", "subjectAltName=DNS:dns.example"]
    subprocess.run(command, check=True, capture_output=True)
    both = tmp_path / "both.pem"
    both.write_text(key.read_text() + cert.read_text())
    return both


def pin_of(certificate: Path) -> str:
    der = ssl.PEM_cert_to_DER_cert(certificate.read_text().partition("-----END PRIVATE KEY-----\n")[2])
    return base64.b64encode(hashlib.sha256(public_key(der)).digest()).decode()


@asynccontextmanager
async def listening(server: StreamServer, certificate: Path | None = None) -> AsyncIterator[int]:
    tls = None
    if certificate is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
    running = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
    try:
        yield int(running.sockets[0].getsockname()[1])
    finally:
        running.close()


@pytest.fixture
def asker() -> Iterator[Asker]:
    pool._tls_context.cache_clear()
    one = Asker()
    yield one
    one.close()
    pool._tls_context.cache_clear()


def trust(monkeypatch: pytest.MonkeyPatch, certificate: Path) -> None:
    """Make the certificate the system's only trust anchor."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))


def test_many_questions_share_one_tcp_connection_and_come_back_in_any_order(asker: Asker) -> None:
    async def run() -> None:
        server = StreamServer()
        async with listening(server) as port:
            asker.sockets.use((UpstreamAddress("127.0.0.1", port, "tcp"),), {}, "fastest", None)
            outcomes = await asker.ask(*(f"h{at}.example" for at in range(20)))
            assert [one.chain for one in outcomes if isinstance(one, UpstreamAnswer)] == [
                (from_text(f"h{at}.example"),) for at in range(20)
            ]
            assert server.connections == 1

    asker.loop.run_until_complete(run())


def test_what_waits_when_a_connection_ends_is_asked_again(asker: Asker) -> None:
    """RFC 7766 §6.2.4: a server may close an idle connection just as a question comes."""

    async def run() -> None:
        server = StreamServer()
        async with listening(server) as port:
            asker.sockets.use((UpstreamAddress("127.0.0.1", port, "tcp"),), {}, "fastest", None)
            assert isinstance((await asker.ask("alone1.example"))[0], UpstreamAnswer)
            server.hang_up_after = 2
            assert isinstance((await asker.ask("alone2.example"))[0], UpstreamAnswer)
            assert server.connections == 2

    asker.loop.run_until_complete(run())


def test_a_dead_stream_upstream_is_a_failure_soon(asker: Asker) -> None:
    async def run() -> None:
        asker.sockets.use((UpstreamAddress("127.0.0.1", 1, "tcp"),), {}, "fastest", None)
        assert isinstance((await asker.ask("www.example"))[0], Failure)

    asker.loop.run_until_complete(run())


def test_tls_is_spoken_to_the_right_name_only(
    asker: Asker, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(monkeypatch, certificate)

    async def run() -> None:
        server = StreamServer()
        async with listening(server, certificate) as port:
            for name, pin, good in (
                ("dns.example", "", True),
                ("dns.example", pin_of(certificate), True),
                ("other.example", "", False),
                ("dns.example", pin_of(certificate)[::-1], False),
            ):
                asker.sockets.use(
                    (UpstreamAddress("127.0.0.1", port, "tls", name, "", pin),), {}, "fastest", None
                )
                (outcome,) = await asker.ask("alone.example")
                assert isinstance(outcome, UpstreamAnswer) == good, (name, pin)

    asker.loop.run_until_complete(run())


def test_tls_without_trust_is_refused(asker: Asker, certificate: Path) -> None:
    async def run() -> None:
        async with listening(StreamServer(), certificate) as port:
            asker.sockets.use(
                (UpstreamAddress("127.0.0.1", port, "tls", "dns.example"),), {}, "fastest", None
            )
            assert isinstance((await asker.ask("alone.example"))[0], Failure)

    asker.loop.run_until_complete(run())


class Fickle:
    """In place of a forwarder: raises an error at the first answer."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.answers: list[Attempt] = []
        self.gone: list[Attempt] = []

    def received_stream(self, attempt: Attempt, reply: bytes, now: float) -> None:
        self.answers.append(attempt)
        if len(self.answers) == 1:
            raise KeyError("an attempt")

    def lost(self, attempt: Attempt, now: float) -> None:
        self.gone.append(attempt)


def attempt_at(name: str) -> Attempt:
    query = InFlightQuery(Key(from_text(name), 1, False, False), (), lambda outcome, now: None, 0.0)
    return Attempt(query, Upstream(UpstreamAddress("127.0.0.1", 53, "tcp")), 0.0, RandomBytes())


def test_an_answer_that_raises_does_not_cost_the_connection(asker: Asker) -> None:
    async def run() -> None:
        server, fickle = StreamServer(), Fickle()
        async with listening(server) as port:
            forwarder = cast(Forwarder, fickle)
            channel = StreamChannel(
                UpstreamAddress("127.0.0.1", port, "tcp"), forwarder, asker.loop, Clock().now, None
            )
            for count in range(1, 4):
                channel.send(attempt_at("alone.example"))
                await until(lambda count=count: len(fickle.answers) == count, "an answer")  # type: ignore[misc]
            assert (server.connections, fickle.faults.count, fickle.gone) == (1, 1, [])
            channel.close()
            await until(lambda: not channel._tasks, "the connection ends")

    asker.loop.run_until_complete(run())


def test_a_channel_that_raised_is_used_again(
    asker: Asker, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate that cannot be read, when it is looked at for its key."""
    trust(monkeypatch, certificate)

    async def run() -> None:
        async with listening(StreamServer(), certificate) as port:
            server = UpstreamAddress("127.0.0.1", port, "tls", "dns.example", "", pin_of(certificate))
            asker.sockets.use((server,), {}, "fastest", None)
            with monkeypatch.context() as patched:
                patched.setattr(stream_connection, "public_key", lambda certificate: b""[1])
                assert isinstance((await asker.ask("alone.example"))[0], Failure)
            assert isinstance((await asker.ask("alone.example"))[0], UpstreamAnswer)
            assert asker.forwarder.faults.count == 1

    asker.loop.run_until_complete(run())


def test_whatever_the_http_library_raises_is_a_failure_soon(
    asker: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*given: object, **named: object) -> None:
        raise RuntimeError("a state that cannot be")

    async def run() -> None:
        monkeypatch.setattr(httpx.AsyncClient, "post", fail)
        asker.sockets.use(
            (UpstreamAddress("127.0.0.1", 1, "https", "dns.example", "/q"),), {}, "fastest", None
        )
        assert isinstance((await asker.ask("www.example"))[0], Failure)
        assert asker.forwarder.faults.count == 1

    asker.loop.run_until_complete(run())


class HttpServer:
    """The least of HTTP/1.1 that a DoH client needs: one POST after another (RFC 8484)."""

    def __init__(self) -> None:
        self.requests: list[bytes] = []
        self.status = b"200 OK"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.requests.append(head)
                length = next(
                    int(line[16:])
                    for line in head.lower().split(b"\r\n")
                    if line.startswith(b"content-length: ")
                )
                message = await reader.readexactly(length)
                name = dns.message.from_wire(message).question[0].name
                body = response(message, f"{name} 60 IN A 192.0.2.1")
                writer.write(b"HTTP/1.1 " + self.status + b"\r\ncontent-type: application/dns-message\r\n")
                writer.write(b"content-length: " + str(len(body)).encode() + b"\r\n\r\n" + body)
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()


def test_https_posts_to_the_address_under_the_name(
    asker: Asker, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trust(monkeypatch, certificate)

    async def run() -> None:
        server = HttpServer()
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificate)
        running = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
        port = int(running.sockets[0].getsockname()[1])
        asker.sockets.use(
            (UpstreamAddress("127.0.0.1", port, "https", "dns.example", "/q"),), {}, "fastest", None
        )
        assert isinstance((await asker.ask("www.example"))[0], UpstreamAnswer)
        assert server.requests[0].startswith(b"POST /q HTTP/1.1\r\n")
        assert b"dns.example" in server.requests[0]
        server.status = b"500 Oh"
        assert isinstance((await asker.ask("other.example"))[0], Failure)
        asker.sockets.use(
            (UpstreamAddress("127.0.0.1", port, "https", "other.example", "/q"),), {}, "fastest", None
        )
        assert isinstance((await asker.ask("third.example"))[0], Failure)
        running.close()

    asker.loop.run_until_complete(run())
