"""Answers that are known already, and failures that just happened."""

from __future__ import annotations

from sm_dns.dns.codes import Ede
from sm_dns.resolve import answers
from sm_dns.resolve.exchange import Exchange
from sm_dns.resolve.forward import Failure
from sm_dns.resolve.reply import Reply
from sm_dns.resolve.resolver import Resolver

_JUST_FAILED = Failure(Ede.NO_REACHABLE_AUTHORITY, "failed a moment ago")


def answer_from_cache(resolver: Resolver, exchange: Exchange, now: float) -> Reply | None:
    """A fresh cached answer; or, seconds after a failure, what that failure led to (RFC 9520 §3.2)."""
    key = exchange.key
    known = resolver.cache.fresh(key, now)
    if known is not None:
        return answers.relayed(resolver, exchange, known, now)
    if resolver.cache.has_failed(key, now):
        last = resolver.cache.stale(key, now)
        if last is not None:
            return answers.stale(resolver, exchange, last, now)
        return answers.failed(resolver, exchange, _JUST_FAILED)
    return None
