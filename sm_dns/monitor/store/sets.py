"""Sets of small numbers, packed: whoever asked in one hour.

A set of numbers below `BLOCK` is written as the shorter of two forms: two octets a number, little end first and
rising; or a bitmap without its trailing zero octets. The first form has exactly twice as many octets as numbers, the
second is shorter than that, so the size of the set tells them apart. In memory a set is an int: bit n for number n.
"""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Iterator

BLOCK = 4096  # numbers of one packed set, so 512 octets at most


def pack(bits: int) -> bytes:
    """The octets of a set."""
    bitmap = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    if 2 * bits.bit_count() > len(bitmap):
        return bitmap
    return _octets(array("H", numbers(bits)))


def unpack(packed: bytes, size: int) -> int:
    """The set of `size` numbers that `pack` wrote."""
    return union_of_lists([packed]) if len(packed) == 2 * size else int.from_bytes(packed, "little")


def is_list(packed: bytes, size: int) -> bool:
    """Whether a packed set of `size` numbers has the first form: `union_of_lists` takes many of them at once."""
    return len(packed) == 2 * size


def union_of_lists(lists: Iterable[bytes]) -> int:
    """The union of packed sets that all have the first form."""
    found = array("H")
    found.frombytes(b"".join(lists))
    if sys.byteorder == "big":
        found.byteswap()
    octets = bytearray(BLOCK // 8)
    for number in found:
        octets[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(octets, "little")


def of_numbers(members: Iterable[int]) -> int:
    """The set of some numbers of any size."""
    distinct = list(members)
    octets = bytearray(max(distinct, default=-1) // 8 + 1)
    for number in distinct:
        octets[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(octets, "little")


def numbers(bits: int) -> Iterator[int]:
    """The numbers of a set, rising."""
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _octets(members: array[int]) -> bytes:
    if sys.byteorder == "big":
        members.byteswap()
    return members.tobytes()
