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
import tempfile
import zlib
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import astuple, replace
from hashlib import blake2b
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from sm_dns.lists.entry import Entry, Match, Tag
from sm_dns.lists.runs import Runs
from sm_dns.util.errors import BadInput
from sm_dns.util.files import write_atomically

_MAGIC: Final = b"smdnsix2"
# magic, names, bucket bits, offsets of slots, records and tags, file size, CRC-32 of tags, CRC-32 of the above
_HEADER: Final = struct.Struct("=8sQQQQQQII")
_HEADER_BODY: Final = _HEADER.size - 4
_BUCKETS_AT: Final = (_HEADER.size + 7) // 8 * 8
_PREFIX: Final = struct.Struct("=BH")  # length of the name, number of rows
_ROW: Final = struct.Struct("=HIB")  # tag, line, 1 = this name only
_ROW_SIZE: Final = _ROW.size
_MAX_TAGS: Final = 0xFFFF
_MAX_RECORDS: Final = 0xFFFFFFFF
_LOW: Final = 0xFFFFFFFF
_PIECE: Final = 1 << 20  # octets of records copied at once

MAX_PARENTS: Final = 8_192  # names whose coverage is remembered for those below them


class NameIndex:
    """A compiled list file, mapped read-only. Share it between threads and, by its path, between processes."""

    __slots__ = ("_above", "_buckets", "_count", "_map", "_records", "_shift", "_slots", "_tags")

    def __init__(self, mapped: mmap.mmap) -> None:
        header = _checked_header(mapped)
        _, self._count, bits, slots_at, records_at, tags_at, size, _, _ = header
        view = memoryview(mapped)
        self._above: dict[bytes, tuple[Match, ...]] = {}
        self._map = mapped
        self._shift = 64 - bits
        self._buckets = view[_BUCKETS_AT:slots_at].cast("I")
        self._slots = view[slots_at:records_at].cast("Q")
        self._records = view[records_at:tags_at]
        self._tags = tuple(Tag(*fields) for fields in json.loads(mapped[tags_at:size]))

    @classmethod
    def open(cls, path: Path) -> NameIndex:
        """Map a compiled file. Raises `BadInput` when it is missing, truncated, damaged or of another version."""
        try:
            with path.open("rb") as file:
                return cls(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        except OSError as error:
            raise BadInput(f"cannot be read: {error.strerror}", file=path) from error
        except ValueError as error:  # an empty file cannot be mapped
            raise BadInput(f"not a compiled list: {error}", file=path) from error

    def lookup(self, qname: bytes) -> tuple[Match, ...]:
        """All listed names that cover a canonical name, the longest first; () when none does."""
        length = qname[0]
        if not length:
            return ()
        return self._listed(qname, True) + self._covering_below(qname[1 + length :])

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
        hashed = _hash(name)
        bucket = hashed >> self._shift
        for position in range(self._buckets[bucket], self._buckets[bucket + 1]):
            slot = self._slots[position]
            if slot >> 32 == hashed & _LOW:
                found = self._matches(slot & _LOW, name, is_whole)
                if found:
                    return found
        return ()

    def _matches(self, at: int, name: bytes, is_whole: bool) -> tuple[Match, ...]:
        """The rows of the record at an offset when it is about this name; a parent's exact rows do not count."""
        records = self._records
        length, count = _PREFIX.unpack_from(records, at)
        begin = at + _PREFIX.size
        rows = begin + length
        if records[begin:rows] != name:
            return ()
        return tuple(
            Match(self._tags[tag], name, bool(exact), line)
            for tag, line, exact in _ROW.iter_unpack(records[rows : rows + count * _ROW.size])
            if is_whole or not exact
        )

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


def _hash(name: bytes) -> int:
    hashed = _BEGUN.copy()
    hashed.update(name)
    return _number(hashed.digest(), "little")


def _checked_header(mapped: mmap.mmap) -> tuple[bytes, int, int, int, int, int, int, int, int]:
    if len(mapped) < _BUCKETS_AT:
        raise ValueError("too short")
    magic, count, bits, slots_at, records_at, tags_at, size, tags_sum, header_sum = _HEADER.unpack_from(
        mapped
    )
    if magic != _MAGIC:
        raise ValueError("another kind of file, or another version")
    if zlib.crc32(mapped[:_HEADER_BODY]) != header_sum:
        raise ValueError("damaged header")
    if size != len(mapped):
        raise ValueError(f"{len(mapped)} bytes where {size} were written")
    if zlib.crc32(mapped[tags_at:size]) != tags_sum:
        raise ValueError("damaged tags")
    return magic, count, bits, slots_at, records_at, tags_at, size, tags_sum, header_sum


def write_index(path: Path, rows: Iterable[tuple[Entry, Tag]]) -> None:
    """Compile rows into a file that `NameIndex.open` maps; the old file stays until the new one is whole on disk.

    An entry's attributes go into its tag. Repetitions within one tag are dropped, and a tag's exact entry
    gives way to the same name without `exact`. What it needs of memory is some twenty octets a name. Raises
    `BadInput` beyond 65,535 tags or 4 GiB, `OSError` when the disk refuses.
    """
    tags: dict[Tag, int] = {}
    runs = Runs(path.parent)
    try:
        _sort_out(rows, tags, runs)
        with tempfile.TemporaryFile(dir=path.parent) as records:
            write_atomically(path, _image(runs, records, list(tags)))
    finally:
        runs.close()


def index_in_memory(rows: Iterable[tuple[Entry, Tag]]) -> NameIndex:
    """The same of a few rows without a file, for this process alone."""
    tags: dict[Tag, int] = {}
    runs = Runs(Path(tempfile.gettempdir()))
    try:
        _sort_out(rows, tags, runs)
        image = b"".join(_image(runs, BytesIO(), list(tags)))
    finally:
        runs.close()
    mapped = mmap.mmap(-1, len(image))
    mapped.write(image)
    return NameIndex(mapped)


def _sort_out(rows: Iterable[tuple[Entry, Tag]], tags: dict[Tag, int], runs: Runs) -> None:
    """Put every row to its run; fills `tags` with the number of each tag."""
    pack = _ROW.pack
    last_tag: Tag | None = None
    number = 0
    for (name, exact, line, answer, signal, embedded), listed in rows:
        tag = listed
        if signal or embedded or answer is not None:
            tag = replace(
                listed,
                answer=answer or listed.answer,
                signal=signal or listed.signal,
                embedded=embedded or listed.embedded,
            )
        if tag is not last_tag:
            number = tags.setdefault(tag, len(tags))
            last_tag = tag
            if number >= _MAX_TAGS:
                raise BadInput(f"more than {_MAX_TAGS} lists and answers")
        runs.add(_hash(name), pack(number, min(line, _LOW), exact) + name)


def _payloads(run: bytes) -> dict[bytes, bytes]:
    """Packed rows by name, of one run; there each is followed by its name, whose end its labels tell."""
    payloads: dict[bytes, bytes] = {}
    at = 0
    while at < len(run):
        begin = end = at + _ROW_SIZE
        while length := run[end]:
            end += 1 + length
        row, name = run[at:begin], run[begin : end + 1]
        at = end + 1
        earlier = payloads.get(name)
        payloads[name] = row if earlier is None else _added(earlier, row)
    return payloads


def _added(earlier: bytes, row: bytes) -> bytes:
    tag, _, exact = _ROW.unpack(row)
    for at in range(0, len(earlier), _ROW.size):
        old_tag, _, old_exact = _ROW.unpack_from(earlier, at)
        if old_tag != tag:
            continue
        if exact or not old_exact:
            return earlier
        return earlier[:at] + row + earlier[at + _ROW.size :]
    return earlier + row


def _image(runs: Runs, records: BinaryIO, tags: list[Tag]) -> Iterator[bytes | array[int]]:
    """The parts of the file, in order; `records` is where the records lie until their place comes."""
    hashes, places, size = _write_records(runs, records)
    count = len(hashes)
    bits = max(1, count.bit_length())
    buckets = _bucket_starts(hashes, bits)
    padding = bytes(-(_BUCKETS_AT + 4 * len(buckets)) % 8)
    tag_text = json.dumps([astuple(tag) for tag in tags]).encode()
    slots_at = _BUCKETS_AT + 4 * len(buckets) + len(padding)
    records_at = slots_at + 8 * count
    yield _header(count, bits, slots_at, records_at, records_at + size, tag_text)
    yield buckets
    yield padding
    yield _slots(hashes, places, buckets, 64 - bits)
    records.seek(0)
    while piece := records.read(_PIECE):
        yield piece
    yield tag_text


def _write_records(runs: Runs, records: BinaryIO) -> tuple[array[int], array[int], int]:
    """Write the record of every name; their hashes, in the order of runs, their places, and the size of all."""
    hashes, places = array("Q"), array("I")
    at = 0
    prefix, size = _PREFIX.pack, _ROW.size
    for run in runs:
        written = bytearray()
        for name, payload in _payloads(run).items():
            hashes.append(_hash(name))
            places.append(at + len(written))
            written += prefix(len(name), len(payload) // size) + name + payload
            if at + len(written) > _MAX_RECORDS:
                raise BadInput("more than 4 GiB of names")
        records.write(written)
        at += len(written)
    return hashes, places, at


def _bucket_starts(hashes: array[int], bits: int) -> array[int]:
    """The first slot of each bucket, and one past the last."""
    shift = 64 - bits
    starts = array("I", bytes(4 * ((1 << bits) + 1)))
    for hashed in hashes:
        starts[(hashed >> shift) + 1] += 1
    total = 0
    for bucket, size in enumerate(starts):
        total += size
        starts[bucket] = total
    return starts


def _slots(hashes: array[int], places: array[int], buckets: array[int], shift: int) -> array[int]:
    """The slots by bucket, each the low half of a hash and the place of a record."""
    free = buckets[:]
    slots = array("Q", bytes(8 * len(hashes)))
    for hashed, place in zip(hashes, places, strict=True):
        bucket = hashed >> shift
        slots[free[bucket]] = (hashed & _LOW) << 32 | place
        free[bucket] += 1
    return slots


def _header(count: int, bits: int, slots_at: int, records_at: int, tags_at: int, tag_text: bytes) -> bytes:
    size = tags_at + len(tag_text)
    unsigned = _HEADER.pack(
        _MAGIC, count, bits, slots_at, records_at, tags_at, size, zlib.crc32(tag_text), 0
    )[:_HEADER_BODY]
    return (unsigned + zlib.crc32(unsigned).to_bytes(4, "little")).ljust(_BUCKETS_AT, b"\0")
