"""The site's own records."""

from __future__ import annotations

from math import inf

from sm_dns.dns.codes import Type
from sm_dns.resolve.cache import new_cached
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.forwarding.chains import follow
from sm_dns.resolve.query import QueryContext
from sm_dns.resolve.replies.local_answers import begins_with_an_alias, local, local_relay
from sm_dns.resolve.replies.reply import Reply


def answer_local(resolver: ResolverContext, query: QueryContext, now: float) -> Reply | None:
    """A name of `local.zone`, answered from there for every type; an alias is followed, each link
    under the policy, also where the site knows its end."""
    question = query.question
    if question.qname not in resolver.local:
        return None
    found = resolver.local.find(question.qname, question.qtype)
    if found is None or (question.qtype == Type.DS and not found.records):
        return None  # the parent says whether the name's zone is signed (RFC 4035 §3.1.4.1)
    if begins_with_an_alias(found, query.key):
        first = new_cached((local_relay(found, query.key), now, inf))
        return follow(resolver, query, first, now)
    return local(resolver, query, found, now)
