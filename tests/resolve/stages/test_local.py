from __future__ import annotations

import ipaddress

import dns.message
import pytest

from sm_dns.dns.names import from_text
from sm_dns.resolve.forwarding.chains import MAX_LINKS
from sm_dns.resolve.local_records import MAX_CNAMES, WILDCARD, LocalData, LocalRecord
from sm_dns.resolve.replies.rebinding import Rebinding
from tests.policy.office import at
from tests.support.desk import LUNCH, TWO, WORK, Desk
from tests.support.messages import query

A, CNAME, SOA = 1, 5, 6
SERVFAIL = 2


def record(owner: str, rtype: int, data: str, ttl: int = 300) -> LocalRecord:
    rdata = from_text(data) if rtype == CNAME else ipaddress.ip_address(data).packed
    above = from_text(owner.removeprefix("*."))
    return LocalRecord(WILDCARD + above if owner.startswith("*.") else above, rtype, ttl, rdata)


def lines(desk: Desk, name: str, now: float, qtype: str = "A") -> list[str]:
    message = desk.ask(query(name, qtype), now)
    return [line for rrset in message.answer for line in rrset.to_text().splitlines()]


def test_the_sites_own_records_are_answered_here(desk: Desk) -> None:
    desk.resolver.local = LocalData(
        [
            record("intranet.corp", A, "10.0.0.2"),
            record("intranet.corp", A, "10.0.0.3"),
            record("db.corp", A, "10.0.0.9"),
        ]
    )
    assert sorted(lines(desk, "INTRANET.corp", WORK)) == [
        "INTRANET.corp. 300 IN A 10.0.0.2",
        "INTRANET.corp. 300 IN A 10.0.0.3",
    ]
    assert lines(desk, "intranet.corp", WORK, "MX") == []
    assert not desk.sender.sent
    assert desk.put(query("other.corp"), WORK) is None


def test_an_alias_is_followed_within_the_file(desk: Desk) -> None:
    desk.resolver.local = LocalData(
        [record("www.corp", CNAME, "intranet.corp"), record("intranet.corp", A, "10.0.0.2")]
    )
    assert lines(desk, "www.corp", WORK) == [
        "www.corp. 300 IN CNAME intranet.corp.",
        "intranet.corp. 300 IN A 10.0.0.2",
    ]
    assert lines(desk, "www.corp", WORK, "CNAME") == ["www.corp. 300 IN CNAME intranet.corp."]


def test_a_wildcard_stands_for_what_does_not_exist_below_it(desk: Desk) -> None:
    desk.resolver.local = LocalData(
        [
            record("*.apps.corp", A, "10.0.0.9"),
            record("own.apps.corp", CNAME, "other.apps.corp"),
            record("deep.inner.apps.corp", A, "10.0.0.3"),
        ]
    )
    assert lines(desk, "Any.apps.corp", WORK) == ["Any.apps.corp. 300 IN A 10.0.0.9"]
    assert lines(desk, "a.b.apps.corp", WORK) == ["a.b.apps.corp. 300 IN A 10.0.0.9"]
    assert lines(desk, "*.apps.corp", WORK) == ["*.apps.corp. 300 IN A 10.0.0.9"]
    assert lines(desk, "any.apps.corp", WORK, "AAAA") == []
    assert lines(desk, "own.apps.corp", WORK) == [
        "own.apps.corp. 300 IN CNAME other.apps.corp.",
        "other.apps.corp. 300 IN A 10.0.0.9",
    ]
    assert not desk.sender.sent
    for name in ("apps.corp", "inner.apps.corp", "x.inner.apps.corp", "corp"):  # RFC 4592 §2.2.2
        assert desk.resolver.local.find(from_text(name), A) is None


def test_a_loop_of_aliases_is_told(desk: Desk) -> None:
    desk.resolver.local = LocalData([record("a.corp", CNAME, "b.corp"), record("b.corp", CNAME, "a.corp")])
    found = desk.resolver.local.find(from_text("a.corp"), A)
    assert found is not None
    assert len(found.records) == MAX_CNAMES
    for name in ("a.corp", "b.corp"):
        reply = desk.ask(query(name), WORK)
        assert reply.rcode() == SERVFAIL
        assert not reply.answer
    assert lines(desk, "a.corp", WORK, "CNAME") == ["a.corp. 300 IN CNAME b.corp."]


@pytest.mark.parametrize("length", [MAX_CNAMES, MAX_CNAMES + 1, MAX_LINKS])
def test_a_long_way_of_aliases_is_told_to_its_end(desk: Desk, length: int) -> None:
    desk.resolver.local = LocalData(
        [
            *(record(f"h{number}.corp", CNAME, f"h{number + 1}.corp") for number in range(length)),
            record(f"h{length}.corp", A, "10.0.0.2"),
        ]
    )
    assert lines(desk, "h0.corp", WORK)[-1] == f"h{length}.corp. 300 IN A 10.0.0.2"


def test_that_there_is_none_behind_an_alias_is_said_with_how_long(desk: Desk) -> None:
    desk.resolver.local = LocalData(
        [record("www.corp", CNAME, "host.corp"), record("host.corp", A, "10.0.0.2")]
    )
    reply = desk.ask(query("www.corp", "AAAA"), WORK)
    assert [line.to_text() for line in reply.answer] == ["www.corp. 300 IN CNAME host.corp."]
    assert [one.rdtype for one in reply.authority] == [SOA]


def test_an_alias_of_a_denied_name_is_denied_although_the_site_knows_its_address(desk: Desk) -> None:
    desk.resolver.local = LocalData(
        [
            record("fb.corp", CNAME, "inner.corp"),
            record("inner.corp", CNAME, "www.facebook.com"),
            record("www.facebook.com", A, "10.0.0.2", 86_400),
        ]
    )
    assert lines(desk, "fb.corp", WORK) == ["fb.corp. 60 IN A 192.0.2.53"]
    assert lines(desk, "fb.corp", TWO - 5) == [
        "fb.corp. 5 IN CNAME inner.corp.",
        "inner.corp. 5 IN CNAME www.facebook.com.",
        "www.facebook.com. 5 IN A 10.0.0.2",
    ]
    assert not desk.sender.sent


def test_the_sites_own_names_may_be_inside(desk: Desk) -> None:
    desk.change(rebinding=Rebinding(protect=True))
    desk.resolver.local = LocalData(
        [
            record("www.corp", CNAME, "host.corp"),
            record("host.corp", A, "10.0.0.2"),
            record("out.corp", CNAME, "elsewhere.example"),
        ]
    )
    assert lines(desk, "www.corp", WORK)[-1] == "host.corp. 300 IN A 10.0.0.2"
    desk.put(query("out.corp"), WORK)
    desk.upstream_says(WORK, "elsewhere.example. 60 IN A 10.0.0.3")
    assert "10.0.0.3" in desk.last().to_text()


def test_policy_comes_before_local_records_and_cuts_them_at_the_edge(desk: Desk) -> None:
    desk.resolver.local = LocalData([record("facebook.com", A, "10.0.0.2", 86_400)])
    assert lines(desk, "facebook.com", WORK) == ["facebook.com. 60 IN A 192.0.2.53"]
    assert lines(desk, "facebook.com", LUNCH) == ["facebook.com. 300 IN A 10.0.0.2"]
    assert lines(desk, "facebook.com", TWO - 5) == ["facebook.com. 5 IN A 10.0.0.2"]
    assert lines(desk, "facebook.com", at("2026-08-10T14:00:00")) == ["facebook.com. 60 IN A 192.0.2.53"]


def redirect(owner: str, target: str, ttl: int = 300) -> LocalRecord:
    return LocalRecord(from_text(owner), 39, ttl, from_text(target))


def test_a_dname_leads_every_name_below_it_elsewhere(desk: Desk) -> None:
    """RFC 6672: the DNAME and the alias that follows from it, with its TTL; its owner is not led anywhere."""
    desk.resolver.local = LocalData(
        [redirect("old.corp", "new.corp", 60), record("www.new.corp", A, "10.0.0.2")]
    )
    both = ["old.corp. 60 IN DNAME new.corp.", "www.old.corp. 60 IN CNAME www.new.corp."]
    assert lines(desk, "www.old.corp", WORK) == [*both, "www.new.corp. 300 IN A 10.0.0.2"]
    assert lines(desk, "www.old.corp", WORK, "CNAME") == both
    assert lines(desk, "old.corp", WORK, "DNAME") == both[:1]
    message = desk.ask(query("old.corp", "A"), WORK)
    assert (message.rcode(), message.answer, message.authority[0].rdtype) == (0, [], SOA)
    assert not desk.sender.sent
    assert desk.put(query("xold.corp"), WORK) is None


def test_a_dname_to_outside_is_followed_there(desk: Desk) -> None:
    desk.resolver.local = LocalData([redirect("old.corp", "example.com")])
    assert desk.put(query("www.old.corp"), WORK) is None
    desk.upstream_says(WORK, "www.example.com. 300 IN A 192.0.2.1")
    told = [rrset.to_text() for rrset in desk.last().answer]
    assert told == [
        "old.corp. 300 IN DNAME example.com.",
        "www.old.corp. 300 IN CNAME www.example.com.",
        "www.example.com. 300 IN A 192.0.2.1",
    ]


def test_what_a_dname_leads_to_is_judged(desk: Desk) -> None:
    desk.resolver.local = LocalData([redirect("old.corp", "facebook.com")])
    assert lines(desk, "www.old.corp", WORK) == ["www.old.corp. 60 IN A 192.0.2.53"]
    assert not desk.sender.sent


def test_a_dname_that_makes_too_long_a_name_says_so(desk: Desk) -> None:
    """YXDOMAIN with the DNAME (RFC 6672 §2.2); the longest that fits is led on."""
    longer = ".".join(["a" * 63] * 3)
    desk.resolver.local = LocalData([redirect("o", f"{'b' * 50}.example")])
    for size, rcode, number in [(3, 0, 2), (4, 6, 1)]:
        reply = desk.put_stream(query(f"{'c' * (size - 1)}.{longer}.o", "CNAME"), WORK)
        assert reply is not None
        message = dns.message.from_wire(reply.wire)
        assert (message.rcode(), len(message.answer)) == (rcode, number)
        assert message.answer[0].rdtype == 39


def test_dnames_that_lead_round_end(desk: Desk) -> None:
    desk.resolver.local = LocalData([redirect("x.corp", "y.x.corp"), redirect("p.corp", "q.corp")])
    desk.resolver.local.add([redirect("q.corp", "p.corp")])
    for name in ("a.x.corp", "a.p.corp"):
        assert desk.ask(query(name), WORK).rcode() == SERVFAIL
    assert not desk.sender.sent
