"""What upstreams said, as a client may have it: every name on the way judged, TTLs cut at the next edge (TIME-7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import Final

from sm_dns.dns.codes import Ede
from sm_dns.dns.records import ede_option
from sm_dns.policy.decide import Decision, decide
from sm_dns.resolve.cache import Cached, new_cached
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer
from sm_dns.resolve.query import QueryContext
from sm_dns.resolve.replies.denials import denied, kept_back
from sm_dns.resolve.replies.edge_caps import cap_of
from sm_dns.resolve.replies.moving import joined
from sm_dns.resolve.replies.plain import plain
from sm_dns.resolve.replies.rebinding import holds_private_address
from sm_dns.resolve.replies.reply import Reply, age, age_stale

# Seconds on a stale answer (RFC 8767 §5.2).
STALE_TTL: Final = 30


def relayed(resolver: ResolverContext, query: QueryContext, answer: Cached, now: float) -> Reply:
    """An upstream's answer."""
    relay, stored, expires = answer
    decision = _judge(resolver, query, relay.leads_to, now)
    withheld = _withheld(resolver, query, decision, relay, now)
    if withheld is not None:
        return Reply(withheld.wire, min(withheld.valid_until, expires))
    cap, cap_until = cap_of(resolver, decision, now)
    body, valid_until = age(relay, stored, now, cap)
    source = answer if cap is None and not relay.errors else None
    return plain(resolver, query, body, relay.errors, min(valid_until, cap_until), source)


def chained(
    resolver: ResolverContext,
    query: QueryContext,
    links: Sequence[Cached],
    latest: float,
    is_stale: bool,
    now: float,
) -> Reply:
    """Answers that lead from one to the next, as one; not repeated past `latest`."""
    relay, valid_until = joined(query.question.qname, links, now)
    if is_stale:
        return stale(resolver, query, new_cached((relay, now, now)), now)
    decision = _judge(resolver, query, relay.leads_to, now)
    withheld = _withheld(resolver, query, decision, relay, now)
    if withheld is not None:
        return Reply(withheld.wire, min(withheld.valid_until, valid_until, latest))
    cap, cap_until = cap_of(resolver, decision, now)
    body, _ = age(relay, now, now, cap)
    return plain(resolver, query, body, relay.errors, min(valid_until, latest, cap_until))


def stale(resolver: ResolverContext, query: QueryContext, answer: Cached, now: float) -> Reply:
    """An expired answer, because no upstream answers (RFC 8767); policy rules over it all the same."""
    relay = answer.relay
    decision = _judge(resolver, query, relay.leads_to, now)
    withheld = _withheld(resolver, query, decision, relay, now)
    if withheld is not None:
        return Reply(withheld.wire, 0.0)
    cap, _ = cap_of(resolver, decision, now)
    ttl = STALE_TTL if cap is None else min(STALE_TTL, cap)
    return plain(resolver, query, age_stale(relay, ttl), ede_option(Ede.STALE_ANSWER))


def denial_on_the_way(
    resolver: ResolverContext,
    query: QueryContext,
    led_to: Sequence[bytes],
    links: Sequence[Cached],
    now: float,
) -> Reply | None:
    """The denial of a name that an answer leads to so far, before more is asked; None where all may be answered."""
    decision = _judge(resolver, query, led_to, now)
    if decision.action != "deny":
        return None
    reply = denied(resolver, query, decision, now)
    return Reply(reply.wire, min(reply.valid_until, *(link.expires for link in links)))


def _judge(resolver: ResolverContext, query: QueryContext, led_to: Sequence[bytes], now: float) -> Decision:
    """The ruling over the name that was asked and all that the answer leads to: the first denial, else the decision
    that ends first (T11).

    It is valid until the first decision on the way to it ends.
    """
    decision = query.decision(resolver.settings.snapshot, now)
    query.led_to = None
    if led_to and not decision.settled:
        decision = _judged_on_the_way(resolver, query, decision, led_to, now)
    query.ruling = decision
    return decision


def _judged_on_the_way(
    resolver: ResolverContext, query: QueryContext, decision: Decision, led_to: Sequence[bytes], now: float
) -> Decision:
    for name in led_to:
        other = decide(resolver.settings.snapshot, query.client, name, now)
        if other.action == "deny":
            query.led_to = name
            ends_first = _end(other) <= _end(decision)
            return other if ends_first else replace(other, valid_until=decision.valid_until)
        if other.action == "permit" and _end(other) <= _end(decision):
            query.led_to = name
            decision = other
    return decision


def _end(decision: Decision) -> float:
    return inf if decision.valid_until is None else decision.valid_until


def _withheld(
    resolver: ResolverContext, query: QueryContext, decision: Decision, relay: UpstreamAnswer, now: float
) -> Reply | None:
    """What is told in place of an answer that is denied or that leads inside; None where it may be given."""
    if decision.action == "deny":
        return denied(resolver, query, decision, now)
    if resolver.settings.rebinding.protect and _rebinds(resolver, query, relay):
        return kept_back(resolver, query, decision, now)
    return None


def _rebinds(resolver: ResolverContext, query: QueryContext, relay: UpstreamAnswer) -> bool:
    """Whether an answer leads inside although its name is neither the site's own nor allowed to."""
    qname = query.question.qname
    if (
        qname in resolver.local
        or not resolver.settings.rebinding.forbids(qname)
        or resolver.forwarder.is_routed(qname)
    ):
        return False
    return holds_private_address(relay)
