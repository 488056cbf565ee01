"""The walk over an upstream's reply and what is made of it (T4, T5, T6)."""

from __future__ import annotations

from random import Random

from sm_dns.dns.codes import HEADER
from sm_dns.dns.names import is_at_or_below
from sm_dns.dns.walk import MAX_TTL, BadAnswer, read_name, read_records
from sm_dns.resolve.forwarding.relevant_records import MAX_CHAIN
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer, read_relay
from sm_dns.resolve.replies.reply import age, age_stale
from tests.fuzz.target import Target
from tests.support.messages import name_and_type, query, response

_SOA = "example.com. 900 IN SOA ns.example.com. admin.example.com. 1 7200 900 86400 600"
_NSEC = "a.example.com. 60 IN NSEC z.example.com. A RRSIG NSEC"
_QUERY = query("www.example.com", use_edns=0, want_dnssec=True)
_CHAIN = [f"{one}.example.com. 60 IN CNAME {two}.example.com." for one, two in ("wa", "ab", "bc")]
_CHAIN[0] = _CHAIN[0].replace("w.", "www.", 1)
_REPLIES = (
    response(_QUERY, "www.example.com. 300 IN A 192.0.2.1", "www.example.com. 300 IN A 192.0.2.2"),
    response(_QUERY, *_CHAIN, "c.example.com. 60 IN A 192.0.2.1", "stray.example. 60 IN A 192.0.2.66"),
    response(_QUERY, rcode="NXDOMAIN", authority=[_SOA, _NSEC]),
    response(_QUERY, _CHAIN[0], authority=[_SOA]),
    response(query("example.com", "MX"), "example.com. 60 IN MX 10 mail.example.com."),
    response(query("example.com", "HTTPS"), "example.com. 60 IN HTTPS 1 . alpn=h2 ipv4hint=192.0.2.1"),
    response(query("s.example.com", "SRV"), "s.example.com. 60 IN SRV 1 2 443 www.example.com."),
)


def check(reply: bytes) -> bool:
    """A reply is a bad answer, or it becomes a relay of records on the question's own chain, and nothing else.

    What is relayed reads back whole, holds no owner off the chain, and counts its TTLs down in their places.
    """
    try:
        _, at = read_name(reply, HEADER)
        question = reply[HEADER:at].lower() + reply[at : at + 4]
        if len(question) != at + 4 - HEADER or question[:-4] != read_name(reply, HEADER)[0]:
            return False  # the question did not match what was asked, which the forwarder sees first
        relays = [read_relay(reply, *name_and_type(reply), dnssec_ok) for dnssec_ok in (False, True)]
    except BadAnswer:
        return False
    for relay in relays:
        _must_be_sound(relay, reply[:HEADER], question)
    return True


def _must_be_sound(relay: UpstreamAnswer, header: bytes, question: bytes) -> None:
    qname = question[:-4]
    assert 0 <= relay.lifetime <= MAX_TTL
    assert relay.chain[0] == qname
    assert len(set(relay.chain)) == len(relay.chain) <= MAX_CHAIN + 1
    message = header + question + relay.records
    start = HEADER + len(question)
    answers, middle = read_records(message, start, relay.answers, qname)
    proofs, end = read_records(message, middle, relay.authorities, qname)
    assert end == len(message)
    assert [(one.ttl_at - start, one.ttl) for one in answers] == list(relay.ttls[: len(answers)])
    assert [one.ttl_at - start for one in (*answers, *proofs)] == [at for at, _ in relay.ttls]
    for one in answers:
        assert any(name == one.owner or is_at_or_below(name, one.owner) for name in relay.chain)
    body, until = age(relay, 1000.0, 1000.5, 30)
    assert len(body.records) == len(relay.records)
    assert 1000.5 <= until <= 1000.0 + relay.lifetime or relay.lifetime == 0
    assert len(age_stale(relay, 30).records) == len(relay.records)


def make(random: Random) -> bytes:
    """An ordinary reply."""
    return _REPLIES[int(random.random() * len(_REPLIES))]


TARGET = Target("walk", make, check, (b"\xc0\x0c", b"\xc0\x10", b"\0\1\0\1\0\0\0\x3c\0\4", b"\3www"))
