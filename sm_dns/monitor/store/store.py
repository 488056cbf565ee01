"""The store as the collector and the reports hold it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sm_dns.monitor.store import coverage, labels, write
from sm_dns.monitor.store.database import Database
from sm_dns.monitor.store.error import StoreError
from sm_dns.monitor.store.rows import Gap, Row
from sm_dns.monitor.store.schema import refuse_later, version
from sm_dns.monitor.store.url import open_database

T = TypeVar("T")


class Store:
    """One resolver's access to a store. For one thread at a time.

    After a `StoreError` the connection is given up, and the next call makes a new one: a store that comes back is
    used again, and one that is away costs no more than the bounds of one try.
    """

    def __init__(self, place: str | Path, *, source: str = "local", create: bool = True) -> None:
        """`place` is a path or a postgresql:// address; `source` names this resolver among others."""
        self._place = place
        self._source = source
        self._create = create
        self._database: Database | None = None
        self._since: float | None = None

    def add(self, rows: Iterable[Row], key_id: str) -> None:
        """Add counted hours, all or none. Raises `StoreError`, and `ValueError` for a row that cannot be."""
        self.run(lambda database: write.add(database, rows, key_id))

    def add_gap(self, gap: Gap) -> None:
        """Record a stretch that was not wholly counted. Raises `StoreError`."""
        self.run(lambda database: coverage.add_gap(database, self._source, gap))

    def note_running(self, now: float) -> None:
        """Note that counting runs at `now` (POSIX seconds); every minute at least. Raises `StoreError`.

        The first note of a process begins a new stretch: what was lost when the last one died lies between. Another
        process may have brought the tables to a later version meanwhile: that is refused here.
        """
        self.run(lambda database: refuse_later(version(database)))
        self._since = self.run(lambda database: coverage.note(database, self._source, now, since=self._since))

    def note_version(self, now: float, what: str, version: str) -> None:
        """Record which version of the "lists" or the "schedule" (its whole text) is in use from `now` on.

        Raises `StoreError`."""
        self.run(lambda database: coverage.note_version(database, self._source, now, what, version))

    def build_sums(self) -> None:
        """Make the sums over services of the last day that has none yet (`labels.py`). Raises `StoreError`."""
        self.run(labels.build)

    @contextmanager
    def reading(self) -> Iterator[Database]:
        """The database as it is at one instant, for reports. Raises `StoreError`."""
        database = self._opened()
        try:
            with database.reading():
                yield database
        except StoreError:
            self.close()
            raise

    def close(self) -> None:
        """Give the connection up; another call makes a new one."""
        database, self._database = self._database, None
        if database is not None:
            try:
                database.close()
            except StoreError:
                pass  # it is given up because it failed

    def run(self, work: Callable[[Database], T]) -> T:
        """What `work` makes of the open database. Raises `StoreError`."""
        database = self._opened()
        try:
            return work(database)
        except StoreError:
            self.close()
            raise

    def _opened(self) -> Database:
        if self._database is None:
            self._database = open_database(self._place, create=self._create)
        return self._database
