"""Compiling rows of lists into the file that `NameIndex` maps."""

from __future__ import annotations

import json
import mmap
import tempfile
import zlib
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import astuple, replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Final

from sm_dns.lists.entry import Entry, Tag
from sm_dns.lists.index import BUCKETS_AT, HEADER, HEADER_BODY, LOW, MAGIC, PREFIX, ROW, NameIndex, hash_of
from sm_dns.lists.runs import Runs
from sm_dns.util.errors import BadInput
from sm_dns.util.files import write_atomically

_ROW_SIZE: Final = ROW.size
_MAX_TAGS: Final = 0xFFFF
_MAX_RECORDS: Final = 0xFFFFFFFF
# Octets of records copied at once.
_PIECE: Final = 1 << 20


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
    pack = ROW.pack
    last_tag: Tag | None = None
    number = 0
    for (name, exact, line, answer, signal, embedded, excepts), listed in rows:
        tag = listed
        if signal or embedded or answer is not None or excepts is not None:
            tag = replace(
                listed,
                answer=answer or listed.answer,
                signal=signal or listed.signal,
                embedded=embedded or listed.embedded,
                excepts=excepts,
            )
        if tag is not last_tag:
            number = tags.setdefault(tag, len(tags))
            last_tag = tag
            if number >= _MAX_TAGS:
                raise BadInput("more than {most} lists and answers", most=_MAX_TAGS)
        runs.add(hash_of(name), pack(number, min(line, LOW), exact) + name)


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
    tag, _, exact = ROW.unpack(row)
    for at in range(0, len(earlier), ROW.size):
        old_tag, _, old_exact = ROW.unpack_from(earlier, at)
        if old_tag != tag:
            continue
        if exact or not old_exact:
            return earlier
        return earlier[:at] + row + earlier[at + ROW.size :]
    return earlier + row


def _image(runs: Runs, records: BinaryIO, tags: list[Tag]) -> Iterator[bytes | array[int]]:
    """The parts of the file, in order; `records` is where the records lie until their place comes."""
    hashes, places, size = _write_records(runs, records)
    count = len(hashes)
    bits = max(1, count.bit_length())
    buckets = _bucket_starts(hashes, bits)
    padding = bytes(-(BUCKETS_AT + 4 * len(buckets)) % 8)
    tag_text = json.dumps([astuple(tag) for tag in tags]).encode()
    slots_at = BUCKETS_AT + 4 * len(buckets) + len(padding)
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
    prefix, size = PREFIX.pack, ROW.size
    for run in runs:
        written = bytearray()
        for name, payload in _payloads(run).items():
            hashes.append(hash_of(name))
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
        slots[free[bucket]] = (hashed & LOW) << 32 | place
        free[bucket] += 1
    return slots


def _header(count: int, bits: int, slots_at: int, records_at: int, tags_at: int, tag_text: bytes) -> bytes:
    size = tags_at + len(tag_text)
    unsigned = HEADER.pack(MAGIC, count, bits, slots_at, records_at, tags_at, size, zlib.crc32(tag_text), 0)[
        :HEADER_BODY
    ]
    return (unsigned + zlib.crc32(unsigned).to_bytes(4, "little")).ljust(BUCKETS_AT, b"\0")
