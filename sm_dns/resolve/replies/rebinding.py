"""DNS rebinding: a stranger's name that leads a browser to a machine inside, past the browser's own rules.

It is judged on the way out: whether private addresses are forbidden for the name that was asked, and if they are,
whether the answer holds one.
"""

from __future__ import annotations

from dataclasses import dataclass
from struct import Struct, error
from typing import Final

from sm_dns.dns.codes import HEADER, Type
from sm_dns.dns.names import suffixes
from sm_dns.dns.walk import BadAnswer, read_name
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer

_TYPE: Final = Struct("!H")
_LENGTH: Final = Struct("!H")
_PARAMETER: Final = Struct("!HH")
# SvcParamKeys ipv4hint and ipv6hint (RFC 9460 §7.3): octets of an address.
_HINTS: Final = {4: 4, 6: 16}
_ADDRESSES: Final = frozenset((int(Type.A), int(Type.AAAA)))
_SERVICES: Final = frozenset((int(Type.HTTPS), int(Type.SVCB)))
_MAPPED: Final = (
    bytes(10) + b"\xff\xff",
    b"\0\x64\xff\x9b" + bytes(8),
)  # IPv4 within IPv6: RFC 4291 §2.5.5.2, RFC 6052 §2.1


@dataclass(frozen=True)
class Rebinding:
    """Whether private addresses are kept out of the answers of upstreams, and below which names they may stand."""

    protect: bool = False
    allow: frozenset[bytes] = frozenset()

    def forbids(self, qname: bytes) -> bool:
        """Whether an answer to this name may hold no private address."""
        return self.protect and self.allow.isdisjoint(suffixes(qname))


NO_PROTECTION: Final = Rebinding()


def holds_private_address(relay: UpstreamAnswer) -> bool:
    """Whether any answer leads to an address of the inside; a service record that cannot be read counts as one."""
    records = relay.records
    for ttl_at, _ in relay.ttls[: relay.answers]:
        (rtype,) = _TYPE.unpack_from(records, ttl_at - 4)
        if rtype in _ADDRESSES or rtype in _SERVICES:
            (length,) = _LENGTH.unpack_from(records, ttl_at + 4)
            rdata = records[ttl_at + 6 : ttl_at + 6 + length]
            if is_private(rdata) if rtype in _ADDRESSES else _hints_private(rdata):
                return True
    return False


def is_private(address: bytes) -> bool:
    """Whether 4 or 16 octets are an address of this host, of its link, or of a private network.

    RFC 1122 §3.2.1.3 (0/8, 127/8), RFC 1918, RFC 3927; RFC 4291 (::, ::1, fe80::/10), RFC 4193; IPv4 within IPv6.
    """
    if len(address) == 4:
        first, second = address[0], address[1]
        return (
            first in (0, 10, 127)
            or (first == 192 and second == 168)
            or (first == 172 and second & 0xF0 == 16)
            or (first == 169 and second == 254)
        )
    if len(address) != 16:
        return False
    if address[:12] in _MAPPED:
        return is_private(address[12:])
    is_here = not any(address[:15]) and address[15] <= 1
    return is_here or address[0] & 0xFE == 0xFC or (address[0] == 0xFE and address[1] & 0xC0 == 0x80)


def _hints_private(rdata: bytes) -> bool:
    """Whether an HTTPS or SVCB record hints at such an address (RFC 9460 §2.2); its target is never compressed."""
    message = bytes(HEADER) + rdata  # `read_name` expects names after a header
    try:
        _, at = read_name(message, HEADER + 2)
        while at < len(message):
            key, length = _PARAMETER.unpack_from(message, at)
            at += _PARAMETER.size
            size = _HINTS.get(key)
            if size is not None and any(
                is_private(message[one : one + size]) for one in range(at, at + length, size)
            ):
                return True
            at += length
    except (error, BadAnswer):
        return True
    return at != len(message)
