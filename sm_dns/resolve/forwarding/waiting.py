"""Waiting for an upstream: what a question needs is asked for, and what comes of it is judged by policy anew.

An answer that arrives after an edge, or after a change of policy, is judged by what holds then.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from sm_dns.dns.codes import Ede
from sm_dns.resolve.cache import Key
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.forwarding.attempts import QUERY_RESOLUTION_SECONDS
from sm_dns.resolve.forwarding.failure import FAULT, OVERDUE, Failure
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer
from sm_dns.resolve.query import QueryContext
from sm_dns.resolve.replies.plain import counted, failed, refused
from sm_dns.resolve.replies.reply import Reply
from sm_dns.resolve.stages.policy import deny_by_policy

_TOO_MANY: Final = Failure(Ede.OTHER, "too many of this client's questions are under way")

WAITING: Final = Reply(b"", 0.0)
"""In place of a reply: `query.deliver` will be called with it later, or has been."""

Then = Callable[[ResolverContext, QueryContext, UpstreamAnswer | Failure, float], Reply]
"""Makes the reply of what upstreams led to, or `WAITING` where more is needed."""


def wait_for(resolver: ResolverContext, query: QueryContext, key: Key, then: Then, now: float) -> Reply:
    """Ask upstreams for a key, of which `then` will make the reply: `WAITING`, or the reply where that cannot be."""
    if not resolver.begin_waiting(query.address):
        return failed(resolver, query, _TOO_MANY)
    resume = partial(_resume, resolver, query, key, then)
    since = query.waits_since
    query.waits_since = since or now
    if resolver.cache.stale(key, now) is None:
        resolver.forwarder.ask(key, resume, now)
    else:
        resolver.forwarder.ask_or_serve_stale(key, resume, now)
    if since:  # a further link of a chain
        resolver.forwarder.wait_until(key, resume, since + QUERY_RESOLUTION_SECONDS)
    return WAITING


def _resume(
    resolver: ResolverContext,
    query: QueryContext,
    key: Key,
    then: Then,
    outcome: UpstreamAnswer | Failure,
    now: float,
) -> None:
    """Deliver what the upstreams led to."""
    resolver.end_waiting(query.address)
    try:
        reply = _late_reply(resolver, query, key, then, outcome, now)
    except Exception as error:
        resolver.faults.note(error)
        reply = failed(resolver, query, FAULT)
    if reply is not WAITING:
        resolver.made.note_late(reply.wire, now - query.waits_since)
        query.deliver(reply, now)


def _late_reply(
    resolver: ResolverContext,
    query: QueryContext,
    key: Key,
    then: Then,
    outcome: UpstreamAnswer | Failure,
    now: float,
) -> Reply:
    """What the upstreams led to, by the policy of this moment."""
    if outcome is not OVERDUE:
        resolver.cache.keep(key, outcome, now)
    client = resolver.classify(query.address)
    if client is None:
        return refused(resolver, query.question, query.transport)
    query.client = client
    reply = deny_by_policy(resolver, query, now) or then(resolver, query, outcome, now)
    return reply if reply is WAITING else counted(resolver, query, reply, now)
