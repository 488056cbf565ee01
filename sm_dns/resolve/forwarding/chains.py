"""Aliases that a server hands out without their end, followed here, link by link.

An authoritative server, such as that of a routed domain, answers with a CNAME that leads out of its zones and no
more; so does an alias of the site's own records. Each link is a question of its own: judged by policy before it is
asked, answered from the site's records, from here or from the cache where that can be, else by the upstreams of its
own route, and cached under its own name. The whole is put together for each reply and kept nowhere but in the
packet cache.

One question of a client costs at most `MAX_LINKS` + 1 questions upstream, of which none begins later than
`QUERY_RESOLUTION_SECONDS` after the client's, which is told by then whatever becomes of them (T5).
"""

from __future__ import annotations

from functools import partial
from math import inf
from typing import Final

from sm_dns.dns.codes import Ede
from sm_dns.dns.walk import BadAnswer
from sm_dns.resolve.cache import Cached, Key, new_cached
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.forwarding.attempts import QUERY_RESOLUTION_SECONDS
from sm_dns.resolve.forwarding.failure import Failure, just_failed
from sm_dns.resolve.forwarding.renewing import prefetch
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer
from sm_dns.resolve.forwarding.waiting import wait_for
from sm_dns.resolve.query import QueryContext
from sm_dns.resolve.replies import answers
from sm_dns.resolve.replies.local_answers import local_relay
from sm_dns.resolve.replies.moving import as_relay
from sm_dns.resolve.replies.plain import failed
from sm_dns.resolve.replies.reply import Reply
from sm_dns.resolve.stages.special import special_body

MAX_LINKS: Final = 12  # CNAMEs from the name that was asked to the end, over all answers together

_TOO_LONG: Final = Failure(Ede.OTHER, f"more than {MAX_LINKS} aliases")
_CIRCLE: Final = Failure(Ede.OTHER, "the aliases lead round in a circle")
_ODD: Final = Failure(Ede.OTHER, "what the aliases lead to is not of the form of its type")
_TOO_LATE: Final = Failure(Ede.NO_REACHABLE_AUTHORITY, "the aliases were not followed to their end in time")


class Chain:
    """The links of one question so far, of which the last may lead on."""

    __slots__ = ("is_stale", "links", "names", "until")

    def __init__(self, first: Cached, is_stale: bool) -> None:
        self.links = [first]
        self.names = list(first.relay.chain)
        self.is_stale = is_stale
        self.until = inf
        """Until when no link may be another one."""

    def add(self, link: Cached) -> Failure | None:
        """Go on by a link that begins where the last one ends; why that cannot be, or None."""
        further = link.relay.chain[1:]
        if not set(self.names).isdisjoint(further):
            return _CIRCLE
        self.names += further
        self.links.append(link)
        return _TOO_LONG if len(self.names) > MAX_LINKS + 1 else None


def follow(resolver: ResolverContext, query: QueryContext, first: Cached, now: float) -> Reply:
    """The reply to a question whose first answer leads on, or `WAITING`."""
    chain = Chain(first, is_stale=False)
    chain.until = first.renewed_from
    return _go_on(resolver, query, chain, now)


def follow_stale(resolver: ResolverContext, query: QueryContext, first: Cached, now: float) -> Reply:
    """The same of an answer whose time is over."""
    return _go_on(resolver, query, Chain(first, is_stale=True), now)


def _go_on(resolver: ResolverContext, query: QueryContext, chain: Chain, now: float) -> Reply:
    while chain.links[-1].relay.leads_on:
        denial = answers.denial_on_the_way(resolver, query, chain.names[1:], chain.links, now)
        if denial is not None:
            return denial
        key = query.key._replace(qname=chain.names[-1])
        link = _known(resolver, key, chain, now)
        if link is None:
            return _ask(resolver, query, key, chain, now)
        problem = link if isinstance(link, Failure) else chain.add(link)
        if problem is not None:
            return failed(resolver, query, problem)
    try:
        return answers.chained(resolver, query, chain.links, chain.until, chain.is_stale, now)
    except BadAnswer:  # as it came it could be relayed; to join it to the links before, it must be understood
        return failed(resolver, query, _ODD)


def _known(resolver: ResolverContext, key: Key, chain: Chain, now: float) -> Cached | Failure | None:
    """The next link without asking anybody, or why there is none to be had just now."""
    found = resolver.local.find(key.qname, key.qtype)
    if found is not None:
        return new_cached((local_relay(found, key), now, inf))
    body = special_body(resolver, key.qname, key.qtype)
    if body is not None:
        return new_cached((as_relay(body, (key.qname,)), now, inf))
    known = resolver.cache.fresh(key, now)
    if known is not None:
        if now >= known.renewed_from:
            prefetch(resolver, key, now)
            chain.until = now
        chain.until = min(chain.until, known.renewed_from)
        return known
    if not resolver.cache.has_failed(key, now):
        return None
    chain.is_stale = True
    return resolver.cache.stale(key, now) or just_failed(resolver.cache.errors_of_failure(key))


def _ask(resolver: ResolverContext, query: QueryContext, key: Key, chain: Chain, now: float) -> Reply:
    if query.waits_since and now >= query.waits_since + QUERY_RESOLUTION_SECONDS:
        return failed(resolver, query, _TOO_LATE)
    return wait_for(resolver, query, key, partial(_came, key, chain), now)


def _came(
    key: Key,
    chain: Chain,
    resolver: ResolverContext,
    query: QueryContext,
    outcome: UpstreamAnswer | Failure,
    now: float,
) -> Reply:
    """Go on with what an upstream said of the link."""
    link: Cached | None
    if isinstance(outcome, UpstreamAnswer):
        link = new_cached((outcome, now, now + outcome.lifetime))
    else:
        link = resolver.cache.stale(key, now)
        chain.is_stale = True
        if link is None:
            return failed(resolver, query, outcome)
    problem = chain.add(link)
    if problem is not None:
        return failed(resolver, query, problem)
    return _go_on(resolver, query, chain, now)
