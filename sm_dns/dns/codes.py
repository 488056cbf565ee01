"""Code points of the DNS: header bits, rcodes, types, EDNS options and extended errors (IANA DNS parameters)."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

# Header flag word (RFC 1035 §4.1.1, RFC 4035 §3.2).
QR: Final = 0x8000
TC: Final = 0x0200
RD: Final = 0x0100
RA: Final = 0x0080
AD: Final = 0x0020
CD: Final = 0x0010
OPCODE_SHIFT: Final = 11
OPCODE_MASK: Final = 0xF
OPCODE_QUERY: Final = 0

HEADER: Final = 12
BARE_OPT: Final = 11  # octets of an OPT record without options (RFC 6891 §6.1.2)
MIN_UDP: Final = 512  # what any client takes without EDNS (RFC 1035 §4.2.1)
DO: Final = 0x8000  # in the flags of OPT's TTL field (RFC 3225)

CLASS_IN: Final = 1
CLASS_CH: Final = 3


class Rcode(IntEnum):
    """Response codes (RFC 1035, RFC 2136, RFC 6891); BADVERS needs the extended bits of OPT."""

    NOERROR = 0
    FORMERR = 1
    SERVFAIL = 2
    NXDOMAIN = 3
    NOTIMP = 4
    REFUSED = 5
    YXDOMAIN = 6
    BADVERS = 16


class Type(IntEnum):
    """The RR types this resolver treats by name; every other number passes through (RFC 3597)."""

    A = 1
    NS = 2
    CNAME = 5
    SOA = 6
    PTR = 12
    HINFO = 13
    TXT = 16
    AAAA = 28
    DNAME = 39
    OPT = 41
    DS = 43
    RRSIG = 46
    NSEC = 47
    NSEC3 = 50
    SVCB = 64
    HTTPS = 65
    TSIG = 250
    IXFR = 251
    AXFR = 252
    MAILB = 253
    MAILA = 254
    ANY = 255


class Option(IntEnum):
    """EDNS options that are looked at; the rest is ignored (RFC 6891 §6.1.2)."""

    NSID = 3
    ECS = 8
    COOKIE = 10
    TCP_KEEPALIVE = 11
    PADDING = 12
    EDE = 15
    REPORT_CHANNEL = 18
    EDE_EXTRA_TEXT_LANGUAGE = 22
    FILTERING_CONTACT = 23
    FILTERING_ORGANIZATION = 24
    FILTERING_DB = 25


class Ede(IntEnum):
    """Extended DNS Errors (RFC 8914 §4)."""

    OTHER = 0
    STALE_ANSWER = 3
    FORGED_ANSWER = 4
    BLOCKED = 15
    PROHIBITED = 18
    NO_REACHABLE_AUTHORITY = 22
    NETWORK_ERROR = 23
