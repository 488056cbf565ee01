"""What clients may, in tests: everything, unless it is said."""

from __future__ import annotations

from math import inf

from sm_dns.serve.clients.limits import CONNECTIONS, USUAL, ClientLimits, Limits
from sm_dns.serve.clients.rate_limit import RateLimiter
from sm_dns.serve.clients.streams.connections import Admission
from sm_dns.serve.clients.trusted_forwarders import TrustedForwarders


def limits_of(
    per_second: float = inf,
    burst: float = inf,
    connections: int = USUAL.connections,
    *,
    bounds_loopback: bool = False,
) -> ClientLimits:
    """The same limits for every client."""
    return ClientLimits(Limits(per_second, burst, connections, bounds_loopback))


def rate_of(per_second: float = inf, burst: float = inf) -> RateLimiter:
    """The budgets of clients of datagrams."""
    return RateLimiter(limits_of(per_second, burst))


def admission_of(
    per_second: float = inf,
    burst: float = inf,
    each: int = USUAL.connections,
    connections: int = CONNECTIONS,
    forwarders: TrustedForwarders | None = None,
) -> Admission:
    """Who is let in: `each` connections of a client, so many of all. Loopback is as others."""
    return Admission(
        limits_of(per_second, burst, each, bounds_loopback=True),
        connections,
        forwarders or TrustedForwarders(),
    )
