"""The form of a reply: flags, sizes, TTLs at an instant."""

from __future__ import annotations

from math import inf, nextafter
from typing import Any

import dns.flags
import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.codes import AD, CD, RD, Rcode
from sm_dns.dns.records import address_record, ede_option, soa_record
from sm_dns.dns.scan import Unsupported, scan
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer, read_relay
from sm_dns.resolve.replies.reply import (
    STREAM_LIMIT,
    Body,
    Transport,
    age,
    age_stale,
    datagram_limit,
    encode,
    error_reply,
    next_second,
)
from tests.support.messages import lowest_and_highest_ttl, name_and_type, query, raw_query, response

NOW = 1_800_000_000.25
BODY = Body(0, address_record("192.0.2.1", 60), 1, 0, authentic=True)
SOA = "example.com. 900 IN SOA ns.example.com. admin.example.com. 1 7200 900 86400 600"


def reply(
    asked: bytes, body: Body | UpstreamAnswer = BODY, limit: int = STREAM_LIMIT, options: bytes = b""
) -> dns.message.Message:
    wire = encode(scan(asked), body, Transport(lambda _: limit), 1232, options)
    assert len(wire) <= limit
    return dns.message.from_wire(wire)


@given(st.integers(0, 0x07FF), st.integers(0, 0xFFFF))
def test_the_flags_of_a_reply(flags: int, message_id: int) -> None:
    """RD and CD copied, RA set, AA clear; AD only for who set it."""
    message = reply(raw_query(b"\7eXample\3com\0", flags=flags, id=message_id))
    assert message.id == message_id
    assert message.question[0].name.to_text() == "eXample.com."
    expected = dns.flags.QR | dns.flags.RA | flags & (RD | CD | AD)
    assert message.flags == expected


@pytest.mark.parametrize(
    ("asks_ad", "dnssec_ok", "authentic", "told"),
    [(0, 0, 1, 0), (1, 0, 1, 1), (0, 1, 1, 1), (1, 1, 0, 0), (1, 1, 1, 1)],
)
def test_authentic_data_is_told_to_who_asks(asks_ad: int, dnssec_ok: int, authentic: int, told: int) -> None:
    flags = dns.flags.RD | (dns.flags.AD if asks_ad else 0)
    asked = query("example.com", use_edns=0, want_dnssec=bool(dnssec_ok), flags=flags)
    message = reply(asked, BODY._replace(authentic=bool(authentic)))
    assert bool(message.flags & dns.flags.AD) == bool(told)


def test_edns_only_to_who_speaks_it() -> None:
    options = ede_option(15, "text")
    assert reply(query("example.com"), options=options).edns == -1
    message = reply(query("example.com", use_edns=0, want_dnssec=True, payload=4096), options=options)
    assert (message.edns, message.payload) == (0, 1232)
    assert message.ednsflags & dns.flags.DO
    assert message.options[0].to_text().startswith("EDE 15")


def test_an_extended_rcode_needs_its_upper_bits() -> None:
    message = reply(query("example.com", use_edns=0), Body(Rcode.BADVERS, b"", 0, 0))
    assert message.rcode() == 16


@pytest.mark.parametrize("edns", [False, 0])
def test_what_does_not_fit_keeps_the_question_and_its_opt(edns: bool | int) -> None:
    asked = query("eXample.com", use_edns=edns, want_dnssec=edns == 0 and edns is not False)
    large = Body(0, address_record("192.0.2.1", 60) * 32, 32, 0)
    whole = encode(scan(asked), large, Transport(lambda _: STREAM_LIMIT), 1232)
    assert not reply(asked, large, len(whole)).flags & dns.flags.TC
    message = reply(asked, large, len(whole) - 1)
    assert message.flags & dns.flags.TC
    assert message.question[0].name.to_text() == "eXample.com."
    assert not message.answer
    assert message.edns == (-1 if edns is False else 0)


@pytest.mark.parametrize(
    ("payload", "largest", "limit"),
    [
        (None, 1232, 512),
        (0, 1232, 512),
        (511, 1232, 512),
        (1000, 1232, 1000),
        (4096, 1232, 1232),
        (4096, 1400, 1400),
    ],
)
def test_the_octets_that_fit_a_datagram(payload: int | None, largest: int, limit: int) -> None:
    edns: dict[str, Any] = {} if payload is None else {"use_edns": 0, "payload": payload}
    assert datagram_limit(scan(query("example.com", **edns)), largest) == limit


@given(st.integers(0, 0xFFFF), st.integers(0, 0x7FFF))
def test_a_header_alone(message_id: int, flags: int) -> None:
    wire = error_reply(Unsupported(message_id, flags, None), 1232).wire
    assert len(wire) == 12
    message = dns.message.from_wire(wire)
    assert message.id == message_id
    assert message.rcode().value == Rcode.NOTIMP.value
    assert message.opcode() == flags >> 11 & 0xF
    assert message.edns == -1
    assert not message.flags & (dns.flags.AA | dns.flags.TC | dns.flags.AD)


POSITIVE = response(
    query("www.example.com"), "www.example.com. 300 IN CNAME cdn.example.", "cdn.example. 30 IN A 192.0.2.1"
)
NEGATIVE = response(query("www.example.com"), authority=[SOA])


def aged(upstream: bytes, stored: float, now: float, cap: int | None) -> tuple[tuple[int, int], float]:
    """The lowest and the highest TTL at an instant, and when they change."""
    body, until = age(read_relay(upstream, *name_and_type(upstream), False), stored, now, cap)
    return lowest_and_highest_ttl(reply(query("www.example.com"), body)), until


def test_ttls_count_down() -> None:
    assert aged(POSITIVE, NOW, NOW, None) == ((30, 300), NOW)
    assert aged(POSITIVE, NOW, NOW + 0.5, None) == ((29, 299), NOW + 1)
    assert aged(POSITIVE, NOW, NOW + 29.5, None) == ((0, 270), NOW + 30)


@given(st.integers(0, 86_400))
def test_a_cap_bounds_every_ttl_and_the_minimum_of_the_soa(cap: int) -> None:
    for upstream in (POSITIVE, NEGATIVE):
        (_, highest), _ = aged(upstream, NOW, NOW, cap)
        assert highest <= cap


def test_the_minimum_of_names_that_are_not_governed_is_left_alone() -> None:
    (lowest, highest), _ = aged(NEGATIVE, NOW, NOW + 100, None)
    assert (lowest, highest) == (500, 600)


@given(st.floats(0, 29.999), st.none() | st.integers(0, 400))
def test_the_bytes_stay_the_same_until_the_instant_that_was_named(seconds: float, cap: int | None) -> None:
    relay = read_relay(POSITIVE, *name_and_type(POSITIVE), False)
    now = NOW + seconds
    body, until = age(relay, NOW, now, cap)
    assert until >= now
    if until > now:
        assert age(relay, NOW, nextafter(until, 0), cap)[0] == body


def test_a_stale_body_has_one_ttl() -> None:
    for upstream in (POSITIVE, NEGATIVE):
        body = age_stale(read_relay(upstream, *name_and_type(upstream), False), 17)
        assert lowest_and_highest_ttl(reply(query("www.example.com"), body)) == (17, 17)
        assert not body.authentic


def test_the_next_second() -> None:
    assert next_second(None, NOW) == inf
    assert next_second(NOW + 10, NOW) == NOW
    assert next_second(NOW + 9.5, NOW) == NOW + 0.5


def test_the_soa_of_a_denial_is_one_record() -> None:
    message = reply(query("example.com"), Body(3, soa_record(7), 0, 1))
    assert message.rcode() == 3
    assert lowest_and_highest_ttl(message) == (7, 7)
