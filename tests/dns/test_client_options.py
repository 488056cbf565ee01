"""Options by which forwarders tell their clients, against dnspython as the second opinion."""

from __future__ import annotations

import dns.edns
import dns.message
import dns.rcode
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.client_options import ClientOptions, take_out, with_option
from sm_dns.dns.records import ede_option, opt_record
from sm_dns.dns.scan import Malformed, scan
from tests.support.messages import COOKIE, opt, query, raw_query, response
from tests.support.proxies import generic, mac, subnet

PC, PHONE = "3c:00:00:00:00:02", "3e:00:00:00:00:01"
NAME = b"\x08facebook\x03com\0"


def took(*options: dns.edns.Option, payload: int = 1232, want_subnet: bool = True) -> ClientOptions:
    message = query("facebook.com", use_edns=0, payload=payload, options=list(options))
    return take_out(message, subnet=want_subnet, mac=True)


@pytest.mark.parametrize(
    ("options", "address", "device"),
    [
        ([subnet("10.1.2.5")], "10.1.2.5", ""),
        ([subnet("fd00::5")], "fd00::5", ""),
        ([mac(PC)], "", PC),
        ([mac(PC), subnet("10.1.2.5")], "10.1.2.5", PC),
        ([subnet("10.1.2.0", 24), mac(PC)], "", PC),
        ([subnet("10.1.2.0", 24)], "", ""),
        ([subnet("0.0.0.0", 0)], "", ""),
        ([mac(PC), mac(PHONE)], "", ""),  # two: one of them is a client's own
        ([mac("00:00:00:00:00:00")], "", ""),
        ([generic(b"12345")], "", ""),
        ([COOKIE], "", ""),
    ],
)
def test_who_is_told(options: list[dns.edns.Option], address: str, device: str) -> None:
    found = took(*options)
    assert (found.address, found.device) == (address, device)


def test_what_told_is_gone_and_the_rest_stays() -> None:
    found = took(COOKIE, subnet("10.1.2.5"), mac(PC))
    left = dns.message.from_wire(found.message)
    assert [option.otype for option in left.options] == [COOKIE.otype]
    assert scan(found.message).qname == NAME
    assert left.payload == 1232 - len(found.answer)  # room for the option of the reply


def test_only_what_is_believed_is_taken() -> None:
    found = took(subnet("10.1.2.5"), mac(PC), want_subnet=False)
    assert (found.address, found.device, found.answer) == ("", PC, b"")
    assert [int(option.otype) for option in dns.message.from_wire(found.message).options] == [8]


def test_the_reply_says_that_it_is_for_this_client_alone() -> None:
    found = took(subnet("10.1.2.5"))
    asked = dns.message.from_wire(found.message)
    reply = dns.message.make_response(asked)
    reply.use_edns(0, payload=1232, options=[dns.edns.EDEOption(dns.edns.EDECode.BLOCKED, "because")])
    (why, said) = dns.message.from_wire(with_option(reply.to_wire(), found.answer)).options
    assert isinstance(why, dns.edns.EDEOption)
    assert isinstance(said, dns.edns.ECSOption)
    assert (said.address, said.srclen, said.scopelen) == ("10.1.2.5", 32, 32)


def test_a_reply_without_edns_stays_as_it_is() -> None:
    reply = response(query("facebook.com"), "facebook.com. 60 IN A 192.0.2.53")
    assert with_option(reply, b"\0\x08\0\0") == reply
    formerr = reply[:2] + b"\x81\x81" + bytes(8)
    assert with_option(formerr, b"\0\x08\0\0") == formerr


def test_an_option_comes_after_what_looks_like_another_record() -> None:
    """The text of an error may hold any octets, an OPT record's too."""
    reply = response(query("facebook.com"), "www.facebook.com. 60 IN CNAME facebook.com.")
    looks = ede_option(15, opt_record(1232, 0, False).decode("latin-1"))
    whole = reply[:11] + b"\1" + reply[12:] + opt_record(1232, 0, False, looks)
    found = dns.message.from_wire(with_option(whole, bytes.fromhex("fde90006") + b"abcdef"))
    assert [int(option.otype) for option in found.options] == [15, 65_001]


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\0\1\x20",
        b"\0\1\x20\0\x0a\1\2",  # an octet short
        b"\0\1\x20\x20\x0a\1\2\5",  # a scope in a query
        b"\0\3\x20\0\x0a\1\2\5",  # no family of addresses
        b"\0\1\x21\0\x0a\1\2\5\0",  # longer than an address
    ],
)
def test_a_broken_one_stays_for_the_scanner_to_refuse(value: bytes) -> None:
    message = raw_query(NAME, tail=opt(b"\0\x08" + len(value).to_bytes(2, "big") + value), ar=1)
    assert take_out(message, subnet=True, mac=True) == ClientOptions(message)
    with pytest.raises(Malformed):
        scan(message)


def test_two_subnets_tell_nobody() -> None:
    assert took(subnet("10.1.2.5"), subnet("10.1.2.6")).address == ""


@given(st.binary(max_size=120), st.binary(max_size=60))
def test_whatever_the_octets_are_nothing_is_raised(octets: bytes, options: bytes) -> None:
    for message in (octets, raw_query(NAME, tail=octets, ar=1), raw_query(NAME, tail=opt(options), ar=1)):
        found = take_out(message, subnet=True, mac=True)
        assert found.message == message or found.answer or len(found.message) < len(message)
        if len(octets) >= 12:
            with_option(octets, b"\0\x08\0\0")
