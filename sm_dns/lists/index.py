"""A compiled set of names that every worker maps: exact, immutable, without an object per entry.

File, in the machine's byte order: header, buckets, slots, records, tags (JSON). A name's 64-bit BLAKE2b hash
picks a bucket by its top bits; the bucket is a short run of slots, each the low half of a hash and the place of a
record. A miss touches two small tables; a hit compares the name's bytes in the record, so the answer never rests
on the hash. One name may carry the tags of several lists.
"""

from __future__ import annotations

import json
import mmap
import struct
import zlib
from hashlib import blake2b
from pathlib import Path
from typing import Final

from sm_dns.lists.entry import Match, Tag
from sm_dns.lists.exceptions import without_excepted
from sm_dns.util.errors import BadInput, Wrong
from sm_dns.util.message import system_reason

MAGIC: Final = b"smdnsix3"
# magic, names, bucket bits, offsets of slots, records and tags, file size, CRC-32 of tags, CRC-32 of the above
HEADER: Final = struct.Struct("=8sQQQQQQII")
HEADER_BODY: Final = HEADER.size - 4
BUCKETS_AT: Final = (HEADER.size + 7) // 8 * 8
# Length of the name, number of rows.
PREFIX: Final = struct.Struct("=BH")
# Tag, line, 1 = this name only.
ROW: Final = struct.Struct("=HIB")
LOW: Final = 0xFFFFFFFF

# Names whose coverage is remembered for those below them.
MAX_PARENTS: Final = 8_192


class NameIndex:
    """A compiled list file, mapped read-only. Share it between threads and, by its path, between processes."""

    __slots__ = (
        "_above",
        "_buckets",
        "_count",
        "_has_exceptions",
        "_map",
        "_records",
        "_shift",
        "_slots",
        "_tags",
    )

    def __init__(self, mapped: mmap.mmap) -> None:
        header = _checked_header(mapped)
        _, self._count, bits, slots_at, records_at, tags_at, size, _, _ = header
        view = memoryview(mapped)
        self._above: dict[bytes, tuple[Match, ...]] = {}
        self._map = mapped
        self._shift = 64 - bits
        self._buckets = view[BUCKETS_AT:slots_at].cast("I")
        self._slots = view[slots_at:records_at].cast("Q")
        self._records = view[records_at:tags_at]
        self._tags = tuple(Tag(*fields) for fields in json.loads(mapped[tags_at:size]))
        self._has_exceptions = any(tag.excepts is not None for tag in self._tags)

    @classmethod
    def open(cls, path: Path) -> NameIndex:
        """Map a compiled file. Raises `BadInput` when it is missing, truncated, damaged or of another version."""
        try:
            with path.open("rb") as file:
                return cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except OSError as error:
            raise BadInput("cannot be read: {reason}", file=path, reason=system_reason(error)) from error
        except ValueError as error:  # an empty file cannot be mapped
            raise BadInput("not a compiled list: {reason}", file=path, reason=error) from error

    def lookup(self, qname: bytes) -> tuple[Match, ...]:
        """All listed names that cover a canonical name, the longest first; () when none does.

        What a list excepts is not among them."""
        length = qname[0]
        if not length:
            return ()
        found = self._listed(qname, True) + self._covering_below(qname[1 + length :])
        return without_excepted(found) if found and self._has_exceptions else found

    def _covering_below(self, parent: bytes) -> tuple[Match, ...]:
        """What covers every name below `parent`, remembered: "com" and its like come with every question."""
        known = self._above.get(parent)
        if known is not None:
            return known
        length = parent[0]
        if not length:
            return ()
        found = self._listed(parent, False) + self._covering_below(parent[1 + length :])
        if len(self._above) >= MAX_PARENTS:
            self._above.clear()
        self._above[parent] = found
        return found

    def _listed(self, name: bytes, is_whole: bool) -> tuple[Match, ...]:
        """The rows about one name."""
        hashed = hash_of(name)
        bucket = hashed >> self._shift
        for position in range(self._buckets[bucket], self._buckets[bucket + 1]):
            slot = self._slots[position]
            if slot >> 32 == hashed & LOW:
                found = self._matches(slot & LOW, name, is_whole)
                if found:
                    return found
        return ()

    def _matches(self, at: int, name: bytes, is_whole: bool) -> tuple[Match, ...]:
        """The rows of the record at an offset when it is about this name; a parent's exact rows do not count."""
        records = self._records
        length, count = PREFIX.unpack_from(records, at)
        begin = at + PREFIX.size
        rows = begin + length
        if records[begin:rows] != name:
            return ()
        return tuple(
            Match(self._tags[tag], name, bool(exact), line)
            for tag, line, exact in ROW.iter_unpack(records[rows : rows + count * ROW.size])
            if is_whole or not exact
        )

    @property
    def hash_bits(self) -> int:
        """How many top bits of a hash tell its bucket."""
        return 64 - self._shift

    def rows_of_part(self, part: int, bits: int) -> set[tuple[bytes, str]]:
        """Every name, with each list that has it, whose hash begins with the `bits` bits of `part`; `hash_bits` at
        most."""
        found: set[tuple[bytes, str]] = set()
        below = self.hash_bits - bits
        records = self._records
        for position in range(self._buckets[part << below], self._buckets[(part + 1) << below]):
            at = self._slots[position] & LOW
            length, count = PREFIX.unpack_from(records, at)
            rows = at + PREFIX.size + length
            name = bytes(records[at + PREFIX.size : rows])
            for tag, _, _ in ROW.iter_unpack(records[rows : rows + count * ROW.size]):
                found.add((name, self._tags[tag].list))
        return found

    def __len__(self) -> int:
        """How many different names are listed."""
        return self._count

    @property
    def tags(self) -> tuple[Tag, ...]:
        """Every provenance that occurs, in order of first appearance."""
        return self._tags

    def close(self) -> None:
        """Give the mapping back; the index cannot be used afterwards. Closing twice is harmless."""
        for view in (self._buckets, self._slots, self._records):
            view.release()
        self._map.close()


_number: Final = int.from_bytes
_BEGUN = blake2b(digest_size=8)  # a copy of it costs half of what a new one does


def hash_of(name: bytes) -> int:
    hashed = _BEGUN.copy()
    hashed.update(name)
    return _number(hashed.digest(), "little")


def _checked_header(mapped: mmap.mmap) -> tuple[bytes, int, int, int, int, int, int, int, int]:
    if len(mapped) < BUCKETS_AT:
        raise Wrong("too short")
    magic, count, bits, slots_at, records_at, tags_at, size, tags_sum, header_sum = HEADER.unpack_from(mapped)
    if magic != MAGIC:
        raise Wrong("another kind of file, or another version")
    if zlib.crc32(mapped[:HEADER_BODY]) != header_sum:
        raise Wrong("damaged header")
    if size != len(mapped):
        raise Wrong("{count} bytes where {size} were written", count=len(mapped), size=size)
    if zlib.crc32(mapped[tags_at:size]) != tags_sum:
        raise Wrong("damaged tags")
    return magic, count, bits, slots_at, records_at, tags_at, size, tags_sum, header_sum
