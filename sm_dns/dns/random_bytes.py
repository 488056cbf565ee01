"""Random octets from the CSPRNG, drawn in batches: a system call for each question costs too much."""

from __future__ import annotations

from os import urandom
from typing import Final

BATCH: Final = 4_096  # octets drawn at once; at least what any one caller takes


class RandomBytes:
    """Octets that nobody can guess, each given out once."""

    __slots__ = ("_at", "_pool")

    def __init__(self) -> None:
        self._pool = b""
        self._at = 0

    def take(self, count: int) -> bytes:
        """The next `count` octets, at most `BATCH`."""
        start = self._at
        self._at = end = start + count
        if end > len(self._pool):
            self._pool = urandom(BATCH)
            self._at = count
            return self._pool[:count]
        return self._pool[start:end]
