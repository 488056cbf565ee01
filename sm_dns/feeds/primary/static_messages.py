"""The long part of a zone, rendered once into a file: each message behind its length, as TCP has it.

What takes a zone reads it from there piece by piece, so that a thousand who take it at once cost no memory. A file
that is replaced meanwhile is read to its end by those who began it.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

_LENGTH: Final = 2
_BUFFER: Final = 1 << 20


def write_messages(path: Path, messages: Iterable[bytes]) -> None:
    """Write messages for `StaticMessages`. Raises `OSError`."""
    with path.open("wb", buffering=_BUFFER) as file:
        for message in messages:
            file.write(len(message).to_bytes(_LENGTH) + message)


class StaticMessages:
    """The messages of a file, as it was when it was opened. Raises `OSError` where it cannot be."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._size = os.fstat(self._file).st_size
        weakref.finalize(self, os.close, self._file)

    def __iter__(self) -> Iterator[bytes]:
        at = 0
        while at < self._size:
            length = int.from_bytes(os.pread(self._file, _LENGTH, at))
            yield os.pread(self._file, length, at + _LENGTH)
            at += _LENGTH + length
