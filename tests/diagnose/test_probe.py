"""What is found out of an upstream by asking it, against servers that take and give what they are told to."""

from __future__ import annotations

from collections.abc import Iterator

import dns.flags
import dns.message
import dns.rrset
import pytest

from sm_dns.diagnose.probe import BOGUS, SIGNED, Names, probe
from sm_dns.resolve.forwarding.upstream import Place
from tests.e2e.upstreams.hostile import BEHAVIOURS, TRUTH, Behaviour, Upstreams, hostile_upstreams, name_of
from tests.support.messages import response
from tests.support.processes import free_port

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


@pytest.fixture(scope="module")
def upstreams() -> Iterator[Upstreams]:
    with hostile_upstreams(
        {**BEHAVIOURS, "validates": Validates, "loses-big": LosesBig, "silent-over-udp": SilentOverUdp}
    ) as made:
        yield made


def told(upstreams: Upstreams, kind: str, nobody: str = "silent") -> list[str]:
    """What is found, with X in the place of the upstream."""
    place = Place("127.0.0.1", upstreams.ports[kind])
    found = probe([place], Names(), Place("127.0.0.1", upstreams.ports[nobody]))
    return [f"{one.level}: {one.text}".replace(str(place), "X").partition(" in ")[0] for one in found]


NOT_VALIDATED = (
    f"warning: nobody validates DNSSEC: {BOGUS}, whose signatures are wrong on purpose, is not refused while "
    f"{SIGNED} is answered. Forged answers of signed names go unnoticed"
)


def test_a_good_upstream_is_called_so(upstreams: Upstreams) -> None:
    assert told(upstreams, "validates") == ["note: upstream X answers", "note: DNSSEC is validated by X"]


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


def test_a_closed_port_is_told(upstreams: Upstreams) -> None:
    place = Place("127.0.0.1", free_port())
    found = [one.text for one in probe([place], Names(), Place("127.0.0.1", upstreams.ports["silent"]))]
    assert f"upstream {place} does not answer: connection refused" in found


def test_somebody_who_answers_where_nobody_is_is_found_out(upstreams: Upstreams) -> None:
    assert any(
        "somebody on the way answers all of port 53" in text for text in told(upstreams, "right", "right")
    )
