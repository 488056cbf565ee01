"""Answers that are known already, and failures that just happened."""

from __future__ import annotations

from sm_dns.resolve.cache import Cached, new_cached
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.forwarding.chains import follow, follow_stale
from sm_dns.resolve.forwarding.failure import just_failed
from sm_dns.resolve.forwarding.renewing import prefetch
from sm_dns.resolve.query import QueryContext
from sm_dns.resolve.replies import answers
from sm_dns.resolve.replies.moving import moved
from sm_dns.resolve.replies.plain import failed
from sm_dns.resolve.replies.reply import Reply, new_reply


def answer_from_cache(resolver: ResolverContext, query: QueryContext, now: float) -> Reply | None:
    """A fresh cached answer; or, seconds after a failure, what that failure led to (RFC 9520 §3.2)."""
    key = query.key
    known = resolver.cache.fresh(key, now)
    if known is not None:
        if now >= known.renewed_from:
            prefetch(resolver, key, now)
        if known.relay.leads_on:
            return follow(resolver, query, known, now)
        return _until_renewed(answers.relayed(resolver, query, known, now), known, now)
    if resolver.cache.has_failed(key, now):
        last = resolver.cache.stale(key, now)
        if last is not None and last.relay.leads_on:
            return follow_stale(resolver, query, last, now)
        if last is not None:
            return answers.stale(resolver, query, last, now)
        return failed(resolver, query, just_failed(resolver.cache.errors_of_failure(key)))
    above = resolver.cache.covered(key, now)
    if above is None or resolver.forwarder.is_routed(key.qname):
        return None  # what one server calls missing, the server of a routed name may have
    here = new_cached((moved(above.relay, key.qname), above.stored, above.expires))
    return _until_renewed(answers.relayed(resolver, query, here, now), here, now)


def _until_renewed(reply: Reply, known: Cached, now: float) -> Reply:
    """A reply that is not repeated once its answer may be a newer one."""
    begins = known.renewed_from
    if now >= begins:
        return Reply(reply.wire, 0.0)
    return new_reply((reply.wire, min(reply.valid_until, begins), None, reply.source, reply.turning, False))
