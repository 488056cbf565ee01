"""Policy over the name that was asked; the names an answer leads to are judged on the way out."""

from __future__ import annotations

from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.query import QueryContext
from sm_dns.resolve.replies.denials import denied
from sm_dns.resolve.replies.reply import Reply


def deny_by_policy(resolver: ResolverContext, query: QueryContext, now: float) -> Reply | None:
    """The answer for a name that is denied to this client at `now`."""
    decision = query.decision(resolver.settings.snapshot, now)
    return denied(resolver, query, decision, now) if decision.action == "deny" else None
