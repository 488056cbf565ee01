"""What is denied, how, and what the client is told (ANS-1, NOT-2)."""

from __future__ import annotations

import dns.edns
import dns.message
import dns.rcode
import dns.rdatatype
import pytest

from tests.support.desk import EVENING, GUEST, LATER, LUNCH, TWO, UMP, WORK, Desk
from tests.support.messages import lines, query, raw_query

OTHER_TYPES = [
    "HTTPS",
    "SVCB",
    "TXT",
    "MX",
    "NS",
    "SOA",
    "CNAME",
    "SRV",
    "PTR",
    "DNSKEY",
    "ANY",
    "TYPE65280",
]


def extended_errors(message: dns.message.Message) -> list[tuple[int, str]]:
    return [
        (int(option.code), option.text or "")
        for option in message.options
        if isinstance(option, dns.edns.EDEOption)
    ]


@pytest.mark.parametrize("name", ["facebook.com", "www.FaceBook.com", "a.b.c.facebook.com", "youtube.com"])
@pytest.mark.parametrize(("qtype", "address"), [("A", "192.0.2.53"), ("AAAA", "2001:db8::53")])
def test_an_address_leads_to_the_sinkhole(desk: Desk, name: str, qtype: str, address: str) -> None:
    message = desk.ask(query(name, qtype), WORK)
    assert message.rcode() == dns.rcode.NOERROR
    assert lines(message.answer) == [f"{name}. 60 IN {qtype} {address}"]
    assert not message.authority
    assert not desk.sender.sent


@pytest.mark.parametrize("qtype", OTHER_TYPES)
def test_every_other_type_of_a_denied_name_is_nodata(desk: Desk, qtype: str) -> None:
    message = desk.ask(query("www.facebook.com", qtype), WORK)
    assert message.rcode() == dns.rcode.NOERROR
    assert not message.answer
    (soa,) = message.authority
    assert soa.rdtype == dns.rdatatype.SOA
    assert soa.ttl == soa[0].minimum == 60


@pytest.mark.parametrize(
    ("name", "rcode", "records"),
    [
        ("nodata.example", "NOERROR", "SOA"),
        ("refused.example", "REFUSED", ""),
        ("nxdomain.example", "NXDOMAIN", "SOA"),
        ("dns.google", "NXDOMAIN", "SOA"),
        ("use-application-dns.net", "NXDOMAIN", "SOA"),
    ],
)
@pytest.mark.parametrize("qtype", ["A", "AAAA", "HTTPS", "TXT"])
def test_the_other_ways_to_deny(desk: Desk, name: str, rcode: str, records: str, qtype: str) -> None:
    message = desk.ask(query(name, qtype, use_edns=0), WORK)
    assert dns.rcode.to_text(message.rcode()) == rcode
    assert not message.answer
    assert [rrset.rdtype.name for rrset in message.authority] == records.split()
    assert [code for code, _ in extended_errors(message)] == [15]


def test_an_edns_client_is_told_the_paragraph_and_the_next_opening(desk: Desk) -> None:
    message = desk.ask(query("facebook.com", use_edns=0), WORK)
    (blocked, text), forged = extended_errors(message)
    assert (blocked, forged) == (15, (4, ""))
    assert "para 5" in text
    assert "10 Ogos, 1.00 tgh hari" in text
    assert "10 Aug 13:00" in text
    assert len(text.encode()) <= 120


def test_the_text_follows_the_clock(desk: Desk) -> None:
    _, text = extended_errors(desk.ask(query("facebook.com", use_edns=0), TWO))[0]
    assert "17:30" in text


def test_streaming_names_its_paragraph(desk: Desk) -> None:
    _, text = extended_errors(desk.ask(query("youtube.com", use_edns=0), EVENING))[0]
    assert "para 7.7" in text


@pytest.mark.parametrize("qtype", ["HTTPS", "TXT"])
def test_nothing_is_forged_where_no_address_is_given(desk: Desk, qtype: str) -> None:
    message = desk.ask(query("facebook.com", qtype, use_edns=0), WORK)
    assert [code for code, _ in extended_errors(message)] == [15]


def test_who_speaks_no_edns_gets_none(desk: Desk) -> None:
    message = desk.ask(query("facebook.com"), WORK)
    assert message.edns == -1


DELEGATED = [". 900 IN SOA a.gtld-servers.net. nstld.example. 1 2 3 4 900"]


@pytest.mark.parametrize("name", ["facebook.com", "www.facebook.com", "youtube.com", "refused.example"])
def test_whether_a_denied_name_is_signed_is_for_its_parent_to_say(desk: Desk, name: str) -> None:
    """Who validates asks for the DS of a denied name, to believe that its zone is not signed (RFC 4035 §3.1.4.1)."""
    message = desk.resolve(query(name, "DS", use_edns=0), WORK, authority=DELEGATED)
    assert (message.rcode(), message.authority[0].rdtype.name) == (0, "SOA")
    assert not extended_errors(message)
    again = desk.ask(query(name, "DS", use_edns=0), WORK + 1)
    assert (again.rcode(), again.authority[0].ttl, len(desk.sender.sent)) == (0, 899, 1)


def test_what_a_denied_names_ds_leads_to_denies_nothing(desk: Desk) -> None:
    alias = "www.facebook.com. 300 IN CNAME youtube.com."
    message = desk.resolve(query("www.facebook.com", "DS"), WORK, alias, authority=DELEGATED)
    assert lines(message.answer) == [alias]


def test_a_dot_inside_a_label_and_a_longer_name_are_not_the_listed_name(desk: Desk) -> None:
    for name in (b"\x0cwww.facebook\3com\0", b"\x0bnotfacebook\3com\0", b"\x08facebook\3com\7example\0"):
        assert desk.put(raw_query(name), WORK) is None


@pytest.mark.parametrize("address", [UMP, GUEST, LATER])
def test_groups_that_do_not_enforce_are_denied_nothing(desk: Desk, address: str) -> None:
    for name in ("facebook.com", "youtube.com", "use-application-dns.net"):
        assert desk.put(query(name), WORK, address) is None


def test_an_open_window_permits_what_is_scheduled_and_nothing_else(desk: Desk) -> None:
    assert desk.put(query("facebook.com"), LUNCH) is None
    assert desk.ask(query("youtube.com"), LUNCH).answer
