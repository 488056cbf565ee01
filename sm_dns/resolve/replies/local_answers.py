"""The site's own records as replies, and as links of a chain."""

from __future__ import annotations

from typing import Final

from sm_dns.dns.codes import Rcode, Type
from sm_dns.dns.records import soa_record
from sm_dns.resolve.cache import Key
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer
from sm_dns.resolve.local_records import LocalAnswer
from sm_dns.resolve.query import QueryContext
from sm_dns.resolve.replies.edge_caps import cap_of
from sm_dns.resolve.replies.moving import as_relay
from sm_dns.resolve.replies.plain import plain
from sm_dns.resolve.replies.reply import Body, Reply
from sm_dns.resolve.replies.turning import find_turning
from sm_dns.resolve.replies.writer import Writer

# Seconds for "no such record" about a name of the site's own.
LOCAL_NEGATIVE_TTL: Final = 300


def local(resolver: ResolverContext, query: QueryContext, answer: LocalAnswer, now: float) -> Reply:
    """The site's own records; a governed name's end at the edge like any other's."""
    cap, until = cap_of(resolver, query.decision(resolver.settings.snapshot, now), now)
    return plain(resolver, query, _local_body(answer, query.question.qname, cap), valid_until=until)


def local_relay(answer: LocalAnswer, key: Key) -> UpstreamAnswer:
    """The site's own records about a name, as a link of a chain."""
    aliases = [record.rdata for record in answer.records if record.rtype == Type.CNAME != key.qtype]
    leads_on = bool(aliases) and answer.records[-1].rtype == Type.CNAME and key.qtype != Type.ANY
    return as_relay(_local_body(answer, key.qname, None), (key.qname, *aliases), leads_on)


def begins_with_an_alias(answer: LocalAnswer, key: Key) -> bool:
    """Whether the site's own records lead from the name that was asked to another."""
    is_followed = key.qtype not in (Type.CNAME, Type.ANY)
    return is_followed and any(
        record.rtype == Type.CNAME and record.owner == key.qname for record in answer.records
    )


def _local_body(answer: LocalAnswer, qname: bytes, cap: int | None) -> Body:
    if not answer.records:
        return Body(Rcode.NOERROR, soa_record(LOCAL_NEGATIVE_TTL if cap is None else cap), 0, 1)
    writer = Writer(qname)
    for record in answer.records:
        ttl = record.ttl if cap is None else min(record.ttl, cap)
        writer.write(record.owner, record.rtype, ttl, ((False, record.rdata),))
    records = bytes(writer.records)
    turning = find_turning(records, writer.ttls)
    return Body(answer.rcode, records, len(answer.records), 0, False, turning)
