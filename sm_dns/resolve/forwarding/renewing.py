"""Renewing what is asked for near its end, so that nobody waits for it."""

from __future__ import annotations

from functools import partial

from sm_dns.resolve.cache import Key
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.forwarding.failure import Failure
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer


def prefetch(resolver: ResolverContext, key: Key, now: float) -> None:
    """Ask for it, unless that is in flight."""
    if not resolver.forwarder.is_in_flight(key):
        resolver.forwarder.ask(key, partial(_renew, resolver, key), now)


def _renew(resolver: ResolverContext, key: Key, outcome: UpstreamAnswer | Failure, now: float) -> None:
    if isinstance(outcome, UpstreamAnswer):
        resolver.cache.put(key, outcome, now)
