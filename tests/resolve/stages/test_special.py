from __future__ import annotations

import pytest

from sm_dns.dns.names import from_text
from sm_dns.resolve.local_records import LocalData, LocalRecord
from tests.support.desk import LUNCH, TWO, WORK, Desk
from tests.support.messages import query


@pytest.mark.parametrize(
    ("name", "qtype", "rcode", "answer"),
    [
        ("localhost", "A", 0, ["localhost. 86400 IN A 127.0.0.1"]),
        ("db.localhost", "AAAA", 0, ["db.localhost. 86400 IN AAAA ::1"]),
        ("localhost", "TXT", 0, []),
        ("1.0.0.127.in-addr.arpa", "PTR", 0, ["1.0.0.127.in-addr.arpa. 86400 IN PTR localhost."]),
        ("anything.invalid", "A", 3, []),
        ("invalid", "A", 0, []),
        ("hidden.onion", "A", 3, []),
        ("nas.home.arpa", "A", 3, []),
        ("home.arpa", "SOA", 0, []),
        ("dc1.corp.local", "A", 3, []),
        ("_ldap._tcp.corp.internal", "SRV", 3, []),
        ("www.agency.test", "TXT", 3, []),
        ("name.alt", "A", 3, []),
        ("test", "DS", 0, []),
        ("1.0.64.100.in-addr.arpa", "PTR", 3, []),
        ("1.0.127.100.in-addr.arpa", "PTR", 3, []),
        ("wpad", "A", 3, []),
        ("ISATAP", "AAAA", 3, []),
        ("printer", "HTTPS", 3, []),
        ("5.4.3.10.in-addr.arpa", "PTR", 3, []),
        ("9.9.20.172.in-addr.arpa", "PTR", 3, []),
        ("1.1.168.192.in-addr.arpa", "PTR", 3, []),
        ("1.0.0.0.d.f.ip6.arpa", "PTR", 3, []),
        ("_dns.resolver.arpa", "SVCB", 0, []),
    ],
)
def test_special_names_never_leave(desk: Desk, name: str, qtype: str, rcode: int, answer: list[str]) -> None:
    message = desk.ask(query(name, qtype), WORK)
    assert message.rcode() == rcode
    assert [line for rrset in message.answer for line in rrset.to_text().splitlines()] == answer
    assert not desk.sender.sent
    if not answer:
        assert [rrset.rdtype.name for rrset in message.authority] == ["SOA"]


@pytest.mark.parametrize(
    ("name", "qtype"),
    [
        ("1.1.32.172.in-addr.arpa", "PTR"),
        ("8.8.8.8.in-addr.arpa", "PTR"),
        ("1.0.63.100.in-addr.arpa", "PTR"),
        ("1.0.128.100.in-addr.arpa", "PTR"),
        ("notlocalhost", "PTR"),
        ("onion.example", "A"),
        ("www.test.example", "A"),
        ("wpad.example", "A"),
        ("com", "NS"),
        ("com", "DS"),
        ("home.arpa", "DS"),  # the proof that nothing is signed below (RFC 8375)
        ("10.in-addr.arpa", "DS"),
    ],
)
def test_neighbours_of_special_names_are_ordinary(desk: Desk, name: str, qtype: str) -> None:
    assert desk.put(query(name, qtype), WORK) is None
    assert len(desk.sender.sent) == 1


def test_hosts_without_a_domain_leave_where_the_site_says_so(desk: Desk) -> None:
    desk.change(forwards_single_labels=True)
    assert desk.put(query("printer"), WORK) is None


def test_a_host_without_a_domain_may_have_a_server_of_its_own(desk: Desk) -> None:
    forwarder = desk.resolver.forwarder
    forwarder.routes = {b"\x04wpad\x00": forwarder.upstreams}
    assert desk.put(query("wpad"), WORK) is None
    assert desk.ask(query("isatap"), WORK).rcode() == 3


def test_a_host_without_a_domain_exists_above_local_records(desk: Desk) -> None:
    desk.resolver.local = LocalData([LocalRecord(b"\x03www\x04corp\x00", 1, 300, b"\x0a\0\0\1")])
    assert desk.ask(query("corp"), WORK).rcode() == 0


def test_a_routed_reverse_zone_goes_to_its_server(desk: Desk) -> None:
    forwarder = desk.resolver.forwarder
    forwarder.routes = {b"\x0210\x07in-addr\x04arpa\x00": forwarder.upstreams}
    assert desk.put(query("5.4.3.10.in-addr.arpa", "PTR"), WORK) is None


def test_a_name_above_a_local_record_exists(desk: Desk) -> None:
    owner = b"\x011\x010\x010\x0210\x07in-addr\x04arpa\x00"
    desk.resolver.local = LocalData([LocalRecord(owner, 12, 300, b"\x01a\x00")])
    assert desk.ask(query("0.0.10.in-addr.arpa", "PTR"), WORK).rcode() == 0
    assert desk.ask(query("9.0.10.in-addr.arpa", "PTR"), WORK).rcode() == 3


def test_any_is_answered_with_one_small_record(desk: Desk) -> None:
    """RFC 8482: nothing to amplify (T9)."""
    message = desk.ask(query("www.example.com", "ANY"), WORK)
    assert [rrset.rdtype.name for rrset in message.answer] == ["HINFO"]
    assert message.answer[0][0].cpu == b"RFC8482"
    assert not desk.sender.sent


def test_the_answer_to_any_ends_at_the_edge_too(desk: Desk) -> None:
    assert desk.ask(query("facebook.com", "ANY"), LUNCH).answer[0].ttl == 300
    assert desk.ask(query("facebook.com", "ANY"), TWO - 5).answer[0].ttl == 5


@pytest.mark.parametrize("name", ["10.in-addr.arpa", "168.192.in-addr.arpa", "d.f.ip6.arpa"])
def test_the_parent_of_a_reverse_zone_tells_that_it_is_not_signed(desk: Desk, name: str) -> None:
    """Without that proof no validator believes what is answered here of such addresses (RFC 6303)."""
    assert desk.put(query(name, "DS"), WORK) is None


@pytest.mark.parametrize("name", ["1.10.in-addr.arpa", "onion", "a.onion", "localhost", "invalid"])
def test_what_lies_below_stays_here_whatever_the_type(desk: Desk, name: str) -> None:
    assert not desk.ask(query(name, "DS"), WORK).answer


def test_a_local_names_ds_is_its_parents_unless_it_is_given(desk: Desk) -> None:
    owner = from_text("printer.office.example")
    desk.resolver.local = LocalData([LocalRecord(owner, 1, 300, b"\x0a\0\0\1")])
    assert desk.put(query("printer.office.example", "DS"), WORK) is None
    desk.resolver.local = LocalData([LocalRecord(owner, 43, 300, b"\0\1\x08\2" + bytes(32))])
    assert desk.ask(query("printer.office.example", "DS"), WORK).answer
