"""Forwarding, with a sender that only takes notes and time as an argument (threats T1, T2, T3, T5, T10)."""

from __future__ import annotations

from collections.abc import Callable

import dns.flags
import dns.message
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.codes import Ede
from sm_dns.dns.names import from_text
from sm_dns.dns.walk import MAX_RECORDS
from sm_dns.resolve.cache import Key
from sm_dns.resolve.forwarding.attempts import QUERY_RESOLUTION_SECONDS, Attempt
from sm_dns.resolve.forwarding.deadlines import TICK
from sm_dns.resolve.forwarding.failure import Failure
from sm_dns.resolve.forwarding.forward import Forwarder
from sm_dns.resolve.forwarding.in_flight import MAX_ATTEMPTS, MAX_CALLBACKS, MAX_IN_FLIGHT_QUERIES
from sm_dns.resolve.forwarding.strategies import fastest, parallel
from sm_dns.resolve.forwarding.upstream import (
    MAX_CASE_MISMATCHES,
    MAX_IN_FLIGHT,
    SHORTEST_RETRY_TIMEOUT,
    Upstream,
)
from tests.support.forwarding import NotedSender, Outcomes, datagram, forwarder, reply_to
from tests.support.messages import response

NOW = 1_800_000_000.0
KEY = Key(from_text("www.example.com"), 1, False, False)
ADDRESS = "www.example.com. 300 IN A 192.0.2.80"
RETRY = SHORTEST_RETRY_TIMEOUT + 2 * TICK


def asked(count: int = 1) -> tuple[Forwarder, NotedSender, Outcomes]:
    """A forwarder to so many upstreams with one question in flight."""
    one, sender = forwarder(count)
    outcomes = Outcomes()
    one.ask(KEY, outcomes, NOW)
    return one, sender, outcomes


def tick_until(one: Forwarder, start: float, end: float) -> None:
    """The shell's timer between two instants."""
    now = start
    while now < end:
        now += TICK
        one.tick(now)


@pytest.mark.parametrize("dnssec_ok", [False, True])
@pytest.mark.parametrize("checking_disabled", [False, True])
def test_what_upstreams_are_asked(dnssec_ok: bool, checking_disabled: bool) -> None:
    one, sender = forwarder()
    one.ask(Key(from_text("www.example.com"), 65, dnssec_ok, checking_disabled), Outcomes(), NOW)
    message = dns.message.from_wire(datagram(sender.last()))
    assert message.question[0].to_text().lower() == "www.example.com. in https"
    assert message.flags == dns.flags.RD | dns.flags.AD | (dns.flags.CD if checking_disabled else 0)
    assert (message.edns, message.payload, message.options) == (0, 1232, ())
    assert bool(message.ednsflags & dns.flags.DO) == dnssec_ok


def test_an_answer_reaches_who_waits_for_it() -> None:
    one, sender, outcomes = asked()
    assert len(one) == 1
    one.received(sender.last(), reply_to(sender.last(), ADDRESS), NOW + 0.01)
    assert outcomes.relay.answers == 1
    assert len(one) == 0
    assert sender.forgotten == sender.sent


def test_equal_questions_are_one_question_to_the_upstream() -> None:
    """T3: a birthday needs many datagrams in flight for one question."""
    one, sender, first = asked()
    others = [Outcomes() for _ in range(20)]
    for other in others:
        one.ask(KEY, other, NOW)
    assert len(sender.sent) == 1
    one.received(sender.last(), reply_to(sender.last(), ADDRESS), NOW)
    assert all(other.only is first.only for other in others)


def test_a_routed_domains_own_ds_is_asked_of_its_parents_server() -> None:
    """RFC 4035 §3.1.4.1."""
    one, sender = forwarder(3)
    one.routes = {
        from_text("corp.example"): (one.upstreams[1],),
        from_text("lab.corp.example"): (one.upstreams[2],),
    }
    for name, qtype, upstream in [
        ("corp.example", 43, 0),
        ("corp.example", 1, 1),
        ("www.corp.example", 43, 1),
        ("lab.corp.example", 43, 1),
        ("lab.corp.example", 48, 2),
    ]:
        one.ask(Key(from_text(name), qtype, True, False), Outcomes(), NOW)
        assert sender.last().upstream is one.upstreams[upstream] or upstream == 0, name
        if upstream == 0:
            assert sender.last().query.upstreams == one.upstreams


@pytest.mark.parametrize(
    "other",
    [KEY._replace(qname=from_text("example.com")), KEY._replace(qtype=28), KEY._replace(dnssec_ok=True)],
)
def test_other_questions_are_asked_apart(other: Key) -> None:
    one, sender, outcomes = asked()
    one.ask(other, Outcomes(), NOW)
    assert len(sender.sent) == 2
    one.received(sender.last(), reply_to(sender.last()), NOW)
    assert not outcomes.told


Change = Callable[[bytes], bytes]


def _set(at: int, value: int) -> Change:
    return lambda reply: reply[:at] + bytes([value]) + reply[at + 1 :]


@pytest.mark.parametrize(
    "change",
    [
        _set(13, ord("v")),  # another name
        lambda reply: reply[:13] + bytes([reply[13] ^ 0x20]) + reply[14:],  # another letter case
        _set(30, 28),  # another type
        _set(32, 3),  # another class
        _set(2, 0x01),  # a query
        _set(2, 0xA9),  # another opcode
        _set(5, 0),  # no question
        _set(5, 2),  # two questions
        _set(7, 3),  # records too few
        lambda reply: reply[:20],
        lambda reply: reply[:12],
        lambda reply: reply[:3],
        lambda reply: b"",
        lambda reply: reply[:-12],  # cut inside the answer
    ],
)
def test_a_wrong_answer_is_dropped_and_waiting_goes_on(change: Change) -> None:
    """T2: what does not fit neither answers nor ends the question."""
    one, sender, outcomes = asked()
    good = reply_to(sender.last(), ADDRESS)
    one.received(sender.last(), change(good), NOW)
    assert not outcomes.told
    assert sender.forgotten == []
    one.received(sender.last(), good, NOW)
    assert outcomes.relay.answers == 1


def test_a_loop_is_dropped_and_the_flight_ends_in_time() -> None:
    one, sender, outcomes = asked()
    loop = reply_to(sender.last(), "www.example.com. 60 IN CNAME www.example.com.")
    for _ in range(3):
        one.received(sender.last(), loop, NOW)
    tick_until(one, NOW, NOW + QUERY_RESOLUTION_SECONDS + 2 * TICK)
    assert outcomes.failure.ede == Ede.NO_REACHABLE_AUTHORITY


def test_a_silent_upstream_gives_way_to_the_next() -> None:
    one, sender, outcomes = asked(2)
    tick_until(one, NOW, NOW + RETRY)
    first, second = sender.sent
    assert first.upstream is not second.upstream
    assert first.upstream.failures == 1
    one.received(second, reply_to(second, ADDRESS), NOW + 0.5)
    assert outcomes.relay.answers == 1
    assert second.upstream.failures == 0


def test_a_late_answer_is_still_welcome_while_the_next_is_asked() -> None:
    one, sender, outcomes = asked(2)
    tick_until(one, NOW, NOW + RETRY)
    one.received(sender.sent[0], reply_to(sender.sent[0], ADDRESS), NOW + 1.0)
    assert outcomes.relay.answers == 1
    assert sender.sent[0].upstream.failures == 0
    assert set(sender.forgotten) == set(sender.sent)


def test_an_answer_after_the_end_is_dropped() -> None:
    one, sender, outcomes = asked()
    reply = reply_to(sender.last(), ADDRESS)
    one.received(sender.last(), reply, NOW)
    one.received(sender.last(), reply, NOW)
    one.lost(sender.last(), NOW)
    assert len(outcomes.told) == 1
    assert sender.last().upstream.failures == 0


def test_who_may_wait_less_long_is_told_once_where_the_flight_ends_in_the_same_tick() -> None:
    """As after a pause of the process, in which both times passed."""
    one, sender = forwarder(1)
    outcomes = Outcomes()
    one.ask(KEY, outcomes, NOW)
    one.wait_until(KEY, outcomes, NOW + 1.0)
    one.tick(NOW + 2 * QUERY_RESOLUTION_SECONDS)
    one.tick(NOW + 3 * QUERY_RESOLUTION_SECONDS)
    assert len(outcomes.told) == 1
    assert sender.sent and len(one) == 0


def test_one_upstream_is_asked_again_and_given_up_in_the_end() -> None:
    one, sender, outcomes = asked()
    tick_until(one, NOW, NOW + QUERY_RESOLUTION_SECONDS - 2 * TICK)
    assert not outcomes.told
    assert 1 < len(sender.sent) <= MAX_ATTEMPTS
    tick_until(one, NOW + QUERY_RESOLUTION_SECONDS - 2 * TICK, NOW + QUERY_RESOLUTION_SECONDS + 2 * TICK)
    assert outcomes.failure.ede == Ede.NO_REACHABLE_AUTHORITY
    assert len(one) == 0
    tick_until(one, NOW + QUERY_RESOLUTION_SECONDS, NOW + 2 * QUERY_RESOLUTION_SECONDS)
    assert not one.is_waiting()


@pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED", "NOTAUTH"])
def test_a_refusal_moves_on_at_once_and_fails_when_all_refuse(rcode: str) -> None:
    one, sender, outcomes = asked(3)
    for count in (1, 2, 3):
        assert len(sender.sent) == count
        assert not outcomes.told
        one.received(sender.last(), reply_to(sender.last(), rcode=rcode), NOW)
    assert len({attempt.upstream for attempt in sender.sent}) == 3
    assert outcomes.failure.ede == Ede.NO_REACHABLE_AUTHORITY


def test_an_unreachable_upstream_gives_way_at_once() -> None:
    one, sender, outcomes = asked(2)
    one.lost(sender.last(), NOW)
    assert len(sender.sent) == 2
    assert sender.sent[0].upstream.failures == 1
    one.lost(sender.last(), NOW)
    assert outcomes.failure.ede == Ede.NETWORK_ERROR


def test_a_refusal_waits_for_the_others_in_flight() -> None:
    one, sender, outcomes = asked(2)
    tick_until(one, NOW, NOW + RETRY)
    first, second = sender.sent
    one.received(second, reply_to(second, rcode="SERVFAIL"), NOW + 0.5)
    assert not outcomes.told
    one.received(first, reply_to(first, ADDRESS), NOW + 0.6)
    assert outcomes.relay.answers == 1


def test_a_refusal_after_a_lost_packet_asks_again_at_once() -> None:
    one, sender, outcomes = asked(2)
    tick_until(one, NOW, NOW + RETRY)
    one.received(sender.last(), reply_to(sender.last(), rcode="SERVFAIL"), NOW + 0.5)
    assert len(sender.sent) == 3
    one.received(sender.last(), reply_to(sender.last(), ADDRESS), NOW + 0.51)
    assert outcomes.relay.answers == 1


def test_an_only_upstream_that_refuses_after_a_lost_packet_is_asked_again_but_not_waited_for() -> None:
    one, sender, outcomes = asked()
    tick_until(one, NOW, NOW + RETRY)
    while not outcomes.told:
        assert len(sender.sent) <= MAX_ATTEMPTS
        one.received(sender.last(), reply_to(sender.last(), rcode="SERVFAIL"), NOW + 0.5)
    assert outcomes.failure.ede == Ede.NO_REACHABLE_AUTHORITY
    assert len(sender.sent) == MAX_ATTEMPTS


def test_a_silent_upstream_is_asked_again_although_the_others_refused_before_it_was_late() -> None:
    one, sender = forwarder(2)
    one.strategy = parallel
    outcomes = Outcomes()
    one.ask(KEY, outcomes, NOW)
    one.received(sender.last(), reply_to(sender.last(), rcode="SERVFAIL"), NOW + 0.01)
    assert len(sender.sent) == 2  # the other may still answer in time
    tick_until(one, NOW, NOW + RETRY)
    assert len(sender.sent) == 3


def test_a_sender_that_loses_every_attempt_at_once() -> None:
    one, sender = forwarder(3)
    outcomes = Outcomes()

    def lose(attempt: Attempt) -> None:
        NotedSender.send(sender, attempt)
        one.lost(attempt, NOW)

    sender.send = lose  # type: ignore[method-assign]
    one.ask(KEY, outcomes, NOW)
    assert outcomes.failure.ede == Ede.NETWORK_ERROR
    assert len(sender.sent) == 3
    assert len(one) == 0


def test_a_truncated_answer_is_fetched_over_tcp() -> None:
    one, sender, outcomes = asked()
    attempt = sender.last()
    one.received(attempt, reply_to(attempt, flags=dns.flags.TC), NOW)
    assert sender.streams == [attempt]
    assert not outcomes.told
    one.received(attempt, reply_to(attempt, ADDRESS), NOW + 0.1)
    assert outcomes.relay.answers == 1


def test_a_truncated_answer_is_no_answer_even_when_it_comes_twice() -> None:
    one, sender, outcomes = asked()
    attempt = sender.last()
    for _ in range(3):
        one.received(attempt, reply_to(attempt, flags=dns.flags.TC), NOW)
    assert sender.streams == [attempt]
    assert not outcomes.told


def test_a_truncated_answer_whose_tcp_fails_gives_way_to_the_next() -> None:
    one, sender, outcomes = asked(2)
    one.received(sender.last(), reply_to(sender.last(), flags=dns.flags.TC), NOW)
    one.lost(sender.last(), NOW)
    assert len(sender.sent) == 2
    one.received(sender.last(), reply_to(sender.last(), ADDRESS), NOW)
    assert outcomes.relay.answers == 1


def test_a_truncated_answer_that_is_truncated_over_tcp_too_says_nothing_of_tcp() -> None:
    one, sender, outcomes = asked()
    attempt = sender.last()
    one.received(attempt, reply_to(attempt, flags=dns.flags.TC), NOW)
    one.received_stream(attempt, reply_to(attempt, flags=dns.flags.TC), NOW)
    assert str(outcomes.failure.text) == "the answer cannot be read"
    assert attempt.upstream.tcp_from == 0.0  # it has TCP


def test_clients_waiting_on_one_name_are_bounded() -> None:
    one, sender, outcomes = asked()
    waiting = [Outcomes() for _ in range(MAX_CALLBACKS - 1)]
    for callback in waiting:
        one.ask(KEY, callback, NOW)
    assert not any(callback.told for callback in waiting)
    over = Outcomes()
    one.ask(KEY, over, NOW)
    assert over.failure.ede == Ede.OTHER
    one.received(sender.last(), reply_to(sender.last(), ADDRESS), NOW)
    assert all(callback.relay is outcomes.relay for callback in waiting)


def test_questions_in_flight_are_bounded() -> None:
    one, sender = forwarder(2)
    for count in range(MAX_IN_FLIGHT_QUERIES):
        one.ask(KEY._replace(qname=from_text(f"h{count}.example")), Outcomes(), NOW)
    over = Outcomes()
    one.ask(KEY, over, NOW)
    assert over.failure.ede == Ede.OTHER
    assert len(one) == len(sender.sent) == MAX_IN_FLIGHT_QUERIES
    for attempt in sender.sent:
        one.received(attempt, reply_to(attempt), NOW)
    assert len(one) == 0


def test_without_upstreams_there_is_an_answer_too() -> None:
    _, _, outcomes = asked(0)
    assert outcomes.failure.ede == Ede.NO_REACHABLE_AUTHORITY


@pytest.mark.parametrize("step", [3600.0, -3600.0, 0.26])
def test_a_stepped_clock_neither_ends_nor_stretches_a_wait(step: float) -> None:
    one, sender, outcomes = asked(2)
    one.shift(step)
    one.tick(NOW + step + 0.1)
    assert len(sender.sent) == 1
    assert not outcomes.told
    tick_until(one, NOW + step, NOW + step + RETRY + TICK)
    assert len(sender.sent) == 2
    tick_until(one, NOW + step + RETRY, NOW + step + QUERY_RESOLUTION_SECONDS + 3 * TICK)
    assert outcomes.failure.ede == Ede.NO_REACHABLE_AUTHORITY


steps = st.lists(
    st.tuples(
        st.sampled_from(["ask", "answer", "refuse", "truncate", "lose", "wrong", "tick", "shift"]),
        st.integers(0, 30),
        st.sampled_from([0.0, 0.01, 0.3, 1.0]),
    ),
    max_size=60,
)


@given(st.integers(0, 4), steps)
def test_every_waiter_is_told_exactly_once(count: int, events: list[tuple[str, int, float]]) -> None:
    """Whatever arrives in whatever order: one outcome each, within the time of a query, and nothing left over."""
    one, sender = forwarder(count)
    callbacks = []
    now = NOW
    for kind, which, seconds in events:
        now += seconds
        one.tick(now)
        if kind == "ask":
            callbacks.append(Outcomes())
            one.ask(KEY._replace(qtype=which % 3 + 1), callbacks[-1], now)
        elif kind == "shift":
            one.shift(100.0)
            now += 100.0
        elif sender.sent and kind != "tick":
            attempt = sender.sent[which % len(sender.sent)]
            if kind == "lose":
                one.lost(attempt, now)
            elif kind == "wrong":
                one.received(attempt, b"\0" * which, now)
            else:
                flags = dns.flags.TC if kind == "truncate" else 0
                rcode = "SERVFAIL" if kind == "refuse" else "NOERROR"
                one.received(attempt, reply_to(attempt, rcode=rcode, flags=flags), now)
    tick_until(one, now, now + QUERY_RESOLUTION_SECONDS + 2 * TICK)
    assert all(len(callback.told) == 1 for callback in callbacks)
    assert len(one) == 0
    assert set(sender.forgotten) == set(sender.sent)
    assert len(sender.forgotten) == len(sender.sent)


def test_the_letter_case_of_a_question_is_random() -> None:
    """T1: 0x20 adds a bit for each letter to what a forger has to guess."""
    cases = set()
    for _ in range(20):
        _, sender, _ = asked()
        cases.add(sender.last().question)
    assert len({case.lower() for case in cases}) == 1
    assert len(cases) > 10


def test_a_near_miss_is_asked_again_over_tcp_once() -> None:
    """T2: somebody guesses; TCP cannot be forged from off the path, and waiting for UDP goes on."""
    one, sender, outcomes = asked()
    good = reply_to(sender.last(), ADDRESS)
    forged = good[:13] + bytes([good[13] ^ 0x20]) + good[14:]
    one.received(sender.last(), forged, NOW)
    one.received(sender.last(), forged, NOW)
    assert sender.streams == [sender.last()]
    one.received(sender.last(), good, NOW)
    assert outcomes.relay.answers == 1


def test_an_upstream_that_loses_the_case_is_asked_in_lower_case_after_a_while() -> None:
    one, sender = forwarder()
    for count in range(MAX_CASE_MISMATCHES):
        outcomes = Outcomes()
        one.ask(KEY._replace(qname=from_text(f"abcdefghijklmnopqrstuvwxyz{count}.example")), outcomes, NOW)
        attempt = sender.last()
        folded = (
            datagram(attempt)[:12] + attempt.question.lower() + attempt.wire[10 + len(attempt.question) :]
        )
        one.received_stream(attempt, response(folded), NOW)
        assert outcomes.relay.answers == 0
    one.ask(KEY, Outcomes(), NOW)
    assert sender.last().question.islower()


def test_over_tcp_another_question_ends_the_attempt() -> None:
    one, sender, outcomes = asked()
    good = reply_to(sender.last(), ADDRESS)
    one.received_stream(sender.last(), good[:13] + b"#" + good[14:], NOW)
    assert isinstance(outcomes.only, Failure)


def test_a_near_miss_does_not_end_the_question_where_tcp_fails() -> None:
    """T2: else a forger who guesses an ID could stop any name, as many upstreams behind small routers have no TCP."""
    one, sender, outcomes = asked()
    attempt = sender.last()
    good = reply_to(attempt, ADDRESS)
    one.received(attempt, good[:13] + bytes([good[13] ^ 1]) + good[14:], NOW)
    assert sender.streams == [attempt]
    one.lost(attempt, NOW)
    assert not outcomes.told
    one.received(attempt, good, NOW)
    assert outcomes.relay.answers == 1


def test_over_tcp_a_type_is_a_number_and_has_no_letter_case() -> None:
    """HTTPS is 65, the letter A; 97 is its lower case, and another type."""
    one, sender = forwarder()
    outcomes = Outcomes()
    one.ask(KEY._replace(qtype=65), outcomes, NOW)
    good = reply_to(sender.last())
    assert good[30] == 65
    one.received_stream(sender.last(), good[:30] + b"\x61" + good[31:], NOW)
    assert isinstance(outcomes.only, Failure)


def test_one_upstream_cannot_take_all_there_are() -> None:
    """T10: a dead server for one domain leaves places for the others."""
    one, sender = forwarder(2)
    dead, alive = one.upstreams
    one.upstreams = (alive,)
    one.routes = {from_text("dead.example"): (dead,)}
    for count in range(MAX_IN_FLIGHT):
        one.ask(KEY._replace(qname=from_text(f"h{count}.dead.example")), Outcomes(), NOW)
    over = Outcomes()
    one.ask(KEY._replace(qname=from_text("one-more.dead.example")), over, NOW)
    assert isinstance(over.only, Failure)
    one.ask(KEY, Outcomes(), NOW)
    assert sender.last().upstream is alive


def test_the_longest_route_wins() -> None:
    one, sender = forwarder(3)
    general, agency, branch = one.upstreams
    one.upstreams = (general,)
    one.routes = {from_text("agency.gov.my"): (agency,), from_text("branch.agency.gov.my"): (branch,)}
    for name, upstream in (
        ("www.agency.gov.my", agency),
        ("agency.gov.my", agency),
        ("a.branch.agency.gov.my", branch),
        ("notagency.gov.my", general),
    ):
        one.ask(KEY._replace(qname=from_text(name)), Outcomes(), NOW)
        assert sender.last().upstream is upstream, name


def test_retries_of_a_flood_leave_places_for_first_questions() -> None:
    """T10: one client's dead names, each asked again and again, must not fill an upstream for everybody."""
    one, sender = forwarder()
    for number in range(MAX_IN_FLIGHT // 2):
        one.ask(KEY._replace(qname=from_text(f"n{number}.example")), Outcomes(), NOW)
    tick_until(one, NOW, NOW + QUERY_RESOLUTION_SECONDS - 4 * TICK)
    assert sender.last().upstream.in_flight == MAX_IN_FLIGHT // 2
    outcomes = Outcomes()
    one.ask(KEY, outcomes, NOW + 4)
    one.received(sender.last(), reply_to(sender.last(), ADDRESS), NOW + 4.1)
    assert outcomes.relay.answers == 1


def test_an_upstream_without_tcp_that_loses_the_case_is_heard_in_the_end() -> None:
    one, sender = forwarder()
    for count in range(MAX_CASE_MISMATCHES):
        one.ask(KEY._replace(qname=from_text(f"abcdefghijklmnopqrstuvwxyz{count}.example")), Outcomes(), NOW)
        attempt = sender.last()
        folded = (
            datagram(attempt)[:12] + attempt.question.swapcase() + attempt.wire[10 + len(attempt.question) :]
        )
        one.received(attempt, response(folded[:-15] + attempt.question[-4:] + folded[-11:]), NOW)
        one.lost(attempt, NOW)
    one.ask(KEY, Outcomes(), NOW)
    assert sender.last().question[:-4].islower()


@pytest.mark.parametrize("first_by_datagram", [True, False])
def test_an_answer_with_more_records_than_are_read_fails_at_once(first_by_datagram: bool) -> None:
    """T5: a bound on the work of one answer; who waits is told, and the upstream is not blamed for the zone."""
    one, sender, outcomes = asked()
    if first_by_datagram:
        one.received(sender.last(), reply_to(sender.last(), flags=dns.flags.TC), NOW)
    many = [f"www.example.com. 300 IN A 10.0.{count >> 8}.{count & 255}" for count in range(MAX_RECORDS + 1)]
    one.received_stream(sender.last(), reply_to(sender.last(), *many), NOW)
    assert outcomes.failure == Failure(Ede.OTHER, "the answer cannot be read")
    assert one.upstreams[0].failures == one.upstreams[0].in_flight == len(one) == 0


def test_an_answer_with_as_many_records_as_are_read_goes_through() -> None:
    one, sender, outcomes = asked()
    one.received(sender.last(), reply_to(sender.last(), flags=dns.flags.TC), NOW)
    many = [f"www.example.com. 300 IN A 10.0.{count >> 8}.{count & 255}" for count in range(MAX_RECORDS)]
    one.received_stream(sender.last(), reply_to(sender.last(), *many), NOW)
    assert outcomes.relay.answers == MAX_RECORDS


def test_who_gets_no_upstream_is_told_whether_there_is_none_or_all_are_busy() -> None:
    one, _ = forwarder(0)
    outcomes = Outcomes()
    one.ask(KEY, outcomes, NOW)
    assert outcomes.failure == Failure(Ede.NO_REACHABLE_AUTHORITY, "there is no upstream to ask")
    one, _ = forwarder(1)
    for count in range(MAX_IN_FLIGHT):
        one.ask(KEY._replace(qname=from_text(f"h{count}.example")), Outcomes(), NOW)
    outcomes = Outcomes()
    one.ask(KEY, outcomes, NOW)
    assert outcomes.failure == Failure(Ede.NO_REACHABLE_AUTHORITY, "no upstream is free")


@pytest.mark.parametrize("over_stream", [False, True])
@pytest.mark.parametrize("validates", [False, True])
def test_who_is_not_known_to_validate_is_not_believed_to_have(validates: bool, over_stream: bool) -> None:
    """AD of one that the site says to validate is told; that of any other is cleared, whatever way it came."""
    forward, sender = forwarder(validates=validates)
    outcomes = Outcomes()
    forward.ask(KEY, outcomes, NOW)
    attempt = sender.last()
    take = forward.received_stream if over_stream else forward.received
    take(attempt, reply_to(attempt, ADDRESS, flags=dns.flags.AD), NOW)
    assert outcomes.relay.authentic is validates


def test_a_refusal_to_believe_one_is_none_of_the_others() -> None:
    """Of two upstreams each is believed for itself: the second is asked as the first does not answer."""
    forward, sender = forwarder(2, validates=False)
    first, second = forward.upstreams
    forward.adopt((first, Upstream(second.server._replace(validates=True))), {}, fastest, None)
    outcomes = Outcomes()
    forward.ask(KEY, outcomes, NOW)
    forward.lost(sender.last(), NOW)
    attempt = sender.last()
    assert attempt.upstream.server.validates
    forward.received(attempt, reply_to(attempt, ADDRESS, flags=dns.flags.AD), NOW)
    assert outcomes.relay.authentic
