"""Private addresses in answers about public names (DNS rebinding)."""

from __future__ import annotations

import ipaddress
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.names import from_text
from sm_dns.resolve.forwarding.upstream import Upstream, UpstreamAddress
from sm_dns.resolve.forwarding.upstream_answer import read_relay
from sm_dns.resolve.replies.rebinding import Rebinding, holds_private_address, is_private
from tests.support.desk import HQ, WORK, Desk
from tests.support.messages import lines, name_and_type, query

TEXT = "private address in a public answer"
INSIDE = [
    "0.0.0.0", "10.1.2.3", "127.0.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "::", "::1", "fc00::1", "fd12::1", "fe80::1", "febf::1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
]  # fmt: skip
OUTSIDE = [
    "1.1.1.1", "9.255.255.255", "11.0.0.0", "128.0.0.1", "169.253.1.1", "172.15.0.1", "172.32.0.1", "192.167.1.1",
    "192.169.0.1", "100.64.0.1", "::2", "2001:db8::1", "fec0::1", "ff02::1", "::ffff:8.8.8.8", "64:ff9b::808:808",
]  # fmt: skip


@pytest.fixture
def guarded(desk: Desk) -> Desk:
    allow = frozenset({from_text("allowed.example")})
    desk.change(rebinding=Rebinding(True, allow))
    return desk


@pytest.mark.parametrize("text", INSIDE)
def test_addresses_of_the_inside(text: str) -> None:
    assert is_private(ipaddress.ip_address(text).packed)


@pytest.mark.parametrize("text", OUTSIDE)
def test_addresses_of_the_outside(text: str) -> None:
    assert not is_private(ipaddress.ip_address(text).packed)


@given(st.ip_addresses(v=4))
def test_python_calls_them_private_too(address: ipaddress.IPv4Address) -> None:
    assert not is_private(address.packed) or address.is_private


@given(st.binary(max_size=60))
def test_service_records_of_any_octets_raise_bad_answer_or_nothing(rdata: bytes) -> None:
    asked = query("www.example.com", "HTTPS")
    header = b"\xc0\x0c" + struct.pack("!HHIH", 65, 1, 60, len(rdata))
    reply = asked[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + asked[12:] + header + rdata
    assert holds_private_address(read_relay(reply, *name_and_type(reply), False)) in (True, False)


@pytest.mark.parametrize(
    ("qtype", "data"),
    [
        ("A", "10.0.0.1"),
        ("AAAA", "fd00::1"),
        ("HTTPS", "1 . alpn=h2 ipv4hint=192.0.2.1,192.168.0.1"),
        ("HTTPS", "1 . ipv6hint=fe80::1"),
        ("SVCB", "1 x.example. port=443 ipv4hint=127.0.0.1"),
    ],
)
def test_a_private_address_in_a_public_answer_is_no_data(guarded: Desk, qtype: str, data: str) -> None:
    asked = query("evil.example", qtype, use_edns=0)
    first = guarded.resolve(asked, WORK, f"evil.example. 300 IN {qtype} {data}")
    second = guarded.ask(asked, WORK + 1)  # from the cache
    for message in (first, second):
        assert (message.rcode(), message.answer) == (0, [])
        assert [line.split()[3] for line in lines(message.authority)] == ["SOA"]
        assert [(int(ede.code), ede.text) for ede in message.extended_errors()] == [(15, TEXT)]


def test_the_end_of_an_alias_counts_and_its_allowed_name_does_not_help(guarded: Desk) -> None:
    message = guarded.resolve(
        query("evil.example"),
        WORK,
        "evil.example. 300 IN CNAME host.allowed.example.",
        "host.allowed.example. 300 IN A 10.0.0.1",
    )
    assert message.answer == []


def test_public_addresses_and_other_types_pass(guarded: Desk) -> None:
    assert guarded.resolve(query("good.example"), WORK, "good.example. 60 IN A 192.0.2.1").answer
    https = "good.example. 60 IN HTTPS 1 . alpn=h2 ipv4hint=192.0.2.1 ipv6hint=2001:db8::1"
    assert guarded.resolve(query("good.example", "HTTPS"), WORK, https).answer
    assert guarded.resolve(query("good.example", "TXT"), WORK, 'good.example. 60 IN TXT "10.0.0.1"').answer


def test_allowed_and_routed_names_may_be_inside(guarded: Desk) -> None:
    inside = "www.allowed.example. 60 IN A 10.0.0.1"
    assert guarded.resolve(query("www.allowed.example"), WORK, inside).answer
    guarded.resolver.forwarder.routes = {from_text("corp"): (Upstream(UpstreamAddress("192.0.2.9", 53)),)}
    assert guarded.resolve(query("portal.corp"), WORK, "portal.corp. 60 IN A 10.0.0.1").answer


def test_without_the_option_nothing_is_kept_back(desk: Desk) -> None:
    assert desk.resolve(query("evil.example"), WORK, "evil.example. 60 IN A 10.0.0.1").answer


def test_a_stale_answer_is_judged_too(guarded: Desk) -> None:
    asked = query("evil.example")
    guarded.resolve(asked, WORK, "evil.example. 60 IN A 10.0.0.1")
    assert guarded.put(asked, WORK + 61) is None
    guarded.upstream_fails(WORK + 62)
    assert guarded.last().answer == []


def test_what_is_replayed_ends_with_the_answer(guarded: Desk) -> None:
    asked = query("evil.example")
    guarded.resolve(asked, WORK, "evil.example. 20 IN A 10.0.0.1")
    reply = guarded.put(asked, WORK + 1, HQ)
    assert reply is not None
    assert reply.valid_until <= WORK + 20


def test_a_policy_denial_comes_first(guarded: Desk) -> None:
    message = guarded.ask(query("facebook.com", use_edns=0), WORK)
    assert message.extended_errors()[0].text != TEXT


def test_the_desk_is_not_protected_by_default(desk: Desk, tmp_path: Path) -> None:
    assert not desk.resolver.settings.rebinding.forbids(from_text("evil.example"))
