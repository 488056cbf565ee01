"""The answer walk: one linear pass over an upstream's reply that finds its records without decoding them.

Replies are relayed as bytes, with TTLs and the ID patched, so nothing an upstream says is decoded and encoded
again. Compression pointers must point strictly backward and are followed a bounded number of times (T6).
"""

from __future__ import annotations

from struct import Struct, error
from typing import Final, NamedTuple

from sm_dns.dns.codes import HEADER
from sm_dns.dns.names import MAX_NAME

MAX_RECORDS: Final = 512  # more than any answer needs; a bound on the work one reply may cause (T5)
MAX_TTL: Final = 86_400  # seconds any record is believed (RFC 8767 §4 caps at a week or less)
MAX_POINTERS: Final = 32
_POINTER: Final = 0xC0
QUESTION_POINTER: Final = b"\xc0\x0c"

_RR: Final = Struct("!HHIH")


class BadAnswer(Exception):
    """A reply that is not well formed. The reply is dropped; waiting for a better one goes on (T2)."""


class Record(NamedTuple):
    """Where one resource record lies in a message."""

    owner: bytes
    """Canonical owner name."""
    rtype: int
    rclass: int
    ttl: int
    """Seconds, at most `MAX_TTL`; a TTL of 2³¹ or more counts as 0 (RFC 2181 §8)."""
    start: int
    ttl_at: int
    rdata: int
    end: int


def read_name(message: bytes, at: int) -> tuple[bytes, int]:
    """The canonical name at an offset, decompressed, and the offset after it. Raises `BadAnswer`."""
    parts: list[bytes] = []
    size = 1
    after = 0
    pointers = 0
    limit = at  # every pointer must go below the lowest place read so far
    try:
        while length := message[at]:
            if length >= _POINTER:
                target = (length & 0x3F) << 8 | message[at + 1]
                after = after or at + 2
                pointers += 1
                if target >= limit or target < HEADER or pointers > MAX_POINTERS:
                    raise BadAnswer
                at = limit = target
                continue
            if length > 63:
                raise BadAnswer
            end = at + 1 + length
            parts.append(message[at:end])
            size += 1 + length
            if size > MAX_NAME:
                raise BadAnswer
            at = end
    except IndexError:
        raise BadAnswer from None
    parts.append(b"\0")
    return b"".join(parts).lower(), after or at + 1


def read_records(message: bytes, at: int, count: int, qname: bytes) -> tuple[list[Record], int]:
    """The next `count` records from an offset, and the offset after them. Raises `BadAnswer`."""
    if count > MAX_RECORDS:
        raise BadAnswer
    records: list[Record] = []
    try:
        for _ in range(count):
            start = at
            if message[at : at + 2] == QUESTION_POINTER:
                owner, at = qname, at + 2
            else:
                owner, at = read_name(message, at)
            rtype, rclass, ttl, length = _RR.unpack_from(message, at)
            rdata = at + _RR.size
            end = rdata + length
            if end > len(message):
                raise BadAnswer
            if ttl > MAX_TTL:
                ttl = 0 if ttl >> 31 else MAX_TTL
            records.append(Record(owner, rtype, rclass, ttl, start, at + 4, rdata, end))
            at = end
    except (error, IndexError):
        raise BadAnswer from None
    return records, at
