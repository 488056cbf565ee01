"""Questions this resolver does not take: other EDNS versions, other classes, transfers."""

from __future__ import annotations

from sm_dns.dns.codes import CLASS_CH, CLASS_IN, Rcode, Type
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.query import QueryContext
from sm_dns.resolve.replies.plain import plain
from sm_dns.resolve.replies.reply import Body, Reply
from sm_dns.resolve.stages.identity import answer_identity

_REFUSED_TYPES = frozenset((Type.AXFR, Type.IXFR, Type.MAILA, Type.MAILB))


def refuse_unsupported(resolver: ResolverContext, query: QueryContext, now: float) -> Reply | None:
    """BADVERS for EDNS above version 0 (RFC 6891 §6.1.3), REFUSED for other classes and zone transfers."""
    question = query.question
    if question.edns is not None and question.edns.version:
        return plain(resolver, query, Body(Rcode.BADVERS, b"", 0, 0))
    if question.qclass == CLASS_CH and resolver.settings.identity:
        return answer_identity(resolver, query)
    if question.qclass != CLASS_IN or question.qtype in _REFUSED_TYPES:
        return plain(resolver, query, Body(Rcode.REFUSED, b"", 0, 0))
    return None
