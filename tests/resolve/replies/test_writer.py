"""Relayed answers are as short as those of peers, and read back as what they were (RFC 1035 §4.1.4, RFC 3597 §4)."""

from __future__ import annotations

from itertools import pairwise
from struct import Struct

import dns.message
import dns.name
import dns.rdatatype
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.names import from_text
from sm_dns.dns.scan import scan
from sm_dns.resolve.forwarding.upstream_answer import read_relay
from sm_dns.resolve.replies.reply import STREAM_LIMIT, Transport, encode
from sm_dns.resolve.replies.writer import Writer
from tests.support.messages import lines, name_and_type, query, response

_NUMBERS = Struct("!HH")
_TTL_LENGTH = Struct("!IH")
SIGNATURE = "8 3 300 20300101000000 20260101000000 1 example.com. " + "A" * 342 + "=="
HASHES = [
    "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom",
    "2t7b4g4vsa5smi47k61mv5bv1a22bojr",
    "35mthgpgcu1qg68fab165klnsnk3dpvl",
]
NEGATIVE = [
    "example.com. 900 IN SOA ns1.example.com. hostmaster.example.com. 1 7200 900 86400 600",
    f"example.com. 900 IN RRSIG SOA {SIGNATURE}",
    *(f"{one}.example.com. 600 IN NSEC3 1 0 0 - {one} A RRSIG" for one in HASHES),
    *(f"{one}.example.com. 600 IN RRSIG NSEC3 {SIGNATURE}" for one in HASHES),
]


def relayed(asked: bytes, reply: bytes, dnssec_ok: bool = False) -> bytes:
    relay = read_relay(reply, *name_and_type(reply), dnssec_ok)
    return encode(scan(asked), relay, Transport(lambda _: STREAM_LIMIT), 1232)


def test_a_signed_nxdomain_is_no_longer_than_it_came() -> None:
    asked = query("nosuch.example.com", use_edns=0, want_dnssec=True)
    reply = response(asked, rcode="NXDOMAIN", authority=NEGATIVE)
    wire = relayed(asked, reply, dnssec_ok=True)
    assert len(wire) <= len(reply) + 11  # our OPT
    assert len(dns.message.from_wire(wire).authority) == 8


def test_what_an_upstream_spells_out_is_shortened() -> None:
    asked = query("example.com", "MX")
    exchangers = [f"example.com. 300 IN MX {at} mail{at}.example.com." for at in range(30)]
    short = response(asked, *exchangers)
    long = spelled_out(short)
    assert len(long) > len(short) + 30 * 10
    assert len(relayed(asked, long)) <= len(short)
    assert lines(dns.message.from_wire(relayed(asked, long)).answer) == sorted(exchangers)


def spelled_out(wire: bytes) -> bytes:
    """The same message without compression."""
    message = dns.message.from_wire(wire)
    out = bytearray(wire[:12])
    for rrset in message.question:
        out += in_full(rrset.name) + _NUMBERS.pack(rrset.rdtype, rrset.rdclass)
    for rrset in [one for section in message.sections[1:] for one in section]:
        for rdata in rrset:
            data = rdata.to_wire() or b""
            out += in_full(rrset.name) + _NUMBERS.pack(rrset.rdtype, rrset.rdclass)
            out += _TTL_LENGTH.pack(rrset.ttl, len(data)) + data
    return bytes(out)


def in_full(name: dns.name.Name) -> bytes:
    return name.to_wire() or b""


def test_names_in_the_data_of_newer_types_are_written_out() -> None:
    """RFC 3597 §4, RFC 4034 §6.2."""
    data = {
        "SRV": "1 2 443 www.example.com.",
        "NAPTR": '1 2 "S" "SIP" "" www.example.com.',
        "AFSDB": "1 www.example.com.",
        "HTTPS": "1 www.example.com. alpn=h2",
        "RRSIG": "A 8 3 300 20300101000000 20260101000000 1 www.example.com. c2ln",
        "NSEC": "www.example.com. A RRSIG NSEC",
        "DNAME": "www.example.com.",
    }
    spelled = in_full(dns.name.from_text("www.example.com."))
    for qtype, text in data.items():
        asked = query("www.example.com", qtype)
        stray = "stray.example. 300 IN A 192.0.2.66"  # so that all is written anew
        wire = relayed(asked, response(asked, stray, f"www.example.com. 300 IN {qtype} {text}"))
        assert wire.count(spelled) == 2, qtype


names = st.lists(st.sampled_from([b"a", b"bb", b"www", b"example", b"com"]), max_size=6).map(
    lambda labels: b"".join(bytes([len(one)]) + one for one in labels) + b"\0"
)


@given(names, st.lists(st.tuples(names, names), max_size=8))
def test_what_was_written_reads_back(qname: bytes, records: list[tuple[bytes, bytes]]) -> None:
    writer = Writer(qname)
    for owner, target in records:
        writer.write(owner, dns.rdatatype.NS, 60, [(True, target)])
    head = b"\0\0\x80\0\0\1" + len(records).to_bytes(2, "big") + bytes(4)
    wire = head + qname + b"\0\2\0\1" + bytes(writer.records)
    found = dns.message.from_wire(wire, one_rr_per_rrset=True).answer
    assert [(one.name.to_wire(), one[0].target.to_wire()) for one in found] == records
    start = 12 + len(qname) + 4
    assert all(wire[start + at : start + at + 4] == b"\0\0\0\x3c" for at, _ in writer.ttls)


def test_what_lies_beyond_a_pointers_reach_is_written_again() -> None:
    writer = Writer(from_text("example.com"))
    for at in range(3_000):
        writer.write(from_text(f"h{at}.example.net"), 1, 60, [(False, bytes(4))])
    wire = b"\0\0\x80\0\0\1" + (3_000).to_bytes(2, "big") + bytes(4) + from_text("example.com") + b"\0\1\0\1"
    message = dns.message.from_wire(wire + bytes(writer.records))
    assert [one.name.to_text() for one in message.answer] == [f"h{at}.example.net." for at in range(3_000)]


def test_long_chains_stay_short() -> None:
    hosts = [f"edge{at}.cdn.example.net." for at in range(9)]
    chain = [f"{one} 60 IN CNAME {two}" for one, two in pairwise(["www.example.com.", *hosts])]
    many = [f"{hosts[-1]} 60 IN A 192.0.2.{at}" for at in range(40)]
    asked = query("www.example.com")
    reply = response(asked, *chain, *many)
    assert len(relayed(asked, spelled_out(reply))) <= len(reply)
