"""The pipeline: the only place an answer comes from.

A query passes the stages in order; the first that has a reply ends it. What none of them answers goes upstream and
comes back through `waiting`, where policy is asked again: an answer that arrives after an edge, or after a change
of policy, is judged by what holds then. With the packet cache in front of it or without, the same bytes come out.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, NamedTuple

from sm_dns.dns.codes import CLASS_IN, Rcode, Type
from sm_dns.dns.records import ede_option
from sm_dns.dns.scan import Malformed, Question, Unsupported, scan
from sm_dns.resolve.cache import new_cached
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.forwarding.chains import follow, follow_stale
from sm_dns.resolve.forwarding.failure import FAULT, Failure
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer
from sm_dns.resolve.forwarding.waiting import WAITING, wait_for
from sm_dns.resolve.query import Deliver, QueryContext
from sm_dns.resolve.replies import answers
from sm_dns.resolve.replies.plain import counted, failed, refused
from sm_dns.resolve.replies.reply import Body, Reply, Transport, encode, error_reply
from sm_dns.resolve.stages.any_type import answer_any
from sm_dns.resolve.stages.cached import answer_from_cache
from sm_dns.resolve.stages.discovery import answer_discovery
from sm_dns.resolve.stages.local import answer_local
from sm_dns.resolve.stages.policy import deny_by_policy
from sm_dns.resolve.stages.special import answer_special
from sm_dns.resolve.stages.unsupported import refuse_unsupported
from sm_dns.resolve.tracing import Tracer

Answer = Callable[[ResolverContext, QueryContext, float], Reply | None]


class Stage(NamedTuple):
    """A place where an answer may come from. One `for_odd_questions` looks at type, class and EDNS version alone, and
    has nothing to say about questions of ordinary types."""

    name: str
    answer: Answer
    for_odd_questions: bool = False


STAGES: tuple[Stage, ...] = (
    Stage("unsupported", refuse_unsupported, for_odd_questions=True),  # what is no ordinary question
    Stage("discovery", answer_discovery, for_odd_questions=True),  # this server's own encryption
    Stage("policy", deny_by_policy),  # the name asked for, for this client, now
    Stage("local", answer_local),  # the site's own records
    Stage("special", answer_special),  # names that never leave this network
    Stage("any", answer_any, for_odd_questions=True),  # ANY, as small as can be
    Stage("cache", answer_from_cache),  # what is known; the CNAME chain judged, TTLs cut at the edge
)  # … and what is left goes upstream

UPSTREAM: Final = "upstream"
"""What is said in place of a stage where none of them had a reply."""

CLIENTS: Final = "clients"
"""The same where the client is not served."""

_FOR_ANY_TYPE: Final = tuple(stage.answer for stage in STAGES)
_FOR_ORDINARY_TYPES: Final = tuple(stage.answer for stage in STAGES if not stage.for_odd_questions)
_ORDINARY_TYPES: Final = frozenset((Type.A, Type.AAAA, Type.HTTPS, Type.PTR))
_NAMES: Final = {stage.answer: stage.name for stage in STAGES}


def handle_message(
    resolver: ResolverContext,
    message: bytes,
    address: str,
    now: float,
    transport: Transport,
    deliver: Deliver,
) -> Reply | None:
    """Take a client's message: its reply, or None when `deliver` will be called with it later.

    Raises `Ignored` for what deserves silence, and nothing else, whatever the message is.
    """
    try:
        question = scan(message)
    except (Malformed, Unsupported) as broken:
        return broken_reply(resolver, broken)
    return handle_question(resolver, question, address, now, transport, deliver)


def broken_reply(resolver: ResolverContext, broken: Malformed | Unsupported) -> Reply:
    """The reply to a message in which no question can be read."""
    reply = error_reply(broken, resolver.settings.udp_size)
    resolver.made.note(reply.wire)
    return reply


def fault_reply(
    resolver: ResolverContext, message: bytes, transport: Transport, error: Exception
) -> Reply | None:
    """The reply to a message on whose way an error was raised, which is noted: SERVFAIL, or None where no question
    can be read in it. Raises nothing."""
    resolver.faults.note(error)
    try:
        body = Body(Rcode.SERVFAIL, b"", 0, 0)
        option = ede_option(FAULT.ede, FAULT.text)
        wire = encode(scan(message), body, transport, resolver.settings.udp_size, option)
    except Exception:  # no question, or the very error once more
        return None
    resolver.made.note(wire)
    return Reply(wire, 0.0)


def handle_question(
    resolver: ResolverContext,
    question: Question,
    address: str,
    now: float,
    transport: Transport,
    deliver: Deliver,
) -> Reply | None:
    """Take a question that was read: its reply, or None when `deliver` will be called with it later."""
    reply = _handled(resolver, question, address, now, transport, deliver)
    if reply is not None:
        resolver.made.note(reply.wire)
    return reply


def _handled(
    resolver: ResolverContext,
    question: Question,
    address: str,
    now: float,
    transport: Transport,
    deliver: Deliver,
) -> Reply | None:
    if question.excess:
        resolver.overlong += 1
    tracer = resolver.tracer
    if tracer is not None and tracer.traces(address):
        return _traced(resolver, tracer, question, address, now, transport, deliver)
    client = resolver.classify(address)
    if client is None:
        return refused(resolver, question, transport)
    return ask(resolver, QueryContext(question, address, client, transport, deliver), now)


def ask(resolver: ResolverContext, query: QueryContext, now: float) -> Reply | None:
    """The reply to a query, or None when `query.deliver` will be called with it later."""
    for answer in _answers_for(query.question):
        reply = answer(resolver, query, now)
        if reply is not None:
            return None if reply is WAITING else counted(resolver, query, reply, now)
    return _unless_waiting(wait_for(resolver, query, query.key, _outcome, now))


def _answers_for(question: Question) -> tuple[Answer, ...]:
    is_ordinary = (
        question.qtype in _ORDINARY_TYPES
        and question.qclass == CLASS_IN
        and (question.edns is None or not question.edns.version)
    )
    return _FOR_ORDINARY_TYPES if is_ordinary else _FOR_ANY_TYPE


def inspect_question(
    resolver: ResolverContext,
    question: Question,
    address: str,
    now: float,
    transport: Transport,
    deliver: Deliver,
) -> tuple[str, Reply | None, QueryContext | None]:
    """As `handle_question`, with the stage that ended the query, and the query as it was left. Nothing is counted."""
    client = resolver.classify(address)
    if client is None:
        return CLIENTS, refused(resolver, question, transport), None
    query = QueryContext(question, address, client, transport, deliver)
    stage, reply = _ended(resolver, query, now)
    return stage, reply, query


def _ended(resolver: ResolverContext, query: QueryContext, now: float) -> tuple[str, Reply | None]:
    """The stage that ends a query, with the reply, or with None where it waits. No stage's reply is counted."""
    for answer in _answers_for(query.question):
        reply = answer(resolver, query, now)
        if reply is not None:
            return _NAMES[answer], _unless_waiting(reply)
    return UPSTREAM, _unless_waiting(wait_for(resolver, query, query.key, _outcome, now))


def _traced(
    resolver: ResolverContext,
    tracer: Tracer,
    question: Question,
    address: str,
    now: float,
    transport: Transport,
    deliver: Deliver,
) -> Reply | None:
    """As `handle_question` for a client that is traced."""
    client = resolver.classify(address)
    if client is None:
        reply = refused(resolver, question, transport)
        tracer.note(question, address, None, CLIENTS, _rcode(reply), now, now)
        return reply
    query = QueryContext(question, address, client, transport, deliver)
    query.deliver = partial(_deliver_traced, resolver, tracer, query, now, deliver)
    stage, ready = _ended(resolver, query, now)
    if ready is None:
        return None
    if stage != UPSTREAM:
        ready = counted(resolver, query, ready, now)
    tracer.note(question, address, query.ruling, stage, _rcode(ready), now, now)
    return ready


def _deliver_traced(
    resolver: ResolverContext,
    tracer: Tracer,
    query: QueryContext,
    began: float,
    deliver: Deliver,
    reply: Reply,
    now: float,
) -> None:
    """Note a reply that had to wait, and deliver it."""
    answered_by = resolver.forwarder.answered_by
    upstream = "" if answered_by is None else str(answered_by)
    tracer.note(query.question, query.address, query.ruling, UPSTREAM, _rcode(reply), began, now, upstream)
    deliver(reply, now)


def _rcode(reply: Reply) -> int:
    return reply.wire[3] & 0xF


def _unless_waiting(reply: Reply) -> Reply | None:
    return None if reply is WAITING else reply


def _outcome(
    resolver: ResolverContext, query: QueryContext, outcome: UpstreamAnswer | Failure, now: float
) -> Reply:
    if isinstance(outcome, UpstreamAnswer):
        fresh = new_cached((outcome, now, now + outcome.lifetime))
        if outcome.leads_on:
            return follow(resolver, query, fresh, now)
        return answers.relayed(resolver, query, fresh, now)
    last = resolver.cache.stale(query.key, now)
    if last is not None and last.relay.leads_on:
        return follow_stale(resolver, query, last, now)
    if last is not None:
        return answers.stale(resolver, query, last, now)
    return failed(resolver, query, outcome)
