"""Any healthy one, so that no upstream sees all questions."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sm_dns.resolve.forwarding.upstream import Upstream


def random(upstreams: Sequence[Upstream], asked: Sequence[Upstream], now: float) -> Sequence[Upstream]:
    """One by chance among those least asked and healthy."""
    if not upstreams:
        return ()
    ranks = {one: (asked.count(one), one.rests_until > now) for one in upstreams}
    best = min(ranks.values())
    return (secrets.choice([one for one in upstreams if ranks[one] == best]),)
