"""Names with a meaning of their own, which never leave this host (RFC 6761)."""

from __future__ import annotations

from sm_dns.dns.codec import address_record, soa_record
from sm_dns.dns.codes import Rcode, Type
from sm_dns.dns.names import is_at_or_below
from sm_dns.resolve import answers
from sm_dns.resolve.exchange import Exchange
from sm_dns.resolve.reply import Body, Reply
from sm_dns.resolve.resolver import Resolver

_LOCALHOST = b"\x09localhost\x00"
_LOOPBACK = {Type.A: "127.0.0.1", Type.AAAA: "::1"}
_TTL = 86_400


def answer_special(resolver: Resolver, exchange: Exchange, now: float) -> Reply | None:
    """`localhost` and everything below it is this host (RFC 6761 §6.3)."""
    question = exchange.question
    if not is_at_or_below(question.qname, _LOCALHOST):
        return None
    address = _LOOPBACK.get(Type(question.qtype)) if question.qtype in _LOOPBACK else None
    if address is None:
        body = Body(Rcode.NOERROR, soa_record(_TTL), 0, 1)
    else:
        body = Body(Rcode.NOERROR, address_record(address, _TTL), 1, 0)
    return answers.plain(resolver, exchange, body)
