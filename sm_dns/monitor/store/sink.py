"""What the collector asks of a store, and no more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from sm_dns.monitor.store.rows import Gap, Row


class Sink(Protocol):
    """Each call is one transaction. Every one may raise `StoreError`, after which it may be tried again."""

    def add(self, rows: Iterable[Row], key_id: str) -> None:
        """Add counted hours."""

    def add_gap(self, gap: Gap) -> None:
        """Record a stretch that was not wholly counted."""

    def note_running(self, now: float) -> None:
        """Note that counting runs."""

    def note_version(self, now: float, what: str, version: str) -> None:
        """Record which version of the lists or the schedules is in use."""

    def build_sums(self) -> None:
        """Make the sums over services of one more day that has none yet."""

    def close(self) -> None:
        """Give the connection up."""
