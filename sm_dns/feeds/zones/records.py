"""Records of a feed's zone: an owner below the zone's name, a type, a time to live, and data, as the wire has them.

An owner ends without the root's octet, so that it is written in front of whatever the zone is called; the empty owner
is the zone's own name. Data hold no name that would have to be compressed.
"""

from __future__ import annotations

import ipaddress
import struct
from typing import Final, NamedTuple

from sm_dns.dns import names

A: Final = 1
NS: Final = 2
CNAME: Final = 5
SOA: Final = 6
TXT: Final = 16
AAAA: Final = 28

QUICK_TTL: Final = 5
"""Seconds: of what may be another thing after the next edge, and of negative answers (SOA minimum, RFC 2308)."""

_TYPES: Final = {A: "A", NS: "NS", CNAME: "CNAME", SOA: "SOA", TXT: "TXT", AAAA: "AAAA"}
_PASS: Final = b"\x0crpz-passthru\x00"
_NXDOMAIN: Final = b"\x00"
_NODATA: Final = b"\x01*\x00"
_WILD: Final = b"\x01*"


class Record(NamedTuple):
    """One record; `ttl` in seconds."""

    owner: bytes
    rtype: int
    ttl: int
    data: bytes


def passing(owner: bytes, ttl: int = QUICK_TTL) -> Record:
    """The rule that what it is about is answered as if there were no policy."""
    return Record(owner, CNAME, ttl, _PASS)


def text_record(owner: bytes, text: str, ttl: int = QUICK_TTL) -> Record:
    """A TXT record of one string of at most 255 octets."""
    octets = text.encode("ascii")
    return Record(owner, TXT, ttl, bytes((len(octets),)) + octets)


def denying(owner: bytes, answer: str, sinkhole: tuple[bytes, bytes], ttl: int) -> tuple[Record, ...]:
    """The rule that a name is denied. `answer`: `sinkhole`, `nxdomain` or `nodata`; `refused`, which no such zone can
    say, is said as `nxdomain`. `sinkhole`: the octets of the IPv4 and the IPv6 address."""
    if answer == "sinkhole":
        return Record(owner, A, ttl, sinkhole[0]), Record(owner, AAAA, ttl, sinkhole[1])
    return (Record(owner, CNAME, ttl, _NODATA if answer == "nodata" else _NXDOMAIN),)


def sinkhole_octets(ipv4: str, ipv6: str) -> tuple[bytes, bytes]:
    """The two addresses of the sinkhole as data of A and AAAA records."""
    return ipaddress.IPv4Address(ipv4).packed, ipaddress.IPv6Address(ipv6).packed


def owner_of(name: bytes) -> bytes:
    """The owner of the rule for a canonical name."""
    return name[:-1]


def below(owner: bytes) -> bytes:
    """The owner of the rule for whatever is below that owner."""
    return _WILD + owner


def is_wild(owner: bytes) -> bool:
    """Whether the rule of an owner is for what is below it."""
    return owner[:2] == _WILD


def line(record: Record, zone: str) -> str:
    """The record as a line of a master file (RFC 1035 §5.1); `zone` is the zone's name with its final dot."""
    owner = f"{names.to_text(record.owner + names.ROOT)}.{zone}" if record.owner else zone
    return f"{owner} {record.ttl} IN {_TYPES[record.rtype]} {_data_text(record)}"


def _data_text(record: Record) -> str:
    if record.rtype == A:
        return str(ipaddress.IPv4Address(record.data))
    if record.rtype == AAAA:
        return str(ipaddress.IPv6Address(record.data))
    if record.rtype == TXT:
        return f'"{record.data[1:].decode("ascii")}"'
    if record.rtype == SOA:
        primary, person = (_name_text(one) for one in _two_names(record.data))
        numbers = struct.unpack("!5I", record.data[-20:])
        return " ".join((primary, person, *map(str, numbers)))
    return _name_text(record.data)


def _name_text(name: bytes) -> str:
    return "." if name == names.ROOT else f"{names.to_text(name)}."


def _two_names(data: bytes) -> tuple[bytes, bytes]:
    at = 0
    while data[at]:
        at += 1 + data[at]
    return data[: at + 1], data[at + 1 : -20]
