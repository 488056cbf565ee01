"""A store in memory that fails when it is told to."""

from __future__ import annotations

from collections.abc import Iterable

from sm_dns.monitor.store.error import StoreError
from sm_dns.monitor.store.rows import Gap, Row


class MemorySink:
    """Everything that was written, in order. While `trouble` says something every write fails with it."""

    def __init__(self) -> None:
        self.rows: list[tuple[Row, str]] = []
        self.gaps: list[Gap] = []
        self.running: list[float] = []
        self.versions: list[str] = []
        self.built = 0
        self.closed = False
        self.trouble: Exception | None = None
        self.tries = 0

    def add(self, rows: Iterable[Row], key_id: str) -> None:
        self._try()
        self.rows += [(row, key_id) for row in rows]

    def add_gap(self, gap: Gap) -> None:
        self._try()
        self.gaps.append(gap)

    def note_running(self, now: float) -> None:
        self._try()
        self.running.append(now)

    def note_version(self, now: float, what: str, version: str) -> None:
        self._try()
        self.versions.append(version)

    def build_sums(self) -> None:
        self._try()
        self.built += 1

    def close(self) -> None:
        self.closed = True

    def fail(self) -> None:
        """From now on the disk is full."""
        self.trouble = StoreError("the disk is full")

    def _try(self) -> None:
        self.tries += 1
        if self.trouble is not None:
            raise self.trouble
