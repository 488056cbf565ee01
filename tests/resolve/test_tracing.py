"""A trace of one client: what became of each question, and nothing of others."""

from __future__ import annotations

import pytest

from sm_dns.dns.codes import Rcode
from sm_dns.dns.names import to_text
from sm_dns.dns.scan import scan
from sm_dns.resolve.over_limit import trace_over_limit
from sm_dns.resolve.tracing import MAX_TRACED, Traced, Tracer
from tests.support.desk import HQ, STRANGER, UMP, WORK, Desk
from tests.support.messages import query

ADDRESS = "www.example.com. 300 IN A 192.0.2.80"


def traced(desk: Desk, *addresses: str) -> Tracer:
    tracer = desk.resolver.tracer = Tracer(addresses, WORK + 600)
    return tracer


def one_of(tracer: Tracer) -> Traced:
    ((one,), lost) = tracer.take(10)
    assert lost == 0
    return one


def test_a_denial_is_noted_with_its_list(desk: Desk) -> None:
    tracer = traced(desk, HQ)
    desk.ask(query("www.youtube.com"), WORK)
    one = one_of(tracer)
    assert (one.at, one.address, to_text(one.qname), one.qtype) == (WORK, HQ, "www.youtube.com", 1)
    assert (one.stage, one.action, one.reason_code) == ("policy", "deny", "STREAMING")
    assert (one.decided_by, one.upstream, one.milliseconds) == ("site:streaming.txt", "", 0.0)


def test_an_upstreams_answer_is_noted_with_who_gave_it_and_how_long_it_took(desk: Desk) -> None:
    tracer = traced(desk, HQ)
    desk.resolve(query("www.example.com"), WORK, ADDRESS, later=0.25)
    one = one_of(tracer)
    assert (one.stage, one.action, one.reason_code) == ("upstream", "forward", "NOT_LISTED")
    assert (one.upstream, one.milliseconds) == (str(desk.sender.last().upstream.server), 250.0)
    desk.ask(query("www.example.com"), WORK + 1)
    one = one_of(tracer)
    assert (one.stage, one.upstream, one.rcode) == ("cache", "", Rcode.NOERROR)


def test_an_upstream_that_does_not_answer_is_noted_by_its_absence(desk: Desk) -> None:
    tracer = traced(desk, HQ)
    assert desk.put(query("www.example.com"), WORK) is None
    while not desk.delivered:
        desk.upstream_fails(WORK + 0.5)
    one = one_of(tracer)
    assert (one.stage, one.upstream, one.rcode) == ("upstream", "", Rcode.SERVFAIL)


def test_of_others_who_wait_for_the_same_answer_nothing_is_noted(desk: Desk) -> None:
    tracer = traced(desk, HQ)
    assert desk.put(query("www.example.com"), WORK, UMP) is None
    assert desk.put(query("www.example.com"), WORK) is None
    desk.upstream_says(WORK + 0.1, ADDRESS)
    assert len(desk.delivered) == 2
    assert one_of(tracer).address == HQ


def test_whoever_is_not_served_is_told_so_in_the_trace(desk: Desk) -> None:
    tracer = traced(desk, STRANGER)
    desk.ask(query("www.example.com"), WORK, STRANGER)
    assert (one := one_of(tracer)).stage == "clients" and one.rcode == Rcode.REFUSED


@pytest.mark.parametrize("asker", ["::ffff:10.1.0.1", "3c:22:fb:01:02:03=10.1.0.1", "10.1.0.1"])
def test_a_client_is_known_however_its_address_is_written(asker: str) -> None:
    assert Tracer([HQ], WORK).traces(asker)


def test_what_is_over_the_limit_is_noted(desk: Desk) -> None:
    tracer = traced(desk, HQ)
    trace_over_limit(desk.resolver, query("www.example.com"), HQ, Rcode.REFUSED, WORK)
    trace_over_limit(desk.resolver, query("www.example.com"), UMP, Rcode.REFUSED, WORK)
    trace_over_limit(desk.resolver, b"\0" * 12, HQ, Rcode.REFUSED, WORK)
    assert one_of(tracer).stage == "limit"


def test_the_oldest_go_and_are_counted() -> None:
    tracer = Tracer([HQ], WORK)
    question = scan(query("www.example.com"))
    for count in range(MAX_TRACED + 3):
        tracer.note(question, HQ, None, "cache", 0, float(count), float(count))
    taken, lost = tracer.take(2)
    assert ([one.at for one in taken], lost) == ([3.0, 4.0], 3)
    assert tracer.take(1)[1] == 0


def test_a_traced_answer_is_the_answer(desk: Desk) -> None:
    """Octet for octet what others get, and counted as theirs."""
    plain = desk.put(query("facebook.com", id=1), WORK)
    traced(desk, HQ)
    noted = desk.put(query("facebook.com", id=1), WORK)
    assert plain is not None and noted is not None
    assert (plain.wire, plain.counter_id) == (noted.wire, noted.counter_id)
