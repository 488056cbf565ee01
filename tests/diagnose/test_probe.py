"""What is found out of an upstream by asking it, against servers that take and give what they are told to."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from pathlib import Path

import dns.flags
import dns.message
import dns.rrset
import pytest

from sm_dns.diagnose.probe import BOGUS, SIGNED, Names, probe
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from tests.e2e.upstreams.hostile import BEHAVIOURS, TRUTH, Behaviour, Upstreams, hostile_upstreams, name_of
from tests.serve.upstreams.test_dead_connections import Server, Web, listening, of
from tests.support.messages import response
from tests.support.processes import free_port

SECONDS = 0.8  # that a silent upstream is waited for; one that answers does so within a few milliseconds
NOBODY = UpstreamAddress(
    "127.0.0.1", free_port()
)  # refuses at once, where nobody on the real network is silent
SIGNATURE = "RRSIG A 8 2 60 20300101000000 20200101000000 1 example. AAAA"


class Validates(Behaviour):
    """Proofs to who asks for them, SERVFAIL for what is bogus, keys that fit no small datagram."""

    async def datagrams(self, asked: bytes) -> list[bytes]:
        name = name_of(asked)
        if name == f"{BOGUS}.":
            return [response(asked, rcode="SERVFAIL")]
        if name == ".":
            keys = [f". 60 IN DNSKEY 256 3 8 {'AAAA' * 100}", f". 60 IN DNSKEY 257 3 8 {'BBBB' * 100}"]
            return [response(asked, *keys)]
        proofs = (
            [f"{name} 60 IN {SIGNATURE}"] if dns.message.from_wire(asked).ednsflags & dns.flags.DO else []
        )
        return [response(asked, f"{name} 60 IN A {TRUTH}", *proofs)]


class LosesBig(Validates):
    """As a path on which fragments are lost."""

    async def datagrams(self, asked: bytes) -> list[bytes]:
        return [reply for reply in await super().datagrams(asked) if len(reply) <= 512]


class SilentOverUdp(Behaviour):
    """As behind a filter that lets TCP through and nothing else."""

    async def datagrams(self, asked: bytes) -> list[bytes]:
        return []

    async def stream(self, asked: bytes) -> list[bytes]:
        return await super().datagrams(asked)


class Inside(Behaviour):
    """A server of one zone that answers for no other, as those of a domain of Windows."""

    async def datagrams(self, asked: bytes) -> list[bytes]:
        if not name_of(asked).endswith("corp.example."):
            return [response(asked, rcode="REFUSED")]
        return [response(asked, f"{name_of(asked)} 60 IN SOA a. b. 1 2 3 4 5")]


class Encrypted(Server):
    """`Validates` over TLS."""

    async def answer(self, number: int, message: bytes, writer: asyncio.StreamWriter) -> None:
        for reply in await Validates().datagrams(message):
            self.say(reply, writer)


class EncryptedWeb(Web):
    """`Validates` over HTTPS."""

    async def answer(self, number: int, message: bytes, writer: asyncio.StreamWriter) -> None:
        for reply in await Validates().datagrams(message):
            self.say(reply, writer)


class NoDoh(EncryptedWeb):
    """A web server that knows nothing of DNS."""

    def say(self, reply: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")


@pytest.fixture(scope="module")
def upstreams() -> Iterator[Upstreams]:
    with hostile_upstreams(
        {
            **BEHAVIOURS,
            "validates": Validates,
            "loses-big": LosesBig,
            "silent-over-udp": SilentOverUdp,
            "inside": Inside,
        }
    ) as made:
        yield made


def told(upstreams: Upstreams, kind: str, nobody: UpstreamAddress = NOBODY) -> list[str]:
    """What is found, with X in the place of the upstream."""
    server = UpstreamAddress("127.0.0.1", upstreams.ports[kind])
    found = probe([server], {}, Names(), nobody, SECONDS)
    return [f"{one.level}: {one.text}".replace(str(server), "X").partition(" in ")[0] for one in found]


NOT_VALIDATED = (
    f"warning: nobody validates DNSSEC: {BOGUS}, whose signatures are wrong on purpose, is not refused while "
    f"{SIGNED} is answered. Forged answers of signed names go unnoticed"
)


def test_a_good_upstream_is_called_so(upstreams: Upstreams) -> None:
    silent = UpstreamAddress("127.0.0.1", upstreams.ports["silent"])
    assert told(upstreams, "validates", silent) == [
        "note: upstream X answers",
        "note: DNSSEC is validated by X",
    ]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("right", "warning: upstream X gives no proofs of DNSSEC: who validates behind this server cannot"),
        ("silent-to-edns", "warning: upstream X does not answer questions with EDNS: it is asked without, and no "
         "DNSSEC comes through"),
        ("formerr-to-edns", "warning: upstream X does not take EDNS: it is asked without, and no DNSSEC comes "
         "through"),
        ("truncated-without-tcp", "warning: upstream X has no TCP (connection refused): answers that do not fit a "
         "datagram cannot be fetched from it"),
        ("refused", "warning: upstream X refuses to resolve names of the internet (REFUSED)"),
        ("silent", "error: upstream X does not answer"),
        ("loses-big", "warning: upstream X: an answer of over 512 octets does not come through"),
    ],
)  # fmt: skip
def test_what_an_upstream_lacks_is_told_in_plain_words(
    upstreams: Upstreams, kind: str, expected: str
) -> None:
    found = told(upstreams, kind)
    assert expected in found
    assert (NOT_VALIDATED in found) is (kind in ("right", "silent-to-edns", "formerr-to-edns"))


def test_an_upstream_that_answers_over_tcp_only(upstreams: Upstreams) -> None:
    assert told(upstreams, "silent-over-udp") == [
        "error: upstream X answers over TCP only: write tcp://X for it",
        f"warning: nobody answered for {SIGNED}, so who validates DNSSEC cannot be told",
    ]


class Trickles(Server):
    """An octet now and then: each in time, the whole never."""

    async def answer(self, number: int, message: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\xff\xff")
        while not writer.is_closing():
            writer.write(b"\0")
            await writer.drain()
            await asyncio.sleep(0.1)


class Silent(Server):
    async def answer(self, number: int, message: bytes, writer: asyncio.StreamWriter) -> None:
        pass


class Closes(Server):
    async def answer(self, number: int, message: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(b"\0")
        writer.close()


@pytest.mark.parametrize(
    ("kind", "said"),
    [(Trickles, ""), (Silent, ""), (Closes, ": it closes the connection without an answer")],
)
def test_a_connection_that_brings_no_whole_answer_is_told_as_what_it_is(
    upstreams: Upstreams, kind: type[Server], said: str
) -> None:
    async def find() -> list[str]:
        async with listening(kind()) as port:
            server = UpstreamAddress("127.0.0.1", port, "tcp")
            found = await asyncio.to_thread(probe, [server], {}, Names(), NOBODY, SECONDS)
            return [str(one.text).replace(str(server), "X") for one in found]

    assert f"upstream X does not answer{said}" in asyncio.run(find())


def test_a_closed_port_is_told(upstreams: Upstreams) -> None:
    server = UpstreamAddress("127.0.0.1", free_port())
    found = [str(one.text) for one in probe([server], {}, Names(), NOBODY, SECONDS)]
    assert f"upstream {server} does not answer: connection refused" in found


def test_somebody_who_answers_where_nobody_is_is_found_out(upstreams: Upstreams) -> None:
    assert any(
        "somebody on the way answers all of port 53" in text
        for text in told(upstreams, "right", UpstreamAddress("127.0.0.1", upstreams.ports["right"]))
    )


def told_of_routes(upstreams: Upstreams, routes: dict[str, str]) -> list[str]:
    """What is found of upstreams of routes, by kind, with X in the place of each; of the general one nothing."""
    servers = {
        domain: (UpstreamAddress("127.0.0.1", upstreams.ports[kind]),) for domain, kind in routes.items()
    }
    general = UpstreamAddress("127.0.0.1", upstreams.ports["validates"])
    found = [
        f"{one.level}: {one.text}"
        for one in probe([general], servers, Names(), NOBODY, SECONDS)
        if "(routes: " in str(one.text)
    ]
    for (server,) in servers.values():
        found = [text.replace(str(server), "X").partition(" in ")[0] for text in found]
    return found


def test_an_upstream_of_routes_is_asked_for_the_names_of_these(upstreams: Upstreams) -> None:
    assert told_of_routes(upstreams, {"corp.example": "inside", "b.corp.example": "inside"}) == [
        "note: upstream X (routes: corp.example, b.corp.example) answers"
    ]
    assert told_of_routes(upstreams, {"other.example": "inside"}) == [
        "note: upstream X (routes: other.example) answers",
        "warning: upstream X (routes: other.example) gives no answer for other.example (REFUSED)",
    ]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("silent", "error: upstream X (routes: corp.example) does not answer"),
        ("silent-over-udp", "error: upstream X (routes: corp.example) answers over TCP only: write tcp://X for it"),
        ("formerr-to-edns", "warning: upstream X (routes: corp.example) does not take EDNS: it is asked without, and "
         "no DNSSEC comes through"),
        ("truncated-without-tcp", "warning: upstream X (routes: corp.example) has no TCP (connection refused): "
         "answers that do not fit a datagram cannot be fetched from it"),
    ],
)  # fmt: skip
def test_what_an_upstream_of_a_route_lacks_is_told_with_the_route(
    upstreams: Upstreams, kind: str, expected: str
) -> None:
    assert expected in told_of_routes(upstreams, {"corp.example": kind})


def encrypted(server: Server, address: UpstreamAddress, tls: ssl.SSLContext) -> list[str]:
    """What is found of an upstream over TLS or HTTPS, in general and for a route, with X in its place."""

    async def run() -> list[str]:
        async with listening(server, tls) as port:
            there = address._replace(port=port)
            routes = {"corp.example": (there,)}
            found = await asyncio.to_thread(probe, [there], routes, Names(), NOBODY, SECONDS)
            return [f"{one.level}: {one.text}".replace(str(there), "X").partition(" in ")[0] for one in found]

    return asyncio.run(run())


@pytest.mark.parametrize(("scheme", "kind"), [("tls", Encrypted), ("https", EncryptedWeb)])
def test_an_encrypted_upstream_is_asked_the_way_it_will_be(
    upstreams: Upstreams, scheme: str, kind: type[Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = of(tmp_path, monkeypatch)
    assert encrypted(kind(), UpstreamAddress("127.0.0.1", 0, scheme, "dns.example", "/q"), tls) == [
        "note: upstream X answers",
        "note: upstream X (routes: corp.example) answers",
        "note: DNSSEC is validated by X",
    ]
    wrong = encrypted(kind(), UpstreamAddress("127.0.0.1", 0, scheme, "other.example", "/q"), tls)
    assert (
        len([text for text in wrong if "its certificate is not accepted: Hostname mismatch" in text]) == 2
    ), wrong


def test_a_web_server_that_is_no_doh_server_is_told(
    upstreams: Upstreams, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = of(tmp_path, monkeypatch)
    found = encrypted(NoDoh(), UpstreamAddress("127.0.0.1", 0, "https", "dns.example", "/q"), tls)
    assert found[0] == "error: upstream X does not answer: HTTP status 404"
