"""An upstream's DNAME whose alias is missing is completed, as unbound does (RFC 6672 §3.1)."""

from __future__ import annotations

import dns.message
import pytest

from sm_dns.dns.names import from_text
from sm_dns.dns.scan import scan
from sm_dns.dns.walk import BadAnswer
from sm_dns.resolve.forwarding.upstream_answer import read_relay
from sm_dns.resolve.replies.reply import STREAM_LIMIT, Transport, encode
from tests.support.desk import WORK, Desk
from tests.support.messages import query, response

DNAME = "corp.example. 60 IN DNAME office.example."
ALIAS = "www.corp.example. 60 IN CNAME www.office.example."
ADDRESS = "www.office.example. 300 IN A 192.0.2.1"


def relayed(name: str, qtype: str, *records: str) -> list[str]:
    asked = query(name, qtype)
    qnumber = scan(asked).qtype
    relay = read_relay(response(asked, *records), from_text(name), qnumber, False)
    wire = encode(scan(asked), relay, Transport(lambda _: STREAM_LIMIT), 1232)
    return [rrset.to_text() for rrset in dns.message.from_wire(wire).answer]


@pytest.mark.parametrize("told", [[DNAME, ADDRESS], [ADDRESS, DNAME], [DNAME, ALIAS, ADDRESS]])
def test_the_alias_that_follows_is_told(told: list[str]) -> None:
    found = relayed("www.corp.example", "A", *told)
    assert sorted(found) == sorted([DNAME, ALIAS, ADDRESS])
    assert found.index(ALIAS) == found.index(DNAME) + 1


def test_one_redirection_may_lead_to_the_next() -> None:
    second = "office.example. 30 IN DNAME last.example."
    found = relayed("www.corp.example", "A", DNAME, second, "www.last.example. 300 IN A 192.0.2.1")
    assert "www.office.example. 30 IN CNAME www.last.example." in found
    assert ALIAS in found
    assert len(found) == 5


def test_asked_for_the_alias_it_is_the_answer() -> None:
    assert relayed("www.corp.example", "CNAME", DNAME) == [DNAME, ALIAS]


@pytest.mark.parametrize(("name", "qtype"), [("corp.example", "DNAME"), ("www.corp.example", "DNAME")])
def test_asked_for_the_redirection_itself_nothing_is_added(name: str, qtype: str) -> None:
    assert relayed(name, qtype, DNAME) == [DNAME]


def test_one_that_makes_too_long_a_name_or_leads_round_is_no_answer() -> None:
    name = ".".join(["a" * 63] * 3) + ".o"
    for asked, record in [
        (name, f"o. 60 IN DNAME {'b' * 60}.example."),
        ("a.o", "o. 60 IN DNAME p.o."),
        ("a.o", "o. 60 IN DNAME o."),
    ]:
        with pytest.raises(BadAnswer):
            relayed(asked, "A", record)


def test_what_it_leads_to_is_asked_and_judged(desk: Desk) -> None:
    assert desk.put(query("www.corp.example"), WORK) is None
    desk.upstream_says(WORK, DNAME)
    desk.upstream_says(WORK, ADDRESS)
    assert [rrset.to_text() for rrset in desk.last().answer] == [DNAME, ALIAS, ADDRESS]
    assert desk.put(query("www.corp.test2"), WORK) is None
    desk.upstream_says(WORK, "corp.test2. 60 IN DNAME facebook.com.")
    assert desk.last().answer[0][0].to_text() == "192.0.2.53"
