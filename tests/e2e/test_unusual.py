"""Questions that resolvers often answer wrong, over real sockets: RFC 8906 and what is refused."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import closing

import dns.flags
import dns.message
import dns.rcode
import pytest

from tests.support.messages import opt, query, raw_query
from tests.support.server import House
from tests.support.unbound import Unbound

NAME = b"\x06portal\x04corp\x00"
QUERY, NOTIFY, UPDATE = 0, 4, 5


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, upstream: Unbound) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house"), [upstream.address])
    try:
        house.start()
        yield house
    finally:
        house.close()


def by_udp(house: House, message: bytes) -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(60)
        sock.sendto(message, ("127.0.0.1", house.port))
        return sock.recv(4096)


def by_tcp(house: House, message: bytes) -> bytes:
    with (
        closing(socket.create_connection(("127.0.0.1", house.port), 60)) as sock,
        sock.makefile("rb") as reader,
    ):
        sock.sendall(len(message).to_bytes(2, "big") + message)
        return reader.read(int.from_bytes(reader.read(2), "big"))


@pytest.mark.parametrize("ask", [by_udp, by_tcp])
@pytest.mark.parametrize(
    ("message", "rcode"),
    [
        pytest.param(query("version.bind", "TXT", rdclass="CH"), "REFUSED", id="version.bind"),
        pytest.param(query("id.server", "TXT", rdclass="CH"), "REFUSED", id="id.server"),
        pytest.param(query("portal.corp", "AXFR"), "REFUSED", id="AXFR"),
        pytest.param(query("portal.corp", "IXFR"), "REFUSED", id="IXFR"),
        (raw_query(NAME, flags=NOTIFY << 11), "NOTIMP"),
        (raw_query(NAME, flags=UPDATE << 11), "NOTIMP"),
        *((raw_query(NAME, flags=opcode << 11), "NOTIMP") for opcode in (1, 2, 3, 6, 15)),
        (raw_query(NAME, qd=0)[:12], "FORMERR"),
        (raw_query(NAME, qd=2, tail=NAME + b"\0\1\0\1"), "FORMERR"),
        (raw_query(NAME, ar=2, tail=opt() + opt()), "FORMERR"),
        (raw_query(NAME, ar=1, tail=opt(version=1)), "BADVERS"),
    ],
)  # fmt: skip
def test_what_is_refused_and_how(running: House, ask: object, message: bytes, rcode: str) -> None:
    """RFC 8906, RFC 9619, RFC 6891 §6.1.3; version.bind and id.server tell nothing (RFC 4892)."""
    reply = dns.message.from_wire(by_tcp(running, message) if ask is by_tcp else by_udp(running, message))
    assert dns.rcode.to_text(reply.rcode()) == rcode
    assert reply.id == int.from_bytes(message[:2], "big")
    assert reply.flags & dns.flags.QR
    assert reply.answer == []
    assert len(reply.to_wire()) <= max(len(message), 12) + 11  # nothing to amplify


@pytest.mark.parametrize(
    ("options", "status"),
    [
        (("+noedns",), "NOERROR"),
        (("+edns=0",), "NOERROR"),
        (("+edns=1", "+noednsneg"), "BADVERS"),
        (("+edns=0", "+ednsopt=100"), "NOERROR"),
        (("+edns=1", "+noednsneg", "+ednsopt=100"), "BADVERS"),
        (("+edns=0", "+ednsflags=0x40"), "NOERROR"),
        (("+edns=1", "+noednsneg", "+ednsflags=0x40"), "BADVERS"),
        (("+edns=0", "+dnssec"), "NOERROR"),
        (("+edns=0", "+nsid"), "NOERROR"),
        (("+edns=0", "+cookie=0102030405060708"), "NOERROR"),
        (("+edns=0", "+subnet=10.1.0.0/16"), "NOERROR"),
        (("+edns=0", "+bufsize=512"), "NOERROR"),
        (("+noedns", "+zflag"), "NOERROR"),
        (("+noedns", "+aaflag", "+tcflag", "+adflag", "+cdflag"), "NOERROR"),
        (("+noedns", "+norecurse"), "NOERROR"),
        (("+noedns", "+opcode=15"), "NOTIMP"),
        (("+header-only", "+noedns"), "FORMERR"),
        (("+edns=0", "+tcp"), "NOERROR"),
    ],
)  # fmt: skip
def test_the_table_of_rfc_8906(running: House, options: tuple[str, ...], status: str) -> None:
    """RFC 8906 §8: unknown options and flags are ignored and never sent back, versions negotiated (T7)."""
    told = running.dig("portal.corp", "A", *options)
    assert told.status == status
    flags = told.flags.split()
    assert "aa" not in flags
    assert "tc" not in flags
    asked_edns = "+noedns" not in options
    assert ("EDNS: version: 0" in told.text) is asked_edns
    for mark in ("OPT=100", "NSID", "COOKIE", "CLIENT-SUBNET", "MBZ"):
        assert mark not in told.text
    if status == "NOERROR":
        assert told.data == ["198.51.100.5"]
        assert ("; EDNS: version: 0, flags: do" in told.text) is ("+dnssec" in options)
