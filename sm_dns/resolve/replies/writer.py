"""Records written one after another behind a question, each name once: what stands already is pointed at.

As peers do (RFC 1035 §4.1.4), so that answers fit where theirs fit. Pointed at are owners and the names in the data
of the types of RFC 1035; no other type's data may be compressed (RFC 3597 §4, RFC 4034 §6.2). The question is written
in the letters of each client later, and a pointer into it follows them.
"""

from __future__ import annotations

from collections.abc import Iterable
from struct import Struct
from typing import Final

from sm_dns.dns.codes import CLASS_IN, HEADER
from sm_dns.dns.walk import Record
from sm_dns.resolve.replies.rdata import Part, rdata_parts

_RR: Final = Struct("!HHIH")
_LENGTH: Final = Struct("!H")
_POINTER: Final = Struct("!H")
_FARTHEST: Final = 0x3FFF  # the last place that a pointer reaches
_QUESTION: Final = 0xC000 | HEADER  # a pointer to the question's name


class Writer:
    """The records behind a question about a canonical name: `records`, and each one's TTL by its offset there."""

    def __init__(self, qname: bytes) -> None:
        self.records = bytearray()
        self.ttls: list[tuple[int, int]] = []
        self._start = HEADER + len(qname) + 4
        self._places: dict[bytes, int] = {}
        places = self._places
        at = 0
        while length := qname[at]:
            places[qname[at:]] = _QUESTION + at
            at += 1 + length

    def put(self, message: bytes, records: Iterable[Record]) -> None:
        """Add records of a message. Raises `BadAnswer` for data that have not the form of their type."""
        for record in records:
            self.write(record.owner, record.rtype, record.ttl, rdata_parts(message, record), record.rclass)

    def write(
        self, owner: bytes, rtype: int, ttl: int, parts: Iterable[Part], rclass: int = CLASS_IN
    ) -> None:
        """Add a record of a canonical owner."""
        out = self.records
        self._name(owner)
        self.ttls.append((len(out) + 4, ttl))
        out += _RR.pack(rtype, rclass, ttl, 0)
        begin = len(out)
        for may_point, octets in parts:
            if may_point:
                self._name(octets)
            else:
                out += octets
        _LENGTH.pack_into(out, begin - 2, len(out) - begin)

    def _name(self, name: bytes) -> None:
        out, places = self.records, self._places
        at = 0
        while length := name[at]:
            rest = name[at:]
            place = places.get(rest)
            if place is not None:
                out += _POINTER.pack(place)
                return
            here = self._start + len(out)
            if here <= _FARTHEST:
                places[rest] = here | 0xC000
            out += name[at : at + 1 + length]
            at += 1 + length
        out += b"\0"
