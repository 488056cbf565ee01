"""The listener: batches, late answers, clients over their budget, addresses of replies (threats T8, T9)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dns.edns
import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import pytest

from sm_dns.policy.snapshot import Snapshot
from sm_dns.resolve.forwarding.attempts import QUERY_RESOLUTION_SECONDS
from sm_dns.resolve.forwarding.deadlines import TICK
from sm_dns.resolve.tracing import Tracer
from sm_dns.serve.clients import udp
from sm_dns.serve.clients.late import LATE_AT_ONCE, LATE_SECONDS, MAX_HELD
from sm_dns.serve.clients.udp import BATCH
from tests.support.desk import HQ, WORK
from tests.support.forwarding import reply_to
from tests.support.limits import rate_of
from tests.support.listening import Counter, SetClock
from tests.support.messages import COOKIE, make_query, opt, query, response

ADDRESS = "www.example.com. 300 IN A 192.0.2.80"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    one = SetClock(WORK + 0.5)
    monkeypatch.setattr(udp, "monotonic", one.now)
    return one


@pytest.fixture
def counter(policy: Snapshot, clock: SetClock) -> Counter:
    return Counter(policy, clock)


def test_one_wake_up_answers_so_many_and_leaves_the_rest(counter: Counter) -> None:
    for count in range(BATCH + 10):
        counter.box.waiting.append((query("facebook.com", id=count), (HQ, 5353)))
    counter.listener.drain()
    assert len(counter.box.sent) == counter.listener.queries == BATCH
    counter.listener.drain()
    assert [int.from_bytes(wire[:2], "big") for wire, _ in counter.box.sent] == list(range(BATCH + 10))


def test_an_answer_from_upstream_goes_to_who_asked(counter: Counter, clock: SetClock) -> None:
    counter.hand_in(query("www.example.com", id=7), HQ)
    assert counter.box.sent == []
    clock.time += LATE_SECONDS - 0.1
    counter.desk.upstream_says(clock.time, ADDRESS)
    ((wire, address),) = counter.box.sent
    assert address == (HQ, 5353)
    assert dns.message.from_wire(wire).id == 7


@pytest.mark.parametrize("seconds", [LATE_SECONDS + 0.3, QUERY_RESOLUTION_SECONDS - 0.1])
def test_an_answer_that_comes_late_is_sent(counter: Counter, clock: SetClock, seconds: float) -> None:
    """Who waits 5 seconds is not left in silence because its upstream took two."""
    counter.hand_in(query("www.example.com"), HQ)
    clock.time += seconds
    counter.desk.upstream_says(clock.time, ADDRESS)
    ((wire, _),) = counter.box.sent
    assert dns.message.from_wire(wire).answer
    assert counter.listener.undelivered == 0


def test_who_waits_over_udp_hears_that_no_upstream_answered(counter: Counter, clock: SetClock) -> None:
    counter.hand_in(query("www.example.com", use_edns=0), HQ)
    for _ in range(round(5.0 / TICK)):
        clock.time += TICK
        counter.desk.resolver.forwarder.tick(clock.time)
    ((wire, _),) = counter.box.sent
    reply = dns.message.from_wire(wire)
    assert reply.rcode() == dns.rcode.SERVFAIL
    assert [option.code for option in reply.options if isinstance(option, dns.edns.EDEOption)] == [22]


def test_saved_up_answers_leave_a_few_at_once(counter: Counter, clock: SetClock) -> None:
    """T8, DNSBomb: questions under a victim's address, held back by a slow server and answered in one moment."""
    for number in range(200):
        counter.hand_in(query(f"n{number}.example.com"), HQ)
    counter.hand_in(query("www.example.com"), "10.1.0.2")
    clock.time += LATE_SECONDS + 1
    for attempt in counter.desk.sender.sent[:]:
        counter.desk.resolver.forwarder.received(attempt, reply_to(attempt), clock.time)
    to_victim = [address for _, (address, _) in counter.box.sent if address == HQ]
    assert len(to_victim) == LATE_AT_ONCE
    assert len(counter.box.sent) == LATE_AT_ONCE + 1  # and others do not wait for it
    turns = 0
    while counter.turns:
        before = len(counter.box.sent)
        (turn,) = counter.turns
        counter.turns.clear()
        turn()
        turns += 1
        assert len(counter.box.sent) - before <= LATE_AT_ONCE
    assert len(counter.box.sent) == 201
    assert turns == 200 // LATE_AT_ONCE + 1


def test_late_answers_that_wait_for_their_turn_are_bounded(counter: Counter, clock: SetClock) -> None:
    for number in range(LATE_AT_ONCE + MAX_HELD + 10):
        counter.hand_in(query(f"n{number}.example.com"), HQ)
    clock.time += LATE_SECONDS + 1
    for attempt in counter.desk.sender.sent[:]:
        counter.desk.resolver.forwarder.received(attempt, reply_to(attempt), clock.time)
    while counter.turns:
        counter.turns.pop()()
    assert len(counter.box.sent) == LATE_AT_ONCE + MAX_HELD
    assert counter.late.dropped == 10


def test_responses_are_not_answered(counter: Counter) -> None:
    """T9: two servers answering each other would go on for ever."""
    counter.hand_in(response(query("facebook.com")), HQ)
    counter.hand_in(b"", HQ)
    counter.hand_in(b"x", HQ)
    assert counter.box.sent == []


def test_a_query_with_an_option_that_is_answered_is_not_remembered(counter: Counter) -> None:
    nsid = dns.edns.GenericOption(dns.edns.NSID, b"")
    for _ in range(3):
        counter.hand_in(query("facebook.com", id=1, use_edns=0, options=[nsid]), HQ)
    assert counter.listener.replayed == 0
    assert len(counter.box.sent) == 3


@pytest.mark.parametrize("edns", [{"use_edns": False}, {"use_edns": 0, "options": [COOKIE]}])
def test_octets_after_a_query_mean_nothing_and_are_counted(counter: Counter, edns: dict[str, Any]) -> None:
    asked = query("facebook.com", id=7, **edns)
    for junk in (b"", b"\0", b"junk", opt()):
        counter.hand_in(asked + junk, HQ)
    replies = {wire for wire, _ in counter.box.sent}
    assert len(counter.box.sent) == 4
    assert len(replies) == 1
    assert counter.desk.resolver.overlong == 3
    counter.hand_in(asked, HQ)
    assert counter.box.sent[-1][0] in replies
    assert counter.listener.replayed == 1


def test_padding_and_keepalive_change_nothing_in_a_datagram(counter: Counter) -> None:
    """RFC 7828 §3.2.2; padding would only make answers larger than questions (T9)."""
    for options in (
        [],
        [dns.edns.GenericOption(dns.edns.OptionType.PADDING, bytes(20))],
        [dns.edns.GenericOption(dns.edns.OptionType.KEEPALIVE, b"")],
    ):
        counter.hand_in(query("facebook.com", id=7, use_edns=0, options=options), HQ)
    assert len({wire for wire, _ in counter.box.sent}) == 1


def test_another_opcode_with_an_opt_gets_one(counter: Counter) -> None:
    asked = make_query("example.com", use_edns=0)
    asked.set_opcode(dns.opcode.STATUS)
    counter.hand_in(asked.to_wire(), HQ)
    message = dns.message.from_wire(counter.box.sent[-1][0])
    assert (message.rcode(), message.edns, message.payload) == (dns.rcode.NOTIMP, 0, 1232)


def test_a_client_over_its_budget_is_sent_to_tcp(counter: Counter, clock: SetClock) -> None:
    counter.listener._rate = rate_of(per_second=10, burst=5)
    for count in range(15):
        counter.hand_in(query("facebook.com", id=count), HQ)
    replies = [dns.message.from_wire(wire) for wire, _ in counter.box.sent]
    whole = [reply for reply in replies if not reply.flags & dns.flags.TC]
    cut = [reply for reply in replies if reply.flags & dns.flags.TC]
    assert (len(whole), len(cut)) == (5, 10)
    assert all(not reply.answer and reply.question for reply in cut)
    assert max(len(wire) for wire, _ in counter.box.sent[5:]) == len(query("facebook.com"))  # T9
    counter.hand_in(query("facebook.com"), "10.1.0.2")
    assert not dns.message.from_wire(counter.box.sent[-1][0]).flags & dns.flags.TC
    clock.time += 1
    counter.hand_in(query("facebook.com"), HQ)
    assert not dns.message.from_wire(counter.box.sent[-1][0]).flags & dns.flags.TC


def test_a_reply_that_cannot_be_sent_is_counted(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(message: bytes, address: tuple[str, int]) -> None:
        raise OSError

    monkeypatch.setattr(counter.box, "sendto", refuse)
    counter.hand_in(query("facebook.com"), HQ)
    counter.hand_in(query("facebook.com"), HQ)
    assert counter.listener.undelivered == 2


def test_an_error_of_an_earlier_reply_does_not_stop_the_batch(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive = counter.box.recvfrom
    outcomes: Iterator[bool] = iter([True, False, True, False])

    def sometimes(size: int) -> tuple[bytes, tuple[str, int]]:
        if next(outcomes, False):
            raise ConnectionRefusedError
        return receive(size)

    monkeypatch.setattr(counter.box, "recvfrom", sometimes)
    counter.box.waiting.append((query("facebook.com"), (HQ, 5353)))
    counter.hand_in(query("facebook.com"), HQ)
    assert len(counter.box.sent) == 2


def test_each_question_of_who_is_traced_is_noted_and_others_are_replayed(counter: Counter) -> None:
    tracer = counter.desk.resolver.tracer = Tracer([HQ], WORK + 600)
    for address in (HQ, "10.1.0.2") * 3:
        counter.hand_in(query("sinkhole.example"), address)
    taken, _ = tracer.take(10)
    assert [one.address for one in taken] == [HQ] * 3
    assert (len(counter.box.sent), counter.listener.replayed) == (6, 2)


def test_a_traced_client_over_its_budget_is_noted(counter: Counter) -> None:
    tracer = counter.desk.resolver.tracer = Tracer([HQ], WORK + 600)
    counter.listener._rate = rate_of(per_second=10, burst=2)
    for _ in range(3):
        counter.hand_in(query("sinkhole.example"), HQ)
    taken, _ = tracer.take(10)
    assert [one.stage for one in taken] == ["policy", "policy", "limit"]
