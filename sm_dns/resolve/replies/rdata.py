"""RDATA taken out of the message that it came in: its names in full, or in parts to be pointed at anew.

A pointer counts from the start of its message, so a record that is moved must not hold one. Compressed are names in
the types of RFC 1035 and in those that servers have compressed since, which must be understood (RFC 3597 §4); no
other type may compress (RFC 3597 §4, RFC 4034 §3.1.7), so its RDATA is copied whatever it holds.
"""

from __future__ import annotations

from typing import Final

from sm_dns.dns.names import ROOT
from sm_dns.dns.walk import BadAnswer, Record, read_name

Part = tuple[bool, bytes]
"""Octets of RDATA; with True a name that may be written as a pointer."""

_NAME, _STRING, _REST = -1, -2, -3
# Parts of RDATA by type: so many octets, a name, a string with its length before it, or whatever is left.
_ONE_NAME: Final = (_NAME,)
_TWO_NAMES: Final = (_NAME, _NAME)
_NUMBER_AND_NAME: Final = (2, _NAME)
_LAYOUTS: dict[int, tuple[int, ...]] = {
    2: _ONE_NAME,  # NS
    3: _ONE_NAME,  # MD
    4: _ONE_NAME,  # MF
    5: _ONE_NAME,  # CNAME
    6: (_NAME, _NAME, 20),  # SOA
    7: _ONE_NAME,  # MB
    8: _ONE_NAME,  # MG
    9: _ONE_NAME,  # MR
    12: _ONE_NAME,  # PTR
    14: _TWO_NAMES,  # MINFO
    15: _NUMBER_AND_NAME,  # MX
    17: _TWO_NAMES,  # RP
    18: _NUMBER_AND_NAME,  # AFSDB
    21: _NUMBER_AND_NAME,  # RT
    24: (18, _NAME, _REST),  # SIG
    26: (2, _NAME, _NAME),  # PX
    30: (_NAME, _REST),  # NXT
    33: (6, _NAME),  # SRV
    35: (4, _STRING, _STRING, _STRING, _NAME),  # NAPTR
    39: _ONE_NAME,  # DNAME
}
# The types of RFC 1035, whose names everybody expects to be pointers (RFC 3597 §4).
_MAY_POINT: Final = frozenset((2, 3, 4, 5, 6, 7, 8, 9, 12, 14, 15))


def plain_rdata(message: bytes, record: Record) -> bytes:
    """The RDATA of a record, its names in full and in lower case where its type may compress them.

    Raises `BadAnswer` for RDATA that does not have the form of its type.
    """
    return b"".join([octets for _, octets in rdata_parts(message, record)])


def rdata_parts(message: bytes, record: Record) -> list[Part]:
    """The same in parts. Raises `BadAnswer`."""
    layout = _LAYOUTS.get(record.rtype)
    if layout is None:
        return [(False, message[record.rdata : record.end])]
    may_point = record.rtype in _MAY_POINT
    at = record.rdata
    found: list[Part] = []
    for part in layout:
        if part == _NAME:
            octets, at = read_name(message, at)
            found.append((may_point, octets))
        else:
            start, at = at, _end(message, at, part, record.end)
            found.append((False, message[start:at]))
        if at > record.end:
            raise BadAnswer
    if at != record.end:
        raise BadAnswer
    return found


def service_target(message: bytes, rdata: int, end: int) -> bytes | None:
    """The canonical TargetName of an SVCB or HTTPS record whose data lie there (RFC 9460 §2.2), in AliasMode or not.

    None for the root, which stands for the owner itself, and for what no client can read.
    """
    try:
        name, after = read_name(message, rdata + 2)
    except BadAnswer:
        return None
    return name if after <= end and name != ROOT else None


def _end(message: bytes, at: int, part: int, end: int) -> int:
    """Where a part that is no name ends; a string has at least its length."""
    if part == _REST:
        return end
    if part == _STRING:
        return at + 1 + message[at] if at < end else end + 1
    return at + part
