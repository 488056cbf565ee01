"""Aliases that a server hands out without their end are followed: each link judged, cached, and bounded (T5, T11)."""

from __future__ import annotations

from typing import Any

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import pytest

from sm_dns.dns.names import from_text
from sm_dns.resolve.forwarding.attempts import QUERY_RESOLUTION_SECONDS
from sm_dns.resolve.forwarding.chains import MAX_LINKS
from sm_dns.resolve.forwarding.deadlines import TICK
from sm_dns.resolve.forwarding.upstream import Upstream, UpstreamAddress
from sm_dns.resolve.local_records import LocalData, LocalRecord
from tests.support.desk import GUEST, HQ, ONE, TWO, UMP, WORK, Desk
from tests.support.forwarding import datagram, reply_to
from tests.support.messages import lines, query

Zone = dict[str, list[str]]
SOA = "{zone} 60 IN SOA ns.example. admin.example. 1 2 3 4 60"

ZONE: Zone = {
    "www.corp.example": ["www.corp.example. 300 IN CNAME web.corp.example."],
    "web.corp.example": ["web.corp.example. 200 IN CNAME cdn.example.net."],
    "cdn.example.net": ["cdn.example.net. 100 IN A 192.0.2.1", "cdn.example.net. 100 IN A 192.0.2.2"],
    "to-face.corp.example": ["to-face.corp.example. 90000 IN CNAME www.facebook.com."],
    "www.facebook.com": ["www.facebook.com. 90000 IN A 192.0.2.3"],
    "to-inside.corp.example": ["to-inside.corp.example. 300 IN CNAME printer.office."],
    "to-here.corp.example": ["to-here.corp.example. 300 IN CNAME localhost."],
    "circle.corp.example": ["circle.corp.example. 300 IN CNAME round.example.net."],
    "round.example.net": ["round.example.net. 300 IN CNAME circle.corp.example."],
    "gone.corp.example": ["gone.corp.example. 300 IN CNAME nosuch.example.net."],
    "none.corp.example": ["none.corp.example. 300 IN CNAME empty.example.net."],
    "dead.corp.example": ["dead.corp.example. 300 IN CNAME dead.example.net."],
    **{
        f"c{at}.corp.example": [f"c{at}.corp.example. 300 IN CNAME c{at + 1}.corp.example."]
        for at in range(40)
    },
}
RCODES = {"nosuch.example.net": "NXDOMAIN"}
ALL = 20


def asked(desk: Desk) -> list[tuple[str, Upstream]]:
    """The names that upstreams were asked for."""
    return [
        (
            dns.message.from_wire(b"\0\0" + one.wire).question[0].name.to_text().lower().rstrip("."),
            one.upstream,
        )
        for one in desk.sender.sent
    ]


def play(desk: Desk, now: float, zone: Zone = ZONE, flags: int = 0) -> None:
    """Upstreams answer one record set a reply, until nothing is in flight; what is dead cannot be reached."""
    for _ in range(ALL):
        waiting = [one for one in desk.sender.sent if one.is_open]
        if not waiting:
            return
        for attempt in waiting:
            message = dns.message.from_wire(b"\0\0" + attempt.wire)
            name = message.question[0].name.to_text().lower().rstrip(".")
            if name.startswith("dead.example"):
                desk.resolver.forwarder.lost(attempt, now)
                continue
            answers = zone.get(name, [])
            authority = [] if answers else [SOA.format(zone=f"{name}.")]
            rcode = RCODES.get(name, "NOERROR")
            reply = reply_to(attempt, *answers, rcode=rcode, authority=authority, flags=flags)
            desk.resolver.forwarder.received(attempt, reply, now)


def ask(
    desk: Desk, name: str, now: float, qtype: str = "A", address: str = HQ, **edns: Any
) -> dns.message.Message:
    reply = desk.put(query(name, qtype, **edns), now, address)
    if reply is not None:
        return dns.message.from_wire(reply.wire)
    before = len(desk.delivered)
    play(desk, now)
    assert len(desk.delivered) == before + 1
    return desk.last()


@pytest.fixture
def routed(desk: Desk) -> Desk:
    """corp.example has a server of its own, and there is one record of the site's own."""
    forwarder = desk.resolver.forwarder
    forwarder.routes = {
        from_text("corp.example"): (Upstream(UpstreamAddress("192.0.2.200", 53, validates=True)),)
    }
    desk.resolver.local = LocalData(
        [
            LocalRecord(from_text("printer.office"), 1, 300, bytes((10, 0, 0, 9))),
            LocalRecord(from_text("web.office"), 5, 300, from_text("www.corp.example")),
            LocalRecord(from_text("face.office"), 5, 90_000, from_text("www.facebook.com")),
        ]
    )
    return desk


def test_each_link_goes_the_way_of_its_own_name(routed: Desk) -> None:
    message = ask(routed, "www.corp.example", WORK)
    assert lines(message.answer) == sorted(
        [*ZONE["www.corp.example"], *ZONE["web.corp.example"], *ZONE["cdn.example.net"]]
    )
    inside, outside = (
        routed.resolver.forwarder.routes[from_text("corp.example")][0],
        routed.resolver.forwarder.upstreams[0],
    )
    assert asked(routed) == [
        ("www.corp.example", inside),
        ("web.corp.example", inside),
        ("cdn.example.net", outside),
    ]
    assert not routed.resolver._waiting


def test_each_link_is_cached_and_ages_by_itself(routed: Desk) -> None:
    ask(routed, "www.corp.example", WORK)
    message = ask(routed, "www.corp.example", WORK + 50)
    assert sorted({rrset.ttl for rrset in message.answer}) == [50, 150, 250]
    ask(routed, "cdn.example.net", WORK + 50)
    assert len(routed.sender.sent) == 3
    ask(routed, "www.corp.example", WORK + 100.5)
    assert [name for name, _ in asked(routed)][3:] == ["cdn.example.net"]


@pytest.mark.parametrize("name", ["to-face.corp.example", "face.office"])
def test_a_listed_link_is_denied_and_never_asked_for(routed: Desk, name: str) -> None:
    message = ask(routed, name, WORK)
    assert message.answer[0][0].address == "192.0.2.53"
    assert "www.facebook.com" not in [one for one, _ in asked(routed)]
    assert ask(routed, name, WORK, address=GUEST).answer[-1][0].address == "192.0.2.3"
    assert ask(routed, name, WORK + 1).answer[0][0].address == "192.0.2.53"
    opened = ask(routed, name, TWO - 5)
    assert opened.answer[-1][0].address == "192.0.2.3"
    assert max(rrset.ttl for rrset in opened.answer) == 5
    assert ask(routed, name, TWO).answer[0][0].address == "192.0.2.53"


def test_an_edge_that_passes_between_two_links_rules(routed: Desk) -> None:
    assert routed.put(query("to-face.corp.example"), ONE - 0.5) is None
    play(routed, ONE)
    assert routed.last().answer[-1][0].address == "192.0.2.3"
    assert routed.put(query("to-face.corp.example"), TWO - 0.5) is not None
    routed.resolver.cache.flush(b"\0")
    assert routed.put(query("to-face.corp.example"), TWO - 0.5) is None
    play(routed, TWO)
    assert routed.last().answer[0][0].address == "192.0.2.53"


def test_what_is_the_sites_or_here_is_not_asked_for(routed: Desk) -> None:
    assert (
        ask(routed, "to-inside.corp.example", WORK).answer[-1].to_text()
        == "printer.office. 300 IN A 10.0.0.9"
    )
    assert ask(routed, "to-here.corp.example", WORK).answer[-1].to_text() == "localhost. 86400 IN A 127.0.0.1"
    assert len(routed.sender.sent) == 2


def test_an_alias_of_the_site_leads_outside(routed: Desk) -> None:
    message = ask(routed, "web.office", WORK)
    assert [rrset.to_text().split()[0] for rrset in message.answer] == [
        "web.office.",
        "www.corp.example.",
        "web.corp.example.",
        "cdn.example.net.",
    ]
    assert (
        ask(routed, "web.office", WORK, "CNAME").answer[0].to_text()
        == "web.office. 300 IN CNAME www.corp.example."
    )
    assert len(routed.sender.sent) == 3


@pytest.mark.parametrize(("name", "rcode"), [("gone.corp.example", 3), ("none.corp.example", 0)])
def test_an_end_that_is_not_there(routed: Desk, name: str, rcode: int) -> None:
    for _ in range(2):
        message = ask(routed, name, WORK)
        assert (message.rcode(), len(message.answer)) == (rcode, 1)
        assert [rrset.rdtype.name for rrset in message.authority] == ["SOA"]
    assert len(routed.sender.sent) == 2


def test_a_circle_ends(routed: Desk) -> None:
    message = ask(routed, "circle.corp.example", WORK, use_edns=0)
    assert message.rcode() == 2
    assert [one.text for one in message.options if isinstance(one, dns.edns.EDEOption)] == [
        "the aliases lead round in a circle"
    ]
    assert len(routed.sender.sent) == 2


@pytest.mark.parametrize("length", [MAX_LINKS, MAX_LINKS + 1])
def test_one_question_costs_a_bounded_number_of_questions(routed: Desk, length: int) -> None:
    zone = {**ZONE, f"c{length}.corp.example": [f"c{length}.corp.example. 300 IN A 192.0.2.9"]}
    assert routed.put(query("c0.corp.example"), WORK) is None
    play(routed, WORK, zone)
    assert len(routed.sender.sent) == MAX_LINKS + 1
    assert routed.last().rcode() == (0 if length == MAX_LINKS else 2)
    assert len(routed.last().answer) == (MAX_LINKS + 1 if length == MAX_LINKS else 0)


def test_no_link_begins_when_the_time_of_a_question_is_over(routed: Desk) -> None:
    assert routed.put(query("www.corp.example"), WORK) is None
    attempt = routed.sender.last()
    routed.resolver.forwarder.received(
        attempt, reply_to(attempt, *ZONE["www.corp.example"]), WORK + QUERY_RESOLUTION_SECONDS - 0.1
    )
    attempt = routed.sender.last()
    late = WORK + QUERY_RESOLUTION_SECONDS + 0.1
    routed.resolver.forwarder.received(attempt, reply_to(attempt, *ZONE["web.corp.example"]), late)
    assert routed.last().rcode() == 2
    assert len(routed.sender.sent) == 2


def test_who_has_waited_is_told_in_time_while_others_wait_on(routed: Desk) -> None:
    """All links together take no longer than one question may."""
    forwarder = routed.resolver.forwarder
    assert routed.put(query("www.corp.example", id=1), WORK) is None
    attempt = routed.sender.last()
    then = WORK + QUERY_RESOLUTION_SECONDS - 0.5
    forwarder.received(attempt, reply_to(attempt, *ZONE["www.corp.example"]), then)
    assert routed.put(query("web.corp.example", id=2), then) is None
    forwarder.tick(WORK + QUERY_RESOLUTION_SECONDS - TICK)
    assert routed.delivered == []
    forwarder.tick(WORK + QUERY_RESOLUTION_SECONDS + 2 * TICK)
    assert (routed.last().id, routed.last().rcode()) == (1, 2)
    play(routed, WORK + QUERY_RESOLUTION_SECONDS + 0.3)
    assert [dns.message.from_wire(one.wire).id for one in routed.delivered] == [1, 2]
    assert routed.last().rcode() == 0
    assert not routed.resolver._waiting


def test_a_dead_end_is_a_failure_and_what_was_known_is_told_stale(routed: Desk) -> None:
    assert ask(routed, "dead.corp.example", WORK).rcode() == 2
    assert ask(routed, "dead.corp.example", WORK + 1).rcode() == 2
    assert len(routed.sender.sent) == 2
    ask(routed, "www.corp.example", WORK)
    assert routed.put(query("www.corp.example"), WORK + 150) is None
    routed.upstream_fails(WORK + 150)
    assert len(routed.last().answer) == 3
    assert {rrset.ttl for rrset in routed.last().answer} == {30}
    assert routed.put(query("www.corp.example"), WORK + 400) is None
    while any(one.is_open for one in routed.sender.sent):
        routed.upstream_fails(WORK + 400)
    assert len(routed.last().answer) == 3


def test_who_asks_at_once_shares_every_link(routed: Desk) -> None:
    for address in (HQ, UMP, GUEST):
        assert routed.put(query("www.corp.example"), WORK, address) is None
    play(routed, WORK)
    assert len(routed.sender.sent) == 3
    assert [len(dns.message.from_wire(one.wire).answer) for one in routed.delivered] == [3, 3, 3]


def test_it_is_authentic_where_each_link_is(routed: Desk) -> None:
    assert routed.put(query("www.corp.example", flags=dns.flags.RD | dns.flags.AD), WORK) is None
    play(routed, WORK, flags=dns.flags.AD)
    assert routed.last().flags & dns.flags.AD
    routed.resolver.cache.flush(from_text("cdn.example.net"))
    assert routed.put(query("www.corp.example", flags=dns.flags.RD | dns.flags.AD), WORK) is None
    play(routed, WORK)
    assert not routed.last().flags & dns.flags.AD


def test_a_reply_is_repeated_until_a_ttl_of_any_link_changes(routed: Desk) -> None:
    ask(routed, "www.corp.example", WORK)
    ask(routed, "web.office", WORK)
    for name in ("www.corp.example", "web.office"):
        reply = routed.put(query(name), WORK + 10.25)
        assert reply is not None
        assert reply.valid_until == WORK + 11


def test_addresses_at_the_end_turn(routed: Desk) -> None:
    ask(routed, "www.corp.example", WORK)
    first = {ask(routed, "www.corp.example", WORK, id=at).answer[-1][0].address for at in range(2)}
    assert first == {"192.0.2.1", "192.0.2.2"}


def test_an_end_that_has_not_the_form_of_its_type_is_a_failure_and_no_fault(routed: Desk) -> None:
    """An upstream's odd data are no error of ours: joined with what led there they cannot be written."""
    assert routed.put(query("www.corp.example", "SOA", use_edns=0), WORK) is None
    routed.upstream_says(WORK, "www.corp.example. 60 IN CNAME cdn.example.net.")
    attempt = routed.sender.last()
    asked_again = datagram(attempt)
    end = asked_again.index(b"\0\0\x06\0\1", 12) + 5  # behind the only question
    empty = b"\xc0\x0c\0\x06\0\1\0\0\0\x3c\0\0"  # an SOA without data
    reply = asked_again[:2] + b"\x81\x80\0\1\0\1\0\0\0\0" + asked_again[12:end] + empty
    routed.resolver.forwarder.received(attempt, reply, WORK)
    message = routed.last()
    assert message.rcode() == dns.rcode.SERVFAIL
    assert "not of the form of its type" in str(message.options[0])
