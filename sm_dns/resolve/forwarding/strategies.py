"""Which upstreams to ask next: one function a strategy, chosen by name in the configuration.

A strategy gets the upstreams of a question (none of them full), those already asked for it, and the time; it gives
the ones to ask now, at least one unless it was given none.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sm_dns.resolve.forwarding.upstream import Upstream

Strategy = Callable[[Sequence[Upstream], Sequence[Upstream], float], Sequence[Upstream]]

AT_ONCE = 3  # of `parallel`
# The latency of those passed over fades, so that each is tried again some day.
_FORGIVENESS: Final = 0.98


def fastest(upstreams: Sequence[Upstream], asked: Sequence[Upstream], now: float) -> Sequence[Upstream]:
    """The quickest healthy one, the default: least asked for this question, then healthy, then quickest."""
    if len(upstreams) < 2:
        return upstreams
    best = min(upstreams, key=lambda one: (asked.count(one), one.backoff_until > now, one.latency))
    for upstream in upstreams:
        if upstream is not best:
            upstream.latency *= _FORGIVENESS
    return (best,)


def failover(upstreams: Sequence[Upstream], asked: Sequence[Upstream], now: float) -> Sequence[Upstream]:
    """In the order of the configuration, the next only where the one before does not answer."""
    return sorted(upstreams, key=lambda one: (asked.count(one), one.backoff_until > now))[:1]


def parallel(upstreams: Sequence[Upstream], asked: Sequence[Upstream], now: float) -> Sequence[Upstream]:
    """The quickest healthy ones together at first, and the first good answer counts; afterwards one at a time."""
    ranked = sorted(upstreams, key=lambda one: (asked.count(one), one.backoff_until > now, one.latency))
    if asked:
        return ranked[:1]
    healthy = [one for one in ranked if one.backoff_until <= now]
    return healthy[:AT_ONCE] or ranked[:1]


def random(upstreams: Sequence[Upstream], asked: Sequence[Upstream], now: float) -> Sequence[Upstream]:
    """Any healthy one among those least asked, so that no upstream sees all questions."""
    if not upstreams:
        return ()
    ranks = {one: (asked.count(one), one.backoff_until > now) for one in upstreams}
    best = min(ranks.values())
    return (secrets.choice([one for one in upstreams if ranks[one] == best]),)


STRATEGIES: Mapping[str, Strategy] = {
    "fastest": fastest,
    "failover": failover,
    "parallel": parallel,
    "random": random,
}
