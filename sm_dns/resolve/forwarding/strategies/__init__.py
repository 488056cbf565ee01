"""Which upstreams to ask next: one strategy a file, chosen by name in the configuration.

A strategy gets the upstreams of a question (none of them full), those already asked for it, and the time; it gives
the ones to ask now, at least one unless it was given none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from sm_dns.resolve.forwarding.strategies.failover import failover
from sm_dns.resolve.forwarding.strategies.fastest import fastest
from sm_dns.resolve.forwarding.strategies.parallel import parallel
from sm_dns.resolve.forwarding.strategies.random import random
from sm_dns.resolve.forwarding.upstream import Upstream

Strategy = Callable[[Sequence[Upstream], Sequence[Upstream], float], Sequence[Upstream]]

STRATEGIES: Mapping[str, Strategy] = {
    "fastest": fastest,
    "failover": failover,
    "parallel": parallel,
    "random": random,
}
