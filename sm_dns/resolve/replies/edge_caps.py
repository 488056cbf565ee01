"""How long what is said of a governed name may live: no longer than the decision behind it (TIME-7)."""

from __future__ import annotations

from math import inf

from sm_dns.policy.decide import Decision
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.replies.reply import next_second


def cap_of(resolver: ResolverContext, decision: Decision, now: float) -> tuple[int | None, float]:
    """The longest TTL of a permitted answer in seconds, and when that changes; no cap on names not governed."""
    if decision.action == "forward":
        return None, inf
    return lifetime_of(resolver.settings.snapshot.permitted_ttl, decision.valid_until, now)


def lifetime_of(longest: int, valid_until: int | None, now: float) -> tuple[int, float]:
    """TTL of an answer that may live `longest` seconds but not past `valid_until`; when that TTL would change."""
    if valid_until is None:
        return longest, inf
    if valid_until - now >= longest:
        return longest, float(valid_until - longest)
    return max(int(valid_until - now), 0), next_second(valid_until, now)
