"""Replies as a client gets them, with what every one of them has; and those that need no judgement."""

from __future__ import annotations

from sm_dns.dns.codes import Ede, Rcode
from sm_dns.dns.records import ede_option, nsid_option
from sm_dns.dns.scan import Question
from sm_dns.policy.decide import NOT_LISTED
from sm_dns.resolve.cache import Cached
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.forwarding.failure import Failure
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer
from sm_dns.resolve.query import QueryContext
from sm_dns.resolve.replies.reply import Body, Reply, Transport, encode, new_reply


def plain(
    resolver: ResolverContext,
    query: QueryContext,
    body: Body | UpstreamAnswer,
    options: bytes = b"",
    valid_until: float = 0.0,
    source: Cached | None = None,
) -> Reply:
    """A body as this client gets it."""
    edns = query.question.edns
    if edns is not None and edns.asks_identity and resolver.settings.identity:
        options += nsid_option(resolver.settings.identity)
    wire = encode(query.question, body, query.transport, resolver.settings.udp_size, options)
    return new_reply((wire, valid_until, None, source, body.turning, False))


def failed(resolver: ResolverContext, query: QueryContext, failure: Failure) -> Reply:
    """SERVFAIL with the reason."""
    options = ede_option(failure.ede, failure.text) + failure.errors
    return plain(resolver, query, Body(Rcode.SERVFAIL, b"", 0, 0), options)


def refused(resolver: ResolverContext, question: Question, transport: Transport) -> Reply:
    """A client outside the served networks gets nothing but REFUSED, no longer than its question (T9)."""
    option = ede_option(Ede.PROHIBITED)
    body = Body(Rcode.REFUSED, b"", 0, 0)
    return Reply(encode(question, body, transport, resolver.settings.udp_size, option), 0.0)


def counted(resolver: ResolverContext, query: QueryContext, reply: Reply, now: float) -> Reply:
    """The reply, counted where a listed name made it."""
    ruling = query.ruling
    if ruling is None or ruling.match is None:
        if ruling is not NOT_LISTED:
            return reply
        return new_reply((reply.wire, reply.valid_until, None, reply.source, reply.turning, True))
    number = resolver.count(query.address, ruling, query.question.qtype, now)
    return Reply(reply.wire, reply.valid_until, number, reply.source, reply.turning)
