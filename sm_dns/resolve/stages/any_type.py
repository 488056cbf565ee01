"""Questions for every type at once, which mostly serve amplification (T9)."""

from __future__ import annotations

from sm_dns.dns.codes import Type
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.query import QueryContext
from sm_dns.resolve.replies import answers
from sm_dns.resolve.replies.reply import Reply


def answer_any(resolver: ResolverContext, query: QueryContext, now: float) -> Reply | None:
    """The smallest answer to ANY: one HINFO that says why (RFC 8482 §4.2)."""
    if query.question.qtype != Type.ANY:
        return None
    return answers.minimal(resolver, query, now)
