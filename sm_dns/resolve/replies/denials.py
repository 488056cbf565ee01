"""What is told in place of an answer that is kept from a client."""

from __future__ import annotations

from typing import Final

from sm_dns.dns.codes import BARE_OPT, HEADER, Ede, Rcode, Type
from sm_dns.dns.records import address_record, ede_option, nsid_option, soa_record
from sm_dns.policy.decide import Decision
from sm_dns.policy.denials.denial_text import ede_text
from sm_dns.policy.denials.structured_error import StructuredErrors
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.query import QueryContext
from sm_dns.resolve.replies.edge_caps import lifetime_of
from sm_dns.resolve.replies.plain import plain
from sm_dns.resolve.replies.reply import Body, Reply

PRIVATE_TEXT: Final = "private address in a public answer"


def denied(resolver: ResolverContext, query: QueryContext, decision: Decision, now: float) -> Reply:
    """The answer for a denied name (ANS-1): an address only for A and AAAA, else nothing, and EDE 15 (NOT-2)."""
    snapshot = resolver.settings.snapshot
    ttl, until = lifetime_of(snapshot.denied_ttl, decision.valid_until, now)
    body, forged = _denied_body(resolver, query.question.qtype, decision.answer, ttl)
    options = b""
    edns = query.question.edns
    if edns is not None:
        structured = resolver.settings.structured
        if structured is not None and structured.option in edns.signs:
            return plain(
                resolver, query, body, _structured(resolver, query, structured, decision, body), until
            )
        text = ede_text(decision, snapshot.schedules[query.client.group.schedule], resolver.settings.citation)
        options = ede_option(Ede.BLOCKED, text) + (ede_option(Ede.FORGED_ANSWER) if forged else b"")
    return plain(resolver, query, body, options, until)


def _structured(
    resolver: ResolverContext,
    query: QueryContext,
    structured: StructuredErrors,
    decision: Decision,
    body: Body,
) -> bytes:
    """The longest structured error that fits this client; EDE 4 has no place beside it (the draft's §5.2)."""
    question = query.question
    schedule = resolver.settings.snapshot.schedules[query.client.group.schedule]
    identity = (
        len(nsid_option(resolver.settings.identity)) if question.edns and question.edns.asks_identity else 0
    )
    room = (
        query.transport.limit(question)
        - HEADER
        - len(question.wire)
        - len(body.records)
        - BARE_OPT
        - identity
    )
    texts = structured.texts(decision, schedule, resolver.settings.citation)
    options = [ede_option(Ede.BLOCKED, text) for text in texts]
    return next((option for option in options if len(option) <= room), options[-1])


def _denied_body(resolver: ResolverContext, qtype: int, answer: str, ttl: int) -> tuple[Body, bool]:
    """The body that denies, and whether it holds a forged address."""
    if answer == "refused":
        return Body(Rcode.REFUSED, b"", 0, 0), False
    if answer == "nxdomain":
        return Body(Rcode.NXDOMAIN, soa_record(ttl), 0, 1), False
    if answer == "sinkhole" and qtype in (Type.A, Type.AAAA):
        snapshot = resolver.settings.snapshot
        address = snapshot.sinkhole_ipv4 if qtype == Type.A else snapshot.sinkhole_ipv6
        return Body(Rcode.NOERROR, address_record(address, ttl), 1, 0), True
    return Body(Rcode.NOERROR, soa_record(ttl), 0, 1), False


def kept_back(resolver: ResolverContext, query: QueryContext, decision: Decision, now: float) -> Reply:
    """No data in place of a private address, and why."""
    ttl, until = lifetime_of(resolver.settings.snapshot.denied_ttl, decision.valid_until, now)
    body = Body(Rcode.NOERROR, soa_record(ttl), 0, 1)
    return plain(resolver, query, body, ede_option(Ede.BLOCKED, PRIVATE_TEXT), until)
