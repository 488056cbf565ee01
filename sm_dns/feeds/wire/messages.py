"""Messages of a zone as they go over the wire, rendered once for all who take them: ID 0, no signature.

Each begins with the question, so that the zone's name stands at one place and every owner ends with a pointer to it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from sm_dns.feeds.zones.records import NS, QUICK_TTL, SOA, Record, is_wild

AXFR: Final = 252
IXFR: Final = 251
MESSAGE_OCTETS: Final = 16_000  # a pointer reaches no further than 16,383, and a signature is added to it
REFRESH_SECONDS: Final = 60  # how often who hears no NOTIFY asks
RETRY_SECONDS: Final = 15
EXPIRE_SECONDS: Final = 30 * 86_400  # a zone that ends would let everything by

_HEADER: Final = struct.Struct("!6H")
_AUTHORITATIVE: Final = 0x8400  # a response with AA
_CLASS_IN: Final = 1
_ORIGIN: Final = b"\xc0\x0c"
_TAIL: Final = struct.Struct("!HHIH")
_POINTER: Final = 0xC000
_LOCALHOST: Final = b"\x09localhost\x00"
_PRIMARY: Final = b"\x07primary"
_PERSON: Final = b"\x0ahostmaster"


class ZoneName(NamedTuple):
    """A zone: what it is called among the zones of a feed, and its whole name on the wire."""

    short: str
    wire: bytes


def soa_record(zone: ZoneName, serial: int) -> Record:
    """The zone's SOA; the minimum is the time to live of negative answers (RFC 2308)."""
    suffix = zone.wire[1 + zone.wire[0] :]
    numbers = struct.pack("!5I", serial, REFRESH_SECONDS, RETRY_SECONDS, EXPIRE_SECONDS, QUICK_TTL)
    return Record(b"", SOA, QUICK_TTL, _PRIMARY + suffix + _PERSON + suffix + numbers)


def ns_record() -> Record:
    """The NS record that a zone must have: nobody is to be asked by it."""
    return Record(b"", NS, QUICK_TTL, _LOCALHOST)


def transfer_messages(zone: ZoneName, records: Iterable[Record], qtype: int = AXFR) -> Iterator[bytes]:
    """The records, in order, as responses to a question of this type."""
    start = _HEADER.size
    question = zone.wire + struct.pack("!HH", qtype, _CLASS_IN)
    body = _Body(start + len(question))
    for record in records:
        if not body.add(record):
            yield _header(body.count) + question + body.take()
            body.add(record)
    if body.count:
        yield _header(body.count) + question + body.take()


def as_answer_to(message: bytes, query_id: int, qtype: int, zone: ZoneName) -> bytes:
    """A rendered message with the ID of a query, and of its type: a whole zone may answer an IXFR (RFC 1995 §4)."""
    at = _HEADER.size + len(zone.wire)
    return query_id.to_bytes(2) + message[2:at] + qtype.to_bytes(2) + message[at + 2 :]


def _header(answers: int) -> bytes:
    return _HEADER.pack(0, _AUTHORITATIVE, 1, answers, 0, 0)


class _Body:
    """The answer section of one message while it grows."""

    def __init__(self, begin: int) -> None:
        self._begin = begin
        self._octets = bytearray()
        self.count = 0
        self._forget()

    def _forget(self) -> None:
        self._last, self._last_at = b"", 0
        self._plain, self._plain_at = b"", 0

    def add(self, record: Record) -> bool:
        """Add a record; False where there is no more room for it."""
        owner, rtype, ttl, data = record
        at = self._begin + len(self._octets)
        if self.count and at + len(owner) + len(data) + _TAIL.size + 2 > MESSAGE_OCTETS:
            return False
        self._octets += self._owner(owner, at) + _TAIL.pack(rtype, _CLASS_IN, ttl, len(data)) + data
        self.count += 1
        return True

    def _owner(self, owner: bytes, at: int) -> bytes:
        if not owner:
            return _ORIGIN
        if owner == self._last:
            return (_POINTER | self._last_at).to_bytes(2)
        self._last, self._last_at = owner, at
        if is_wild(owner) and self._plain and owner[2:] == self._plain:
            return owner[:2] + (_POINTER | self._plain_at).to_bytes(2)
        self._plain, self._plain_at = owner, at
        return owner + _ORIGIN

    def take(self) -> bytes:
        """What was added, and begin anew."""
        taken = bytes(self._octets)
        self._octets.clear()
        self.count = 0
        self._forget()
        return taken
