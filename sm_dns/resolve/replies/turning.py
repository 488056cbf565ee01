"""Turns: addresses that stand in the same order in every answer would send every client to the first of them.

Which of them comes first is told by the ID of a datagram, which clients draw at random, so nothing is to be
remembered, and a reply that is replayed turns as one that is made anew. On a connection, where no ID need be drawn,
the turn is drawn here.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct
from typing import Final, NamedTuple

from sm_dns.dns.codes import Type
from sm_dns.util.fast_tuple import fast_constructor

_TYPE: Final = Struct("!H")
_LENGTH: Final = Struct("!H")
_HEAD: Final = 12  # octets of a record before its data, its owner a pointer
_SIZES: Final = {int(Type.A): 4, int(Type.AAAA): 16}


# Octets of one reply in all its orders, which are kept where that is enough.
MAX_ORDERS: Final = 1_024

Orders = list[bytes | None]
"""A reply in each order, by the number of places turned, once it was asked for so."""


class Turning(NamedTuple):
    """Addresses of one name that stand one after another: where the first begins, octets of each, and how many."""

    at: int
    size: int
    number: int


new_turning: Final = fast_constructor(Turning)


def find_turning(records: bytes, ttls: Sequence[tuple[int, int]]) -> Turning | None:
    """The addresses that may turn among records that are known by the offsets of their TTLs."""
    if len(ttls) < 2:
        return None
    begin = count = size = 0
    head = b""
    for ttl_at, _ in ttls:
        (rtype,) = _TYPE.unpack_from(records, ttl_at - 4)
        length = _SIZES.get(rtype, 0)
        if not length:
            if count > 1:
                break
            count = 0
            continue
        start = ttl_at - 6
        this = records[start:ttl_at]
        (stated,) = _LENGTH.unpack_from(records, ttl_at + 4)
        if start < 0 or this[0] < 0xC0 or stated != length:
            if count > 1:
                break
            count = 0
        elif count and this == head and start == begin + count * size:
            count += 1
        elif count > 1:
            break
        else:
            begin, count, size, head = start, 1, _HEAD + length, this
    return new_turning((begin, size, count)) if count > 1 else None


def no_orders(octets: bytes, turning: Turning | None) -> Orders | None:
    """Room to keep each order of a reply once it is made; None where it does not turn, or is too long for that."""
    if turning is None or turning.number * len(octets) > MAX_ORDERS:
        return None
    return [None] * turning.number


def turned(octets: bytes, turning: Turning, by: int) -> bytes:
    """The same with the addresses turned: the one that stood `by` places on is the first."""
    at, size, number = turning
    cut = at + by % number * size
    if cut == at:
        return octets
    end = at + number * size
    return octets[:at] + octets[cut:end] + octets[at:cut] + octets[end:]
