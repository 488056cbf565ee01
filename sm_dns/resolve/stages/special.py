"""Names with a meaning of their own, which are answered here and never leave.

RFC 6761, 6762, 6303, 7686, 7793, 8375, 9462, 9476, and names of one label, which mean something only at this site.
The site may route any of them to a server of its own.
"""

from __future__ import annotations

from typing import Final

from sm_dns.dns.codes import Rcode, Type
from sm_dns.dns.names import from_text, is_at_or_below, suffixes
from sm_dns.dns.records import address_record, pointer_record, soa_record
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.query import QueryContext
from sm_dns.resolve.replies.plain import plain
from sm_dns.resolve.replies.reply import Body, Reply

TTL: Final = 86_400  # seconds; these answers do not change

_LOCALHOST: Final = from_text("localhost")
_LOOPBACK: Final = {int(Type.A): "127.0.0.1", int(Type.AAAA): "::1"}
_LOOPBACK_POINTERS: Final = frozenset(
    (from_text("1.0.0.127.in-addr.arpa"), from_text("1." + "0." * 31 + "ip6.arpa"))
)
# A forwarder must not pass on the question which encrypted resolver belongs to it (RFC 9462 §4).
_RESOLVER_ARPA: Final = from_text("resolver.arpa")
# Names that exist nowhere or only inside: RFC 6761 §6.2 and §6.4, RFC 6762 §22.1, RFC 7686 §2, RFC 8375, RFC 9476,
# the top-level domain that ICANN keeps for private use, and the reverse of addresses that mean something only inside
# one network (RFC 6303, RFC 7793), which outside servers cannot know.
_EMPTY: Final = frozenset(
    from_text(name)
    for name in (
        "alt",
        "home.arpa",
        "internal",
        "invalid",
        "local",
        "onion",
        "test",
        "10.in-addr.arpa",
        *(f"{second}.172.in-addr.arpa" for second in range(16, 32)),
        "168.192.in-addr.arpa",
        *(f"{second}.100.in-addr.arpa" for second in range(64, 128)),
        "127.in-addr.arpa",
        "254.169.in-addr.arpa",
        "2.0.192.in-addr.arpa",
        "100.51.198.in-addr.arpa",
        "113.0.203.in-addr.arpa",
        "255.255.255.255.in-addr.arpa",
        "0.in-addr.arpa",
        "d.f.ip6.arpa",
        "8.e.f.ip6.arpa",
        "9.e.f.ip6.arpa",
        "a.e.f.ip6.arpa",
        "b.e.f.ip6.arpa",
        "8.b.d.0.1.0.0.2.ip6.arpa",
        "0." * 31 + "0.ip6.arpa",
        "1." + "0." * 31 + "ip6.arpa",
    )
)
_SPECIAL: Final = _EMPTY | {_LOCALHOST, _RESOLVER_ARPA}
_ARPA: Final = from_text("arpa")
# Where all of these lie.
_TOPS: Final = tuple(
    from_text(name) for name in ("alt", "arpa", "internal", "invalid", "local", "localhost", "onion", "test")
)
# What is asked of a host: "com NS" is a question about a domain.
_OF_HOSTS: Final = frozenset((Type.A, Type.AAAA, Type.HTTPS))


def answer_special(resolver: ResolverContext, query: QueryContext, now: float) -> Reply | None:
    """The fixed answer for a special name, unless the site routes it to a server of its own."""
    body = special_body(resolver, query.question.qname, query.question.qtype)
    return None if body is None else plain(resolver, query, body)


def special_body(resolver: ResolverContext, qname: bytes, qtype: int) -> Body | None:
    """What is answered about a special name; None for any other."""
    if not qname.endswith(_TOPS) or _SPECIAL.isdisjoint(suffixes(qname)):
        return _single_label(resolver, qname, qtype)
    if is_at_or_below(qname, _LOCALHOST):
        return _loopback(qtype)
    if is_at_or_below(qname, _RESOLVER_ARPA):
        return _nothing(Rcode.NOERROR)
    if resolver.forwarder.is_routed(qname):
        return None
    if qtype == Type.DS and qname in _EMPTY and qname.endswith(_ARPA):
        return None  # the parent proves that these are not signed (RFC 6303 §7, RFC 8375 §4)
    if qname in _LOOPBACK_POINTERS and qtype == Type.PTR:
        return Body(Rcode.NOERROR, pointer_record("localhost", TTL), 1, 0)
    return _nothing(Rcode.NOERROR if qname in _EMPTY or resolver.local.exists(qname) else Rcode.NXDOMAIN)


def _single_label(resolver: ResolverContext, qname: bytes, qtype: int) -> Body | None:
    """A host without a domain ("wpad", "printer") is nobody's outside, and asking there would tell of this site."""
    if (
        len(qname) != qname[0] + 2
        or qtype not in _OF_HOSTS
        or resolver.settings.forwards_single_labels
        or resolver.forwarder.is_routed(qname)
    ):
        return None
    return _nothing(Rcode.NOERROR if resolver.local.exists(qname) else Rcode.NXDOMAIN)


def _loopback(qtype: int) -> Body:
    address = _LOOPBACK.get(qtype)
    if address is None:
        return _nothing(Rcode.NOERROR)
    return Body(Rcode.NOERROR, address_record(address, TTL), 1, 0)


def _nothing(rcode: Rcode) -> Body:
    return Body(rcode, soa_record(TTL), 0, 1)
