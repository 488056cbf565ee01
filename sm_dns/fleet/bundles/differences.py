"""What has changed between two versions of a file of lines: copies of stretches of the old one, and new octets.

Files are cut into blocks behind lines whose checksum says so, wherever they stand; so a line that is added,
changed or taken away changes its own block and no other, and blocks that are in both are not sent.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

from sm_dns.util.errors import BadInput

LINES = 32  # of a block, in the middle
MAX_BLOCK = 64 << 10  # octets

_COPY = struct.Struct(">cQQ")  # where it begins in the old one, and how long it is
_ADD = struct.Struct(">cQ")  # how long what follows is


def difference(old: bytes, new: bytes) -> bytes:
    """What makes the new one of the old one."""
    known: dict[bytes, int] = {}
    at = 0
    for block in _blocks(old):
        known.setdefault(block, at)
        at += len(block)
    found = bytearray()
    added = bytearray()
    start = length = 0
    for block in _blocks(new):
        place = known.get(block)
        if place is None:
            _put_copy(found, start, length)
            length = 0
            added += block
            continue
        _put_added(found, added)
        if length and place != start + length and old[start + length : start + length + len(block)] != block:
            _put_copy(found, start, length)
            length = 0
        if not length:
            start = place
        length += len(block)
    _put_copy(found, start, length)
    _put_added(found, added)
    return bytes(found)


def applied(old: bytes, change: bytes, size: int) -> bytes:
    """The new one, of so many octets. Raises `BadInput` for anything that is no difference from the old one."""
    found = bytearray()
    at = 0
    while at < len(change):
        form = _COPY if change[at : at + 1] == b"=" else _ADD
        try:
            kind, *numbers = form.unpack_from(change, at)
        except struct.error as error:
            raise BadInput("is no difference: it is cut") from error
        at += form.size
        length = numbers[-1]
        if kind not in (b"=", b"+") or len(found) + length > size:
            raise BadInput("is no difference from what is here")
        data = old[numbers[0] : numbers[0] + length] if kind == b"=" else change[at : at + length]
        if len(data) < length:
            raise BadInput("is no difference from what is here")
        found += data
        at += 0 if kind == b"=" else length
    return bytes(found)


def _put_copy(found: bytearray, start: int, length: int) -> None:
    if length:
        found += _COPY.pack(b"=", start, length)


def _put_added(found: bytearray, added: bytearray) -> None:
    if added:
        found += _ADD.pack(b"+", len(added)) + added
        added.clear()


def _blocks(data: bytes) -> Iterator[bytes]:
    block: list[bytes] = []
    length = 0
    for line in data.splitlines(keepends=True):
        block.append(line)
        length += len(line)
        if zlib.crc32(line) % LINES == 0 or length >= MAX_BLOCK:
            yield b"".join(block)
            block.clear()
            length = 0
    if block:
        yield b"".join(block)
