"""Which server this is: told where the site has a text for it, and to nobody else (RFC 4892, RFC 5001)."""

from __future__ import annotations

from typing import Any

import dns.edns
import dns.message
import pytest

from tests.support.desk import HQ, LUNCH, STRANGER, WORK, Desk
from tests.support.messages import query

TEXT = b"dns-putrajaya-1"
ASKED = [dns.edns.GenericOption(dns.edns.NSID, b"")]
ADDRESS = "www.example.com. 300 IN A 192.0.2.80"


@pytest.fixture
def named(desk: Desk) -> Desk:
    desk.change(identity=TEXT)
    return desk


def nsid(message: dns.message.Message) -> list[bytes]:
    return [one.to_wire() or b"" for one in message.options if one.otype == dns.edns.NSID]


@pytest.mark.parametrize("name", ["version.bind", "ID.server", "hostname.bind"])
def test_the_text_answers_questions_about_the_server(named: Desk, name: str) -> None:
    message = named.ask(query(name, "TXT", rdclass="CH"), WORK)
    (rrset,) = message.answer
    assert (rrset.name.to_text(), rrset.ttl, rrset.rdclass) == (f"{name}.", 0, 3)
    assert rrset[0].strings == (TEXT,)


@pytest.mark.parametrize(("name", "qtype"), [("authors.bind", "TXT"), ("version.bind", "A"), ("bind", "TXT")])
def test_other_questions_of_the_class_are_refused(named: Desk, name: str, qtype: str) -> None:
    message = named.ask(query(name, qtype, rdclass="CH"), WORK)
    assert (message.rcode(), message.answer) == (5, [])


def test_a_stranger_is_told_nothing(named: Desk) -> None:
    for asked in (query("id.server", "TXT", rdclass="CH"), query("facebook.com", options=ASKED, use_edns=0)):
        message = named.ask(asked, WORK, STRANGER)
        assert (message.rcode(), message.answer, nsid(message)) == (5, [], [])


def test_who_asks_for_it_gets_it_with_every_answer(named: Desk) -> None:
    edns: dict[str, Any] = {"use_edns": 0, "options": ASKED}
    assert nsid(named.ask(query("facebook.com", **edns), WORK)) == [TEXT]
    assert nsid(named.resolve(query("www.example.com", **edns), LUNCH, ADDRESS, address=HQ)) == [TEXT]
    assert nsid(named.ask(query("www.example.com", **edns), LUNCH)) == [TEXT]
    assert nsid(named.ask(query("www.example.com", use_edns=0), LUNCH)) == []
    assert nsid(named.ask(query("www.example.com"), LUNCH)) == []


def test_without_a_text_it_is_absent(desk: Desk) -> None:
    message = desk.ask(query("facebook.com", use_edns=0, options=ASKED), WORK)
    assert (message.edns, nsid(message)) == (0, [])
