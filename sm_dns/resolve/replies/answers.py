"""The way out: each kind of answer, with TTLs that end no later than the decision behind it (TIME-7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import Final

from sm_dns.dns.codes import BARE_OPT, HEADER, Ede, Rcode, Type
from sm_dns.dns.records import address_record, ede_option, hinfo_record, nsid_option, soa_record
from sm_dns.dns.scan import Question
from sm_dns.policy.decide import Decision, decide
from sm_dns.policy.denial_text import ede_text
from sm_dns.policy.structured_error import StructuredErrors
from sm_dns.resolve.cache import Cached, Key, new_cached
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.forwarding.failure import Failure
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer
from sm_dns.resolve.local_records import LocalAnswer
from sm_dns.resolve.query import QueryContext
from sm_dns.resolve.replies.moving import as_relay, joined
from sm_dns.resolve.replies.rebinding import holds_private_address
from sm_dns.resolve.replies.reply import (
    Body,
    Reply,
    Transport,
    age,
    age_stale,
    encode,
    new_reply,
    next_second,
)
from sm_dns.resolve.replies.turning import find_turning
from sm_dns.resolve.replies.writer import Writer

LOCAL_NEGATIVE_TTL: Final = 300  # seconds for "no such record" about a name of the site's own
MINIMAL_TTL: Final = 3_600  # seconds for the answer to ANY
PRIVATE_TEXT: Final = "private address in a public answer"
STALE_TTL: Final = 30  # seconds on a stale answer (RFC 8767 §5.2)


def plain(
    resolver: ResolverContext,
    query: QueryContext,
    body: Body | UpstreamAnswer,
    options: bytes = b"",
    valid_until: float = 0.0,
    source: Cached | None = None,
) -> Reply:
    """A body as this client gets it."""
    edns = query.question.edns
    if edns is not None and edns.asks_identity and resolver.settings.identity:
        options += nsid_option(resolver.settings.identity)
    wire = encode(query.question, body, query.transport, resolver.settings.udp_size, options)
    return new_reply((wire, valid_until, None, source, body.turning))


def error(resolver: ResolverContext, query: QueryContext, rcode: Rcode, ede: Ede, text: str = "") -> Reply:
    """An rcode without records and an extended error that says why; never memoised."""
    return plain(resolver, query, Body(rcode, b"", 0, 0), ede_option(ede, text))


def denied(resolver: ResolverContext, query: QueryContext, decision: Decision, now: float) -> Reply:
    """The answer for a denied name (ANS-1): an address only for A and AAAA, else nothing, and EDE 15 (NOT-2)."""
    snapshot = resolver.settings.snapshot
    ttl, until = _lifetime(snapshot.denied_ttl, decision.valid_until, now)
    body, forged = _denied_body(resolver, query.question.qtype, decision.answer, ttl)
    options = b""
    edns = query.question.edns
    if edns is not None:
        structured = resolver.settings.structured
        if structured is not None and structured.option in edns.signs:
            return plain(
                resolver, query, body, _structured(resolver, query, structured, decision, body), until
            )
        text = ede_text(decision, snapshot.schedules[query.client.group.schedule])
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
    options = [ede_option(Ede.BLOCKED, text) for text in structured.texts(decision, schedule)]
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


def refused(resolver: ResolverContext, question: Question, transport: Transport) -> Reply:
    """A client outside the served networks gets nothing but REFUSED, no longer than its question (T9)."""
    option = ede_option(Ede.PROHIBITED)
    body = Body(Rcode.REFUSED, b"", 0, 0)
    return Reply(encode(question, body, transport, resolver.settings.udp_size, option), 0.0)


def counted(resolver: ResolverContext, query: QueryContext, reply: Reply, now: float) -> Reply:
    """The reply, counted where a listed name made it."""
    ruling = query.ruling
    if ruling is None or ruling.match is None:
        return reply
    number = resolver.count(query.address, ruling, query.question.qtype, now)
    return Reply(reply.wire, reply.valid_until, number, reply.source, reply.turning)


def relayed(resolver: ResolverContext, query: QueryContext, answer: Cached, now: float) -> Reply:
    """An upstream's answer, its CNAME chain judged and its TTLs cut at the next edge."""
    relay, stored, expires = answer
    query.ruling = decision = _judge(resolver, query, relay.leads_to, now)
    if decision.action == "deny":
        reply = denied(resolver, query, decision, now)
        return Reply(reply.wire, min(reply.valid_until, expires))
    if resolver.settings.rebinding.protect and _rebinds(resolver, query, relay):
        reply = _kept_back(resolver, query, decision, now)
        return Reply(reply.wire, min(reply.valid_until, expires))
    if decision.action == "forward":
        body, until = age(relay, stored, now, None)
        return plain(resolver, query, body, relay.errors, until, None if relay.errors else answer)
    cap, cap_until = _lifetime(resolver.settings.snapshot.permitted_ttl, decision.valid_until, now)
    body, until = age(relay, stored, now, cap)
    return plain(resolver, query, body, relay.errors, min(until, cap_until))


def stale(resolver: ResolverContext, query: QueryContext, answer: Cached, now: float) -> Reply:
    """An expired answer, because no upstream answers (RFC 8767); policy rules over it all the same."""
    query.ruling = decision = _judge(resolver, query, answer.relay.leads_to, now)
    if decision.action == "deny":
        return Reply(denied(resolver, query, decision, now).wire, 0.0)
    if resolver.settings.rebinding.protect and _rebinds(resolver, query, answer.relay):
        return Reply(_kept_back(resolver, query, decision, now).wire, 0.0)
    cap, _ = _cap(resolver, decision, now)
    ttl = STALE_TTL if cap is None else min(STALE_TTL, cap)
    return plain(resolver, query, age_stale(answer.relay, ttl), ede_option(Ede.STALE_ANSWER))


def denial_on_the_way(
    resolver: ResolverContext,
    query: QueryContext,
    led_to: Sequence[bytes],
    links: Sequence[Cached],
    now: float,
) -> Reply | None:
    """The denial of a name that an answer leads to so far, before more is asked; None where all may be answered."""
    query.ruling = decision = _judge(resolver, query, led_to, now)
    if decision.action != "deny":
        return None
    reply = denied(resolver, query, decision, now)
    return Reply(reply.wire, min(reply.valid_until, *(link.expires for link in links)))


def chained(
    resolver: ResolverContext,
    query: QueryContext,
    links: Sequence[Cached],
    latest: float,
    is_stale: bool,
    now: float,
) -> Reply:
    """Answers that lead from one to the next, as one, judged and cut as any other; not repeated past `latest`."""
    relay, until = joined(query.question.qname, links, now)
    if is_stale:
        return stale(resolver, query, new_cached((relay, now, now)), now)
    query.ruling = decision = _judge(resolver, query, relay.leads_to, now)
    until = min(until, latest)
    if decision.action == "deny":
        reply = denied(resolver, query, decision, now)
        return Reply(reply.wire, min(reply.valid_until, until))
    if resolver.settings.rebinding.protect and _rebinds(resolver, query, relay):
        reply = _kept_back(resolver, query, decision, now)
        return Reply(reply.wire, min(reply.valid_until, until))
    cap, cap_until = _cap(resolver, decision, now)
    body, _ = age(relay, now, now, cap)
    return plain(resolver, query, body, relay.errors, min(until, cap_until))


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


def local(resolver: ResolverContext, query: QueryContext, answer: LocalAnswer, now: float) -> Reply:
    """The site's own records; a governed name's end at the edge like any other's."""
    cap, until = _cap(resolver, query.decision(resolver.settings.snapshot, now), now)
    return plain(resolver, query, _local_body(answer, query.question.qname, cap), valid_until=until)


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


def minimal(resolver: ResolverContext, query: QueryContext, now: float) -> Reply:
    """One HINFO in place of every type (RFC 8482 §4.2)."""
    cap, until = _cap(resolver, query.decision(resolver.settings.snapshot, now), now)
    record = hinfo_record("RFC8482", MINIMAL_TTL if cap is None else cap)
    return plain(resolver, query, Body(Rcode.NOERROR, record, 1, 0), valid_until=until)


def failed(resolver: ResolverContext, query: QueryContext, failure: Failure) -> Reply:
    """SERVFAIL with the reason."""
    options = ede_option(failure.ede, failure.text) + failure.errors
    return plain(resolver, query, Body(Rcode.SERVFAIL, b"", 0, 0), options)


def _rebinds(resolver: ResolverContext, query: QueryContext, relay: UpstreamAnswer) -> bool:
    """Whether an answer leads inside although its name is neither the site's own nor allowed to."""
    qname = query.question.qname
    if (
        qname in resolver.local
        or not resolver.settings.rebinding.forbids(qname)
        or resolver.forwarder.is_routed(qname)
    ):
        return False
    return holds_private_address(relay)


def _kept_back(resolver: ResolverContext, query: QueryContext, decision: Decision, now: float) -> Reply:
    """No data in place of a private address, and why."""
    ttl, until = _lifetime(resolver.settings.snapshot.denied_ttl, decision.valid_until, now)
    body = Body(Rcode.NOERROR, soa_record(ttl), 0, 1)
    return plain(resolver, query, body, ede_option(Ede.BLOCKED, PRIVATE_TEXT), until)


def _judge(resolver: ResolverContext, query: QueryContext, led_to: Sequence[bytes], now: float) -> Decision:
    """The decision over the name that was asked and all that the answer leads to: the first denial, else the one that
    ends first (T11).

    It is valid until the first decision on the way to it ends.
    """
    decision = query.decision(resolver.settings.snapshot, now)
    query.led_to = None
    if not led_to or decision.settled:
        return decision
    for name in led_to:
        other = decide(resolver.settings.snapshot, query.client, name, now)
        if other.action == "deny":
            query.led_to = name
            return (
                other if _end(other) <= _end(decision) else replace(other, valid_until=decision.valid_until)
            )
        if other.action == "permit" and _end(other) <= _end(decision):
            query.led_to = name
            decision = other
    return decision


def _end(decision: Decision) -> float:
    return inf if decision.valid_until is None else decision.valid_until


def _cap(resolver: ResolverContext, decision: Decision, now: float) -> tuple[int | None, float]:
    """The longest TTL of a permitted answer in seconds, and when that changes; no cap on names not governed."""
    if decision.action == "forward":
        return None, inf
    return _lifetime(resolver.settings.snapshot.permitted_ttl, decision.valid_until, now)


def _lifetime(longest: int, valid_until: int | None, now: float) -> tuple[int, float]:
    """TTL of an answer that may live `longest` seconds but not past `valid_until`; when that TTL would change."""
    if valid_until is None:
        return longest, inf
    if valid_until - now >= longest:
        return longest, float(valid_until - longest)
    return max(int(valid_until - now), 0), next_second(valid_until, now)
