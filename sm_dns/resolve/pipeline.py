"""The pipeline: the only place an answer comes from.

A query passes the stages in order; the first that has a reply ends it. What none of them answers goes upstream and
comes back through `waiting`, where policy is asked again: an answer that arrives after an edge, or after a change
of policy, is judged by what holds then. With the memo in front of it or without, the same bytes come out.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sm_dns.dns.codec import ede_option
from sm_dns.dns.codes import CLASS_IN, Rcode, Type
from sm_dns.dns.scan import Malformed, Question, Unsupported, scan
from sm_dns.resolve import answers
from sm_dns.resolve.cache import new_cached
from sm_dns.resolve.chains import follow, follow_stale
from sm_dns.resolve.exchange import Deliver, Exchange
from sm_dns.resolve.flight import FAULT, Failure
from sm_dns.resolve.relay import Relay
from sm_dns.resolve.reply import Body, Reply, Transport, encode, unreadable
from sm_dns.resolve.resolver import Resolver
from sm_dns.resolve.stages.any_type import answer_any
from sm_dns.resolve.stages.cached import answer_from_cache
from sm_dns.resolve.stages.discovery import answer_discovery
from sm_dns.resolve.stages.local import answer_local
from sm_dns.resolve.stages.policy import deny_by_policy
from sm_dns.resolve.stages.protocol import refuse_unsupported
from sm_dns.resolve.stages.special import answer_special
from sm_dns.resolve.waiting import WAITING, wait_for

Stage = Callable[[Resolver, Exchange, float], Reply | None]

STAGES: tuple[Stage, ...] = (
    refuse_unsupported,  # what is no ordinary question
    answer_discovery,  # this server's own encryption
    deny_by_policy,  # the name asked for, for this client, now
    answer_local,  # the site's own records
    answer_special,  # names that never leave this network
    answer_any,  # ANY, as small as can be
    answer_from_cache,  # what is known; the CNAME chain judged, TTLs cut at the edge
)  # … and what is left goes upstream

# The other stages look at type, class and EDNS version alone, and have nothing to say about questions like these.
_FOR_ORDINARY_TYPES: tuple[Stage, ...] = (deny_by_policy, answer_local, answer_special, answer_from_cache)
_ORDINARY_TYPES = frozenset((Type.A, Type.AAAA, Type.HTTPS, Type.PTR))


def receive(
    resolver: Resolver,
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
        return unreadable(broken, resolver.udp_size)
    return put(resolver, question, address, now, transport, deliver)


def spoiled(resolver: Resolver, message: bytes, transport: Transport, error: Exception) -> Reply | None:
    """The reply to a message on whose way an error was raised, which is noted: SERVFAIL, or None where no question
    can be read in it. Raises nothing."""
    resolver.faults.note(error)
    try:
        body = Body(Rcode.SERVFAIL, b"", 0, 0)
        option = ede_option(FAULT.ede, FAULT.text)
        return Reply(encode(scan(message), body, transport, resolver.udp_size, option), 0.0)
    except Exception:  # no question, or the very error once more
        return None


def put(
    resolver: Resolver, question: Question, address: str, now: float, transport: Transport, deliver: Deliver
) -> Reply | None:
    """Take a question that was read: its reply, or None when `deliver` will be called with it later."""
    if question.excess:
        resolver.overlong += 1
    client = resolver.classify(address)
    if client is None:
        return answers.refused(resolver, question, transport)
    return ask(resolver, Exchange(question, address, client, transport, deliver), now)


def ask(resolver: Resolver, exchange: Exchange, now: float) -> Reply | None:
    """The reply to a query, or None when `exchange.deliver` will be called with it later."""
    question = exchange.question
    is_ordinary = (
        question.qtype in _ORDINARY_TYPES
        and question.qclass == CLASS_IN
        and (question.edns is None or not question.edns.version)
    )
    for stage in _FOR_ORDINARY_TYPES if is_ordinary else STAGES:
        reply = stage(resolver, exchange, now)
        if reply is not None:
            return None if reply is WAITING else answers.noted(resolver, exchange, reply, now)
    then = partial(_outcome, resolver, exchange)
    return _unless_waiting(wait_for(resolver, exchange, exchange.key, then, now))


def _unless_waiting(reply: Reply) -> Reply | None:
    return None if reply is WAITING else reply


def _outcome(resolver: Resolver, exchange: Exchange, outcome: Relay | Failure, now: float) -> Reply:
    if isinstance(outcome, Relay):
        fresh = new_cached((outcome, now, now + outcome.lifetime))
        if outcome.leads_on:
            return follow(resolver, exchange, fresh, now)
        return answers.relayed(resolver, exchange, fresh, now)
    last = resolver.cache.stale(exchange.key, now)
    if last is not None and last.relay.leads_on:
        return follow_stale(resolver, exchange, last, now)
    if last is not None:
        return answers.stale(resolver, exchange, last, now)
    return answers.failed(resolver, exchange, outcome)
