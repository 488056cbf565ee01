"""A reading of response policy zones, written from their draft and from RFC 4592: what a server would do by them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from sm_dns.dns.names import suffixes
from sm_dns.feeds.zones import records
from sm_dns.feeds.zones.records import Record

Zone = dict[bytes, list[Record]]
CLIENT = b"rpz-client-ip"


def zone(rules: Iterable[Record]) -> Zone:
    found: Zone = {}
    for rule in rules:
        found.setdefault(rule.owner, []).append(rule)
    return found


def outcome(zones: Iterable[Zone], address: str, qname: bytes) -> str:
    """`pass`, a way to deny, or `none` where no rule is met: the first zone with one decides."""
    for each in zones:
        met = _by_client(each, address) or _by_name(each, qname)
        if met:
            return _said(met)
    return "none"


def _by_client(each: Zone, address: str) -> list[Record] | None:
    """The rule of the longest prefix that holds the address."""
    asked = ipaddress.ip_address(address)
    fitting = [(network(owner), rules) for owner, rules in each.items() if owner.endswith(CLIENT)]
    holding = [(one, rules) for one, rules in fitting if asked.version == one.version and asked in one]
    return max(holding, key=lambda found: found[0].prefixlen, default=(None, None))[1]


def network(owner: bytes) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    """The network of a rule for clients."""
    length, *parts = [label.decode() for label in _labels(owner)][:-1]
    if len(parts) == 4 and "zz" not in parts:
        return ipaddress.IPv4Network(f"{'.'.join(reversed(parts))}/{length}")
    text = ":".join("" if part == "zz" else part for part in reversed(parts))
    text = f":{text}" if text.startswith(":") else text
    text = f"{text}:" if text.endswith(":") else text
    return ipaddress.IPv6Network(f"{text or '::'}/{length}")


def _labels(owner: bytes) -> list[bytes]:
    found, at = [], 0
    while at < len(owner):
        found.append(owner[at + 1 : at + 1 + owner[at]])
        at += 1 + owner[at]
    return found


def _by_name(each: Zone, qname: bytes) -> list[Record] | None:
    """RFC 4592: the name itself, else the wildcard right below its closest encloser, which may be an empty name."""
    name = qname[:-1]
    if name in each:
        return each[name]
    there = {parent[:-1] for owner in each for parent in suffixes(owner + b"\0")} | {b""}
    if name in there:
        return None
    closest = next(parent[:-1] for parent in (*suffixes(qname), b"\0") if parent[:-1] in there)
    return each.get(b"\x01*" + closest)


def _said(rules: list[Record]) -> str:
    if all(rule.rtype in (records.A, records.AAAA) for rule in rules):
        return "sinkhole"
    (rule,) = rules
    assert rule.rtype == records.CNAME
    return {b"\0": "nxdomain", b"\x01*\0": "nodata", b"\x0crpz-passthru\0": "pass"}[rule.data]
