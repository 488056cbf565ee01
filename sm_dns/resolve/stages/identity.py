"""Which of several servers this is, told to clients that ask where the site has given a text (RFC 4892).

The same text is the server's NSID (RFC 5001), which goes with every answer to a client that asks for it.
"""

from __future__ import annotations

from sm_dns.dns.codes import Rcode, Type
from sm_dns.dns.names import from_text
from sm_dns.dns.records import identity_record
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.query import QueryContext
from sm_dns.resolve.replies.plain import plain
from sm_dns.resolve.replies.reply import Body, Reply

_NAMES = frozenset(map(from_text, ("id.server", "hostname.bind", "version.bind")))


def answer_identity(resolver: ResolverContext, query: QueryContext) -> Reply:
    """The site's text for a question of class CH about this server; any other of that class is refused."""
    question = query.question
    if question.qname not in _NAMES or question.qtype != Type.TXT:
        return plain(resolver, query, Body(Rcode.REFUSED, b"", 0, 0))
    record = identity_record(resolver.settings.identity)
    return plain(resolver, query, Body(Rcode.NOERROR, record, 1, 0))
