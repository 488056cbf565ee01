"""The pipeline: the only place an answer comes from.

A query passes the stages in order; the first that has a reply ends it. What none of them answers goes upstream and
comes back through `_resume`, where policy is asked again: an answer that arrives after an edge, or after a change
of policy, is judged by what holds then. With the memo in front of it or without, the same bytes come out.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from sm_dns.dns.codec import ede_option
from sm_dns.dns.codes import CLASS_IN, Ede, Rcode, Type
from sm_dns.dns.scan import Malformed, Question, Unsupported, scan
from sm_dns.resolve import answers
from sm_dns.resolve.cache import new_cached
from sm_dns.resolve.exchange import Deliver, Exchange
from sm_dns.resolve.flight import FAULT, OVERDUE, Failure
from sm_dns.resolve.relay import Relay
from sm_dns.resolve.reply import Body, Limit, Reply, encode, header_only
from sm_dns.resolve.resolver import Resolver
from sm_dns.resolve.stages.any_type import answer_any
from sm_dns.resolve.stages.cached import answer_from_cache
from sm_dns.resolve.stages.discovery import answer_discovery
from sm_dns.resolve.stages.local import answer_local
from sm_dns.resolve.stages.policy import deny_by_policy
from sm_dns.resolve.stages.protocol import refuse_unsupported
from sm_dns.resolve.stages.special import answer_special

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

_TOO_MANY = Failure(Ede.OTHER, "too many of this client's questions are under way")


def receive(
    resolver: Resolver,
    message: bytes,
    address: str,
    now: float,
    limit: Limit,
    deliver: Deliver,
) -> Reply | None:
    """Take a client's message: its reply, or None when `deliver` will be called with it later.

    `limit` tells how many octets fit the client's transport. Raises `Ignored` for what deserves silence, and
    nothing else, whatever the message is.
    """
    try:
        question = scan(message)
    except (Malformed, Unsupported) as broken:
        return unreadable(broken)
    return put(resolver, question, address, now, limit, deliver)


def unreadable(broken: Malformed | Unsupported) -> Reply:
    """FORMERR, or NOTIMP for another opcode: the header alone."""
    rcode = Rcode.FORMERR if isinstance(broken, Malformed) else Rcode.NOTIMP
    return Reply(header_only(broken.message_id, broken.flags, rcode), 0.0)


def spoiled(resolver: Resolver, message: bytes, limit: Limit, error: Exception) -> Reply | None:
    """The reply to a message on whose way an error was raised, which is noted: SERVFAIL, or None where no question
    can be read in it. Raises nothing."""
    resolver.faults.note(error)
    try:
        body = Body(Rcode.SERVFAIL, b"", 0, 0)
        option = ede_option(FAULT.ede, FAULT.text)
        return Reply(encode(scan(message), body, limit, resolver.udp_size, option), 0.0)
    except Exception:  # no question, or the very error once more
        return None


def put(
    resolver: Resolver, question: Question, address: str, now: float, limit: Limit, deliver: Deliver
) -> Reply | None:
    """Take a question that was read: its reply, or None when `deliver` will be called with it later."""
    client = resolver.classify(address)
    if client is None:
        return _refuse(resolver, question, limit)
    return ask(resolver, Exchange(question, address, client, limit, deliver), now)


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
            return _noted(resolver, exchange, reply, now)
    if not resolver.begin_waiting(exchange.address):
        return answers.failed(resolver, exchange, _TOO_MANY)
    resume = partial(_resume, resolver, exchange)
    if resolver.cache.stale(exchange.key, now) is None:
        resolver.forwarder.ask(exchange.key, resume, now)
    else:
        resolver.forwarder.ask_hastily(exchange.key, resume, now)
    return None


def _refuse(resolver: Resolver, question: Question, limit: Limit) -> Reply:
    """A client outside the served networks gets nothing but REFUSED, no longer than its question (T9)."""
    option = ede_option(Ede.PROHIBITED)
    body = Body(Rcode.REFUSED, b"", 0, 0)
    return Reply(encode(question, body, limit, resolver.udp_size, option), 0.0)


def _resume(resolver: Resolver, exchange: Exchange, outcome: Relay | Failure, now: float) -> None:
    """Deliver what the upstreams led to."""
    resolver.end_waiting(exchange.address)
    try:
        reply = _late_reply(resolver, exchange, outcome, now)
    except Exception as error:
        resolver.faults.note(error)
        reply = answers.failed(resolver, exchange, FAULT)
    exchange.deliver(reply, now)


def _late_reply(resolver: Resolver, exchange: Exchange, outcome: Relay | Failure, now: float) -> Reply:
    """What the upstreams led to, by the policy of this moment."""
    if outcome is not OVERDUE:
        resolver.keep(exchange.key, outcome, now)
    client = resolver.classify(exchange.address)
    if client is None:
        return _refuse(resolver, exchange.question, exchange.limit)
    exchange.client = client
    reply = deny_by_policy(resolver, exchange, now) or _outcome(resolver, exchange, outcome, now)
    return _noted(resolver, exchange, reply, now)


def _noted(resolver: Resolver, exchange: Exchange, reply: Reply, now: float) -> Reply:
    """The reply, taken note of where a listed name made it."""
    ruling = exchange.ruling
    if ruling is None or ruling.match is None:
        return reply
    number = resolver.note(exchange.address, ruling, exchange.question.qtype, now)
    return Reply(reply.wire, reply.until, number, reply.made_of, reply.turning)


def _outcome(resolver: Resolver, exchange: Exchange, outcome: Relay | Failure, now: float) -> Reply:
    if isinstance(outcome, Relay):
        fresh = new_cached((outcome, now, now + outcome.lifetime))
        return answers.relayed(resolver, exchange, fresh, now)
    last = resolver.cache.stale(exchange.key, now)
    if last is not None:
        return answers.stale(resolver, exchange, last, now)
    return answers.failed(resolver, exchange, outcome)
