"""Questions for every type at once, which mostly serve amplification (T9)."""

from __future__ import annotations

from typing import Final

from sm_dns.dns.codes import Rcode, Type
from sm_dns.dns.records import hinfo_record
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.query import QueryContext
from sm_dns.resolve.replies.edge_caps import cap_of
from sm_dns.resolve.replies.plain import plain
from sm_dns.resolve.replies.reply import Body, Reply

# Seconds.
MINIMAL_TTL: Final = 3_600


def answer_any(resolver: ResolverContext, query: QueryContext, now: float) -> Reply | None:
    """The smallest answer to ANY: one HINFO that says why (RFC 8482 §4.2)."""
    if query.question.qtype != Type.ANY:
        return None
    cap, valid_until = cap_of(resolver, query.decision(resolver.settings.snapshot, now), now)
    record = hinfo_record("RFC8482", MINIMAL_TTL if cap is None else cap)
    return plain(resolver, query, Body(Rcode.NOERROR, record, 1, 0), valid_until=valid_until)
