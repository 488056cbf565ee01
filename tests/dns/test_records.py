"""Records of our own, read back by dnspython."""

from __future__ import annotations

from ipaddress import ip_address

import dns.edns
import dns.flags
import dns.message
import dns.rdatatype
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.records import address_record, ede_option, opt_record, soa_record
from tests.support.messages import query, raw_query

ttls = st.integers(0, 2**31 - 1)


def answered(record: bytes, rcode: int = 0) -> dns.message.Message:
    message = bytearray(query("Example.com") + record)
    message[2:4] = (0x8180 | rcode).to_bytes(2, "big")
    message[7] = 1
    return dns.message.from_wire(bytes(message))


@given(st.ip_addresses(), ttls)
def test_an_address_is_a_record_of_its_family(address: object, ttl: int) -> None:
    (rrset,) = answered(address_record(str(address), ttl)).answer
    assert rrset.name.to_text() == "Example.com."
    assert rrset.ttl == ttl
    assert ip_address(rrset[0].address) == address
    assert rrset.rdtype == (dns.rdatatype.AAAA if ":" in str(address) else dns.rdatatype.A)


@given(ttls)
def test_the_soa_of_a_negative_answer_has_one_lifetime(ttl: int) -> None:
    (rrset,) = answered(soa_record(ttl)).answer
    assert rrset.rdtype == dns.rdatatype.SOA
    assert rrset.ttl == rrset[0].minimum == ttl
    assert rrset[0].mname.to_text().endswith(".invalid.")


@given(st.integers(512, 0xFFFF), st.integers(0, 255), st.booleans(), st.text(max_size=40))
def test_our_opt_record(size: int, extended_rcode: int, dnssec_ok: bool, text: str) -> None:
    record = opt_record(size, extended_rcode, dnssec_ok, ede_option(15, text) + ede_option(4))
    message = dns.message.from_wire(raw_query(b"\0", ar=1, tail=record))
    assert (message.edns, message.payload) == (0, size)
    assert bool(message.ednsflags & dns.flags.DO) == dnssec_ok
    assert message.rcode() == extended_rcode << 4
    blocked, forged = message.options
    assert isinstance(blocked, dns.edns.EDEOption)
    assert isinstance(forged, dns.edns.EDEOption)
    # dnspython takes a trailing zero octet off the text and has None for no text.
    assert (blocked.code, blocked.text or "") == (15, text.removesuffix("\0"))
    assert (forged.code, forged.text) == (4, None)


@pytest.mark.parametrize("dnssec_ok", [False, True])
def test_an_opt_record_without_options(dnssec_ok: bool) -> None:
    message = dns.message.from_wire(raw_query(b"\0", ar=1, tail=opt_record(1232, 0, dnssec_ok)))
    assert message.options == ()
    assert message.payload == 1232


def test_a_mapped_address_is_read_as_newer_pythons_write_it() -> None:
    (rrset,) = answered(address_record("::ffff:192.0.2.1", 60)).answer
    assert rrset[0].to_text() == "::ffff:192.0.2.1"
