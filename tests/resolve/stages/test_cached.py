"""Answers that are known, and failures that just happened."""

from __future__ import annotations

import dns.edns
import dns.message

from sm_dns.resolve.cache import FAILURE_LIFETIME
from tests.support.desk import EVENING, UMP, WORK, Desk
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
