"""Rows of names beyond what memory should hold, in runs: every hash of a run lies above all those of the run before.

A row goes to the run that the top bits of its name's hash choose. What has come for the runs lies packed in memory up
to `MAX_PACKED`, then in a file without a name. Each run is then read back alone, and is small.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

RUN_BITS = 7  # 128 runs: of five million names a run is some megabytes while it is worked on
MAX_PACKED = 8 << 20  # octets of rows that wait in memory for their runs


class Runs:
    """Packed rows by the top bits of their hash, in each run in the order of coming.

    `directory` is where the file may lie."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._file: BinaryIO | None = None
        self._packed: list[bytearray] = [bytearray() for _ in range(1 << RUN_BITS)]
        self._written: list[list[tuple[int, int]]] = [[] for _ in range(1 << RUN_BITS)]
        self._size = 0

    def add(self, hashed: int, packed: bytes) -> None:
        """Put a row to the run of its hash of 64 bits. Raises `OSError` when the disk refuses."""
        self._packed[hashed >> 64 - RUN_BITS] += packed
        self._size += len(packed)
        if self._size > MAX_PACKED:
            self._write()

    def __iter__(self) -> Iterator[bytes]:
        """The rows of each run, one behind the other. Raises `OSError`."""
        for number, packed in enumerate(self._packed):
            whole = bytearray()
            for at, size in self._written[number]:
                assert self._file is not None, "something was written"
                self._file.seek(at)
                whole += self._file.read(size)
            whole += packed
            yield bytes(whole)

    def close(self) -> None:
        """Give the file up, and with it the rows."""
        if self._file is not None:
            self._file.close()

    def _write(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self._directory)  # noqa: SIM115 (closed in `close`)
        at = self._file.seek(0, 2)
        for number, packed in enumerate(self._packed):
            if packed:
                self._file.write(packed)
                self._written[number].append((at, len(packed)))
                at += len(packed)
                self._packed[number] = bytearray()
        self._size = 0
