"""Upstreams that are old, odd or lying: what they do not take is found out, and what they say is told (T2, T5)."""

from __future__ import annotations

from itertools import pairwise

import dns.edns
import dns.flags
import dns.message
import dns.rcode
import pytest

from sm_dns.dns.codes import Ede
from sm_dns.dns.names import from_text
from sm_dns.resolve.cache import Key
from sm_dns.resolve.forwarding.attempts import Attempt
from sm_dns.resolve.forwarding.deadlines import TICK
from sm_dns.resolve.forwarding.failure import Failure
from sm_dns.resolve.forwarding.forward import Forwarder
from sm_dns.resolve.forwarding.in_flight import MAX_ATTEMPTS
from sm_dns.resolve.forwarding.upstream import EDNS_SILENCES, LACK_SECONDS
from sm_dns.resolve.forwarding.upstream_message import ERROR_BYTES, MAX_ERRORS
from tests.support.desk import WORK, Desk
from tests.support.forwarding import NotedSender, Outcomes, datagram, forwarder, reply_to
from tests.support.messages import query

NOW = 1_800_000_000.0
KEY = Key(from_text("www.example.com"), 1, False, False)
ADDRESS = "www.example.com. 300 IN A 192.0.2.80"
LOOP = ("www.example.com. 60 IN CNAME a.example.", "a.example. 60 IN CNAME www.example.com.")
ITSELF = ("www.example.com. 60 IN CNAME www.example.com.",)


def asked(count: int = 1, key: Key = KEY) -> tuple[Forwarder, NotedSender, Outcomes]:
    one, sender = forwarder(count)
    outcomes = Outcomes()
    one.ask(key, outcomes, NOW)
    return one, sender, outcomes


def speaks_edns(attempt: Attempt) -> bool:
    return dns.message.from_wire(datagram(attempt)).edns == 0


def tick(one: Forwarder, start: float, seconds: float) -> float:
    now = start
    while now < start + seconds:
        now += TICK
        one.tick(now)
    return now


def bare(rcode: int, *counts: int) -> bytes:
    return b"\x12\x34\x81" + bytes([0x80 | rcode]) + bytes(8)


@pytest.mark.parametrize("rcode", ["BADVERS", "BADCOOKIE", 0x800])
@pytest.mark.parametrize("options", [[], [dns.edns.EDEOption(dns.edns.EDECode.NETWORK_ERROR, "new")]])
def test_an_error_whose_lower_bits_are_those_of_an_answer_is_none(
    rcode: str | int, options: list[dns.edns.Option]
) -> None:
    """RFC 6891 §6.1.3: eight bits of the rcode stand in the OPT record."""
    one, sender, outcomes = asked()
    reply = reply_to(sender.last())
    message = dns.message.from_wire(reply)
    message.use_edns(0, options=options)
    message.set_rcode(dns.rcode.from_text(rcode) if isinstance(rcode, str) else dns.rcode.Rcode(rcode))
    one.received(sender.last(), message.to_wire(), NOW)
    assert not outcomes.told
    assert not speaks_edns(sender.last())
    one.received(sender.last(), reply_to(sender.last(), ADDRESS), NOW)
    assert len(outcomes.told) == 1


@pytest.mark.parametrize("rcode", ["FORMERR", "NOTIMP"])
@pytest.mark.parametrize("is_bare", [False, True])
def test_an_upstream_that_does_not_take_edns_is_asked_without_and_remembered(
    rcode: str, is_bare: bool
) -> None:
    """RFC 6891 §7."""
    one, sender, outcomes = asked(2)
    first = sender.last()
    number = {"FORMERR": 1, "NOTIMP": 4}[rcode]
    one.received(first, bare(number) if is_bare else reply_to(first, rcode=rcode), NOW)
    plain = sender.last()
    assert plain.upstream is first.upstream
    assert speaks_edns(first)
    assert not speaks_edns(plain)
    assert not outcomes.told
    one.received(plain, reply_to(plain, ADDRESS), NOW)
    assert outcomes.relay.answers == 1
    one.upstreams = (first.upstream,)
    for later, expected in ((1.0, False), (LACK_SECONDS - 1, False), (LACK_SECONDS + 1, True)):
        one.ask(KEY._replace(qtype=28), Outcomes(), NOW + later)
        assert speaks_edns(sender.last()) == expected, later
        one.received(sender.last(), reply_to(sender.last()), NOW + later)


def test_a_question_that_is_refused_without_edns_too_says_nothing_of_edns() -> None:
    one, sender, outcomes = asked()
    one.received(sender.last(), reply_to(sender.last(), rcode="FORMERR"), NOW)
    one.received(sender.last(), reply_to(sender.last(), rcode="FORMERR"), NOW)
    assert outcomes.failure.ede == Ede.NO_REACHABLE_AUTHORITY
    assert len(sender.sent) == 2
    assert one.upstreams[0].edns_from == 0.0


@pytest.mark.parametrize("rcode", [2, 5])
@pytest.mark.parametrize("over_stream", [False, True])
def test_an_error_of_a_bare_header_refuses_at_once(rcode: int, over_stream: bool) -> None:
    one, sender, outcomes = asked()
    (one.received_stream if over_stream else one.received)(sender.last(), bare(rcode), NOW)
    assert outcomes.failure.ede == Ede.NO_REACHABLE_AUTHORITY


@pytest.mark.parametrize("message", [bare(0), bare(3), bare(2)[:11], bare(2)[:7] + b"\1" + bytes(4)])
def test_what_is_no_error_of_a_bare_header_is_dropped(message: bytes) -> None:
    """T2: neither an answer nor an end."""
    one, sender, outcomes = asked()
    one.received(sender.last(), message, NOW)
    assert not outcomes.told
    assert sender.last().is_open


def test_an_upstream_that_drops_questions_with_edns_is_found_out() -> None:
    one, sender = forwarder()
    now = NOW
    for number in range(EDNS_SILENCES + 1):
        outcomes = Outcomes()
        one.ask(KEY._replace(qname=from_text(f"n{number}.example")), outcomes, now)
        while speaks_edns(sender.last()):
            now = tick(one, now, TICK)
            assert not outcomes.told
        one.received(sender.last(), reply_to(sender.last()), now)
        assert outcomes.relay.answers == 0
        if number:
            now += 1
    assert [speaks_edns(attempt) for attempt in sender.sent][-2:] == [False, False]  # the last asked but once


def test_where_proofs_are_wanted_a_silent_upstream_is_not_asked_without_edns() -> None:
    """The answer would lack them, and a validator behind us would take it for a forgery."""
    one, sender, _ = asked(key=KEY._replace(dnssec_ok=True))
    tick(one, NOW, 4.0)
    assert len(sender.sent) == MAX_ATTEMPTS
    assert all(speaks_edns(attempt) for attempt in sender.sent)


def test_an_upstream_without_tcp_gives_way_to_another_the_next_time() -> None:
    one, sender, outcomes = asked(2)
    first = sender.last().upstream
    one.received(sender.last(), reply_to(sender.last(), flags=dns.flags.TC), NOW)
    one.lost(sender.last(), NOW)
    assert first.failures == 0  # it answers over UDP
    one.received(sender.last(), reply_to(sender.last(), ADDRESS), NOW)
    assert outcomes.relay.answers == 1
    later = Outcomes()
    one.ask(KEY._replace(qtype=28), later, NOW + 1)
    assert sender.last().upstream is first
    one.received(sender.last(), reply_to(sender.last(), flags=dns.flags.TC), NOW + 1)
    assert len(sender.streams) == 1
    assert sender.last().upstream is not first


def test_an_only_upstream_without_tcp_is_tried_over_tcp_all_the_same() -> None:
    one, sender, outcomes = asked()
    one.received(sender.last(), reply_to(sender.last(), flags=dns.flags.TC), NOW)
    one.lost(sender.last(), NOW)
    assert "has no TCP" in outcomes.failure.text
    later = Outcomes()
    one.ask(KEY, later, NOW + 1)
    one.received(sender.last(), reply_to(sender.last(), flags=dns.flags.TC), NOW + 1)
    one.received_stream(sender.last(), reply_to(sender.last(), ADDRESS), NOW + 1)
    assert later.relay.answers == 1
    assert one.upstreams[0].tcp_from == 0.0


def chain(links: int) -> list[str]:
    names = ["www.example.com.", *(f"c{number}.example." for number in range(links))]
    aliases = [f"{one} 60 IN CNAME {two}" for one, two in pairwise(names)]
    return [*aliases, f"{names[-1]} 60 IN A 192.0.2.1"]


@pytest.mark.parametrize("answers", [LOOP, ITSELF, tuple(chain(12)), tuple(chain(16))])
def test_an_odd_answer_is_confirmed_over_tcp_and_fails_at_once(answers: tuple[str, ...]) -> None:
    one, sender, outcomes = asked()
    attempt = sender.last()
    one.received(attempt, reply_to(attempt, *answers), NOW)
    assert not outcomes.told
    assert sender.streams == [attempt]
    one.received_stream(attempt, reply_to(attempt, *answers), NOW)
    assert outcomes.failure == Failure(Ede.OTHER, "the answer cannot be read")
    assert len(sender.sent) == 1


def test_an_odd_answer_of_an_upstream_without_tcp_fails_at_once() -> None:
    one, sender, outcomes = asked()
    one.received(sender.last(), reply_to(sender.last(), *ITSELF), NOW)
    one.lost(sender.last(), NOW)
    assert outcomes.failure == Failure(Ede.OTHER, "the answer cannot be read")


def test_an_odd_answer_that_tcp_does_not_confirm_was_forged() -> None:
    one, sender, outcomes = asked()
    one.received(sender.last(), reply_to(sender.last(), *ITSELF), NOW)
    one.received_stream(sender.last(), reply_to(sender.last(), ADDRESS), NOW)
    assert outcomes.relay.answers == 1


def ede(code: int, text: str | None = None) -> dns.edns.EDEOption:
    return dns.edns.EDEOption(dns.edns.EDECode(code), text)


def edns_reply(attempt: Attempt, *options: dns.edns.Option, rcode: str = "SERVFAIL") -> bytes:
    reply = dns.message.from_wire(reply_to(attempt, rcode=rcode))
    reply.use_edns(0, options=list(options))
    return reply.to_wire()


def errors_of(options: bytes) -> list[tuple[int, str]]:
    message = dns.message.make_query("x", "A", use_edns=0)
    wire = message.to_wire()[:-2] + len(options).to_bytes(2, "big") + options
    found = dns.message.from_wire(wire).options
    return [(int(each.code), each.text or "") for each in found if isinstance(each, dns.edns.EDEOption)]


def test_the_errors_that_an_upstream_gives_are_told() -> None:
    one, sender, outcomes = asked()
    bogus = ede(6, "signature expired")
    cookie = dns.edns.GenericOption(dns.edns.COOKIE, bytes(16))
    one.received(sender.last(), edns_reply(sender.last(), cookie, bogus, ede(14)), NOW)
    assert errors_of(outcomes.failure.errors) == [(6, "upstream: signature expired"), (14, "upstream")]
    assert outcomes.failure.ede == Ede.NO_REACHABLE_AUTHORITY


def test_the_errors_beside_an_answer_are_told() -> None:
    one, sender, outcomes = asked()
    filtered = ede(17, "by the provider")
    one.received(sender.last(), edns_reply(sender.last(), filtered, rcode="NXDOMAIN"), NOW)
    assert errors_of(outcomes.relay.errors) == [(17, "upstream: by the provider")]


@pytest.mark.parametrize("text", ["x\0\x1b[31m\ny", "é" * 80])
def test_what_an_upstream_says_is_bounded_and_cannot_paint(text: str) -> None:
    """T7, T16."""
    one, sender, outcomes = asked()
    many = [ede(number, text) for number in range(MAX_ERRORS + 3)]
    one.received(sender.last(), edns_reply(sender.last(), *many), NOW)
    told = errors_of(outcomes.failure.errors)
    assert len(told) == MAX_ERRORS
    for _, words in told:
        assert words.isprintable()
        assert len(words.encode()) <= ERROR_BYTES


def test_a_client_is_told_what_the_upstream_said_beside_what_we_say(desk: Desk) -> None:
    question = query("www.example.com", use_edns=0)
    assert desk.put(question, WORK) is None
    attempt = desk.sender.last()
    desk.resolver.forwarder.received(attempt, edns_reply(attempt, ede(6, "expired")), WORK)
    told = [(int(each.code), each.text) for each in ede_of(desk.delivered[-1].wire)]
    assert told == [(22, "upstream could not resolve"), (6, "upstream: expired")]


def test_what_a_provider_filters_is_told_from_the_cache_too(desk: Desk) -> None:
    question = query("www.example.com", use_edns=0)
    assert desk.put(question, WORK) is None
    attempt = desk.sender.last()
    desk.resolver.forwarder.received(attempt, edns_reply(attempt, ede(17, "x"), rcode="NXDOMAIN"), WORK)
    known = desk.put(question, WORK + 1)
    assert known is not None
    for wire in (desk.delivered[-1].wire, known.wire):
        assert [(int(each.code), each.text) for each in ede_of(wire)] == [(17, "upstream: x")]


def ede_of(wire: bytes) -> list[dns.edns.EDEOption]:
    return [each for each in dns.message.from_wire(wire).options if isinstance(each, dns.edns.EDEOption)]
