"""The site's own records."""

from __future__ import annotations

from sm_dns.resolve import answers
from sm_dns.resolve.exchange import Exchange
from sm_dns.resolve.reply import Reply
from sm_dns.resolve.resolver import Resolver


def answer_local(resolver: Resolver, exchange: Exchange, now: float) -> Reply | None:
    """A name of `local.zone`, answered from there for every type."""
    if exchange.question.qname not in resolver.local:
        return None
    found = resolver.local.find(exchange.question.qname, exchange.question.qtype)
    return None if found is None else answers.local(resolver, exchange, found, now)
