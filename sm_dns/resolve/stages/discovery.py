"""Which encrypted resolver belongs to this one: our own (RFC 9462 §4, RFC 9461)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from itertools import groupby

from sm_dns.dns.codes import Rcode, Type
from sm_dns.dns.names import from_text
from sm_dns.dns.records import svcb_record
from sm_dns.resolve.context import ResolverContext
from sm_dns.resolve.query import QueryContext
from sm_dns.resolve.replies.plain import plain
from sm_dns.resolve.replies.reply import Body, Reply

TTL = 300  # seconds; a server that gives DoT or DoH up is not asked for them much longer

QUESTION = from_text("_dns.resolver.arpa")
_DEFAULT_PORT = {"dot": 853, "h2": 443}
# SvcParamKeys (RFC 9460 §14.3.2, RFC 9461).
_ALPN, _PORT, _IPV4_HINT, _IPV6_HINT, _DOH_PATH = 1, 3, 4, 6, 7

Listeners = Iterable[tuple[str, int]]


def answer_discovery(resolver: ResolverContext, query: QueryContext, now: float) -> Reply | None:
    """Our own DoT and DoH. It comes before policy, which denies the question: other resolvers are a way around."""
    question = query.question
    if not resolver.designated or question.qtype != Type.SVCB or question.qname != QUESTION:
        return None
    records = resolver.designated
    return plain(resolver, query, Body(Rcode.NOERROR, b"".join(records), len(records), 0))


def designated(name: bytes, dot: Listeners, doh: Listeners, doh_path: str) -> tuple[bytes, ...]:
    """SVCB records of the question's name for a server's listeners (address, port), DoH first."""
    offers = [("h2", port, addresses) for port, addresses in _by_port(doh)]
    offers += [("dot", port, addresses) for port, addresses in _by_port(dot)]
    return tuple(
        svcb_record(priority, name, _params(alpn, port, addresses, doh_path), TTL)
        for priority, (alpn, port, addresses) in enumerate(offers, 1)
    )


def _by_port(listeners: Listeners) -> list[tuple[int, list[str]]]:
    ordered = sorted(listeners, key=lambda listener: listener[1])
    return [
        (port, [address for address, _ in group])
        for port, group in groupby(ordered, key=lambda listener: listener[1])
    ]


def _params(alpn: str, port: int, addresses: list[str], doh_path: str) -> list[tuple[int, bytes]]:
    """SvcParams in ascending order of their keys (RFC 9460 §2.2); hints only of addresses that others can reach."""
    found = [(_ALPN, bytes([len(alpn)]) + alpn.encode("ascii"))]
    if port != _DEFAULT_PORT[alpn]:
        found.append((_PORT, port.to_bytes(2, "big")))
    parsed = [ipaddress.ip_address(address) for address in addresses if "%" not in address]
    hints = [address for address in parsed if not (address.is_unspecified or address.is_loopback)]
    for key, version in ((_IPV4_HINT, 4), (_IPV6_HINT, 6)):
        hint = b"".join(address.packed for address in hints if address.version == version)
        if hint:
            found.append((key, hint))
    if alpn == "h2":
        found.append((_DOH_PATH, f"{doh_path}{{?dns}}".encode("ascii")))
    return found
