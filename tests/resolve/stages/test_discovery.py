"""Our own encrypted listeners, offered to who asks (RFC 9462)."""

from __future__ import annotations

import pytest

from sm_dns.dns.names import from_text
from sm_dns.resolve.pipeline import STAGES
from sm_dns.resolve.stages.discovery import designated
from tests.support.desk import STRANGER, WORK, Desk
from tests.support.messages import query

ASKED = "_dns.resolver.arpa"
NAME = from_text("dns.agency.example")


def offers(desk: Desk, qtype: str = "SVCB") -> list[str]:
    message = desk.ask(query(ASKED, qtype), WORK)
    return [record.to_text() for rrset in message.answer for record in rrset]


def test_dot_and_doh_are_offered_with_their_addresses(desk: Desk) -> None:
    desk.resolver.designated = designated(
        NAME, [("10.0.0.5", 853), ("fd00::5", 853)], [("10.0.0.5", 443)], "/dns-query"
    )
    assert offers(desk) == [
        '1 dns.agency.example. alpn="h2" ipv4hint="10.0.0.5" dohpath="/dns-query{?dns}"',
        '2 dns.agency.example. alpn="dot" ipv4hint="10.0.0.5" ipv6hint="fd00::5"',
    ]


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "127.0.0.1", "fe80::1%eth0"])
def test_addresses_that_others_cannot_use_are_no_hints(desk: Desk, address: str) -> None:
    desk.resolver.designated = designated(NAME, [(address, 8853)], [], "/")
    assert offers(desk) == ['1 dns.agency.example. alpn="dot" port="8853"']


def test_other_questions_and_strangers_are_told_nothing(desk: Desk) -> None:
    desk.resolver.designated = designated(NAME, [("10.0.0.5", 853)], [], "/")
    assert offers(desk, "A") == []
    refused = desk.ask(query(ASKED, "SVCB"), WORK, STRANGER)
    assert (refused.rcode(), refused.answer) == (5, [])


def test_without_listeners_there_is_nothing_to_offer(desk: Desk) -> None:
    assert offers(desk) == []


def test_it_comes_before_the_policy_against_ways_around(desk: Desk) -> None:
    desk.resolver.designated = designated(NAME, [("10.0.0.5", 853)], [], "/")
    names = [stage.name for stage in STAGES]
    assert names.index("discovery") < names.index("policy")
