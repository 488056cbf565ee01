"""Records of a zone in a file, in an order of their own, so that two of them are compared without being in memory."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

from sm_dns.feeds.zones.records import Record, is_wild
from sm_dns.util.errors import BadInput

_HEAD: Final = struct.Struct("!BHIH")  # octets of the owner, type, time to live, octets of the data
_BUFFER: Final = 1 << 20


class Written(NamedTuple):
    """How many records a file holds, and what tells them from others."""

    records: int
    digest: str


class Delta(NamedTuple):
    """What one version of a zone no longer has of the one before, and what it has instead."""

    removed: tuple[Record, ...]
    added: tuple[Record, ...]

    @property
    def size(self) -> int:
        """How many records it is about."""
        return len(self.removed) + len(self.added)


def write_records(path: Path, records: Iterable[Record]) -> Written:
    """Write records, which come in order. Raises `OSError`."""
    digest, count = blake2b(digest_size=16), 0
    with path.open("wb", buffering=_BUFFER) as file:
        for owner, rtype, ttl, data in records:
            octets = _HEAD.pack(len(owner), rtype, ttl, len(data)) + owner + data
            digest.update(octets)
            file.write(octets)
            count += 1
    return Written(count, digest.hexdigest())


def read_records(path: Path) -> Iterator[Record]:
    """The records of a file. Raises `BadInput` for a damaged one, `OSError`."""
    with path.open("rb", buffering=_BUFFER) as file:
        while head := file.read(_HEAD.size):
            if len(head) < _HEAD.size:
                raise BadInput("is cut short", file=path)
            length, rtype, ttl, size = _HEAD.unpack(head)
            octets = file.read(length + size)
            if len(octets) < length + size:
                raise BadInput("is cut short", file=path)
            yield Record(octets[:length], rtype, ttl, octets[length:])


def difference(before: Iterable[Record], after: Iterable[Record], most: int) -> Delta | None:
    """What changed between two runs of records in order; None where that is about more than `most` of them."""
    old, new = iter(before), iter(after)
    removed, added = list[Record](), list[Record]()
    left, right = next(old, None), next(new, None)
    while left is not None or right is not None:
        if len(removed) + len(added) > most:
            return None
        if left == right:
            left, right = next(old, None), next(new, None)
        elif right is None or (left is not None and _place(left) < _place(right)):
            assert left is not None, "one of the two is left"
            removed.append(left)
            left = next(old, None)
        else:
            added.append(right)
            right = next(new, None)
    return Delta(tuple(removed), tuple(added)) if len(removed) + len(added) <= most else None


def _place(record: Record) -> tuple[bytes, bool, int, int, bytes]:
    """Where a record stands: rules for what is below a name follow those for the name."""
    wild = is_wild(record.owner)
    return record.owner[2:] if wild else record.owner, wild, record.rtype, record.ttl, record.data
