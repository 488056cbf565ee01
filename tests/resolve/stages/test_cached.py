"""Answers that are known, and failures that just happened."""

from __future__ import annotations

import dns.edns
import dns.flags
import dns.message
import dns.rcode

from sm_dns.resolve.cache import FAILURE_LIFETIME
from sm_dns.resolve.context import MAX_WAITING
from sm_dns.resolve.forwarding.deadlines import TICK
from sm_dns.resolve.forwarding.upstream import SHORTEST_RETRY_TIMEOUT
from tests.support.desk import EVENING, UMP, WORK, Desk
from tests.support.forwarding import datagram
from tests.support.messages import lines, query

ADDRESS = "www.example.com. 100 IN A 192.0.2.80"


def codes(message: dns.message.Message) -> list[int]:
    return [int(option.code) for option in message.options if isinstance(option, dns.edns.EDEOption)]


def test_a_known_answer_needs_no_upstream(desk: Desk) -> None:
    desk.resolve(query("www.example.com"), WORK, ADDRESS)
    message = desk.ask(query("WWW.example.com"), WORK + 40)
    assert lines(message.answer) == ["WWW.example.com. 60 IN A 192.0.2.80"]
    assert len(desk.sender.sent) == 1


def test_an_expired_answer_is_asked_anew(desk: Desk) -> None:
    desk.resolve(query("www.example.com"), WORK, ADDRESS)
    assert desk.put(query("www.example.com"), WORK + 100) is None


def test_groups_share_what_is_known(desk: Desk) -> None:
    """The cache holds no policy: an edge, or another group, costs no upstream query."""
    desk.resolve(query("facebook.com"), WORK, "facebook.com. 80000 IN A 192.0.2.1", address=UMP)
    assert lines(desk.ask(query("facebook.com"), WORK).answer) == ["facebook.com. 60 IN A 192.0.2.53"]
    assert lines(desk.ask(query("facebook.com"), EVENING).answer) == ["facebook.com. 300 IN A 192.0.2.1"]
    assert len(desk.sender.sent) == 1


def test_a_failure_is_not_repeated_within_seconds(desk: Desk) -> None:
    assert desk.put(query("www.example.com", use_edns=0), WORK) is None
    desk.upstream_fails(WORK)
    assert desk.last().rcode() == 2
    assert codes(desk.last()) == [23]
    message = desk.ask(query("www.example.com", use_edns=0), WORK + 1)
    assert (message.rcode(), codes(message)) == (2, [22])
    assert desk.put(query("www.example.com"), WORK + FAILURE_LIFETIME) is None


def test_a_stale_answer_is_better_than_none(desk: Desk) -> None:
    desk.resolve(query("www.example.com"), WORK, ADDRESS)
    assert desk.put(query("www.example.com", use_edns=0), WORK + 200) is None
    desk.upstream_fails(WORK + 201)
    for message in (desk.last(), desk.ask(query("www.example.com", use_edns=0), WORK + 202)):
        assert lines(message.answer) == ["www.example.com. 30 IN A 192.0.2.80"]
        assert codes(message) == [3]
    assert len(desk.sender.sent) == 2


def test_a_name_asked_for_near_its_end_is_fetched_early(desk: Desk) -> None:
    """Nobody waits for a hot name: the old answer goes out, a new one is on its way, once."""
    desk.resolve(query("www.example.com"), WORK, ADDRESS)
    desk.ask(query("www.example.com"), WORK + 89)
    assert len(desk.sender.sent) == 1
    for _ in range(2):
        assert lines(desk.ask(query("www.example.com"), WORK + 91).answer) == [
            "www.example.com. 9 IN A 192.0.2.80"
        ]
    assert len(desk.sender.sent) == 2
    desk.upstream_says(WORK + 92, "www.example.com. 100 IN A 192.0.2.81")
    assert lines(desk.ask(query("www.example.com"), WORK + 92).answer) == [
        "www.example.com. 100 IN A 192.0.2.81"
    ]


def test_short_lived_names_are_not_fetched_early(desk: Desk) -> None:
    desk.resolve(query("www.example.com"), WORK, "www.example.com. 29 IN A 192.0.2.80")
    desk.ask(query("www.example.com"), WORK + 28)
    assert len(desk.sender.sent) == 1


def test_what_lies_below_a_missing_name_is_not_asked_for(desk: Desk) -> None:
    soa = "gone.example. 60 IN SOA ns.example. admin.example. 1 2 3 4 60"
    desk.resolve(query("gone.example"), WORK, rcode="NXDOMAIN", authority=[soa], flags=dns.flags.AD)
    assert desk.ask(query("www.gone.example", "AAAA"), WORK + 1).rcode() == 3
    assert desk.put(query("www.notgone.example"), WORK + 1) is None


def test_a_missing_name_says_nothing_about_a_routed_one_below_it(desk: Desk) -> None:
    soa = "gone.example. 60 IN SOA ns.example. admin.example. 1 2 3 4 60"
    desk.resolve(query("gone.example"), WORK, rcode="NXDOMAIN", authority=[soa], flags=dns.flags.AD)
    forwarder = desk.resolver.forwarder
    forwarder.routes = {b"\x06office\x04gone\x07example\x00": forwarder.upstreams}
    assert desk.put(query("www.office.gone.example"), WORK + 1) is None


def test_what_nobody_validated_is_missing_for_its_own_question_alone(desk: Desk) -> None:
    """Servers that say NXDOMAIN for a type they do not know, or for a name that only has names below it."""
    soa = "gone.example. 60 IN SOA ns.example. admin.example. 1 2 3 4 60"
    desk.resolve(query("gone.example", "AAAA"), WORK, rcode="NXDOMAIN", authority=[soa])
    assert desk.ask(query("gone.example", "AAAA"), WORK + 1).rcode() == 3
    assert desk.put(query("gone.example", "A"), WORK + 1) is None
    assert desk.put(query("www.gone.example", "AAAA"), WORK + 1) is None


def test_a_missing_name_says_nothing_about_its_delegation(desk: Desk) -> None:
    """The server of a routed domain and the parent of that domain are two."""
    soa = "gone.example. 60 IN SOA ns.example. admin.example. 1 2 3 4 60"
    for one, other in (("A", "DS"), ("DS", "TXT")):
        desk.resolver.cache.flush(b"\0")
        desk.resolve(query("gone.example", one), WORK, rcode="NXDOMAIN", authority=[soa], flags=dns.flags.AD)
        assert desk.put(query("gone.example", other), WORK + 1) is None
        desk.upstream_says(WORK + 1, authority=[soa])


def test_one_client_cannot_hold_all_questions_open(desk: Desk) -> None:
    """T10: a flood of random names by one client leaves room for the others."""
    for count in range(MAX_WAITING):
        assert desk.put(query(f"r{count}.example"), WORK) is None
    assert desk.ask(query("one-more.example", use_edns=0), WORK).rcode() == 2
    assert desk.put(query("www.example.com"), WORK, UMP) is None
    for attempt in list(desk.sender.sent):
        desk.resolver.forwarder.lost(attempt, WORK)
    assert desk.put(query("after.example"), WORK) is None


def test_a_stale_answer_goes_out_as_soon_as_the_upstream_is_overdue(desk: Desk) -> None:
    """RFC 8767 §5: the client is not kept waiting, and the question goes on for the cache."""
    desk.resolve(query("www.example.com"), WORK, ADDRESS)
    later = WORK + 200
    assert desk.put(query("www.example.com", use_edns=0), later) is None
    forwarder = desk.resolver.forwarder
    forwarder.tick(later + SHORTEST_RETRY_TIMEOUT + 2 * TICK)
    assert lines(desk.last().answer) == ["www.example.com. 30 IN A 192.0.2.80"]
    assert codes(desk.last()) == [3]
    told = len(desk.delivered)
    assert desk.put(query("www.example.com", use_edns=0), later + 1) is None
    assert len(desk.delivered) == told + 1, "who comes later waits no more than the first"
    desk.upstream_says(later + 2, "www.example.com. 100 IN A 192.0.2.81")
    assert len(desk.delivered) == told + 1
    assert lines(desk.ask(query("www.example.com"), later + 2).answer) == [
        "www.example.com. 100 IN A 192.0.2.81"
    ]


def test_without_a_stale_answer_the_client_waits_for_a_slow_upstream(desk: Desk) -> None:
    assert desk.put(query("www.example.com"), WORK) is None
    desk.resolver.forwarder.tick(WORK + SHORTEST_RETRY_TIMEOUT + 2 * TICK)
    assert not desk.delivered
    desk.upstream_says(WORK + 1.5, ADDRESS)
    assert lines(desk.last().answer) == [ADDRESS]


def test_a_failure_of_a_moment_ago_tells_what_the_upstream_said_of_it(desk: Desk) -> None:
    """A name whose signatures are wrong is told to be bogus to all who ask (RFC 8914 §4.7)."""
    assert desk.put(query("bogus.example", use_edns=0), WORK) is None
    attempt = desk.sender.last()
    asked = dns.message.from_wire(datagram(attempt))
    refusal = dns.message.make_response(asked, recursion_available=True)
    refusal.set_rcode(dns.rcode.SERVFAIL)
    refusal.use_edns(0, options=[dns.edns.EDEOption(dns.edns.EDECode.DNSSEC_BOGUS, "no signatures")])
    desk.resolver.forwarder.received(attempt, refusal.to_wire(), WORK)
    first, second = desk.last(), desk.ask(query("bogus.example", use_edns=0), WORK + 1)
    for told in (first, second):
        assert (told.rcode(), codes(told)) == (dns.rcode.SERVFAIL, [22, 6])
    assert len(desk.sender.sent) == 1
