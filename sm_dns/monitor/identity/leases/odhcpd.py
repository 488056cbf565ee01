"""The lease file of odhcpd (OpenWrt): `# LINK IDENTIFIER IAID|ipv4 HOST UNTIL ASSIGNED LENGTH ADDRESS/LENGTH …`.

Lines without `#` are names for a hosts file and no leases.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sm_dns.monitor.identity.leases.lease import FOREVER, Found, Gathering, Lease, LeftOut, Reading, seconds
from sm_dns.policy.clients.devices import hardware, host_label, identifier
from sm_dns.util.ip_networks import canonical

LINE = re.compile(r"# \S+ [0-9a-fA-F:]+ (?:ipv4|[0-9a-fA-F]+) \S+ -?\d+ [0-9a-fA-F]+ \d+(?: .*)?", re.ASCII)

_IPV4 = "ipv4"
_NO_HOST = "-"
_NEVER, _OVER = "-1", "0"
_WHOLE = {"32", "128"}  # the length of an address; a shorter one is a delegated prefix


def read(lines: Iterable[str]) -> Reading:
    """Every address that a line gives. When a lease began the file does not say."""
    found = Gathering()
    for line in lines:
        if not line.startswith("#"):
            continue
        for each in _leases(line.split()):
            found.take(each)
    return found.reading()


def _leases(words: list[str]) -> Iterator[Found]:
    if len(words) < 8:
        yield None
        return
    _, _, client, kind, host, until, _, length, *places = words
    ends = FOREVER if until == _NEVER else seconds(until)
    device = _hardware(client) if kind == _IPV4 else identifier(_octets(client))
    if not places or until == _OVER:
        yield LeftOut.FREE
    elif ends is None or device is None:
        yield None
    else:
        for place in places:
            yield _lease(
                place, device, "" if host == _NO_HOST else host_label(host), ends, kind != _IPV4, length
            )


def _lease(place: str, device: str, host: str, ends: float, is_v6: bool, length: str) -> Found:
    address, _, own_length = place.partition("/")
    where = canonical(address)
    if where is None:
        return None
    if (own_length or length) not in _WHOLE:
        return LeftOut.PREFIX
    return Lease(where, device, host, None, ends, is_v6)


def _hardware(client: str) -> str | None:
    """`3c22fb010203`, or as newer ones write it, `3c:22:fb:1:2:3`."""
    return hardware(":".join(octet.zfill(2) for octet in client.split(":")) if ":" in client else client)


def _octets(digits: str) -> str:
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2))
