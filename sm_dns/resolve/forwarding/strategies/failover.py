"""In the order of the configuration: the next only where the one before does not answer."""

from __future__ import annotations

from collections.abc import Sequence

from sm_dns.resolve.forwarding.upstream import Upstream


def failover(upstreams: Sequence[Upstream], asked: Sequence[Upstream], now: float) -> Sequence[Upstream]:
    """The first that is least asked and healthy."""
    return sorted(upstreams, key=lambda one: (asked.count(one), one.rests_until > now))[:1]
