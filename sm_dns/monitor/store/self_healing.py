"""The store that a running service writes. Where its file is damaged or gone a new one begins and tells what is lost.

What was in the old one is a gap of the new one, from the first thing it had noted to the note that follows: a report
that finds nothing there must not read as "no use".
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

from sm_dns.monitor.store import coverage
from sm_dns.monitor.store.database import Database
from sm_dns.monitor.store.error import StoreError
from sm_dns.monitor.store.quarantine import set_aside
from sm_dns.monitor.store.rows import Gap, Row
from sm_dns.monitor.store.store import Store
from sm_dns.monitor.store.url import is_postgres
from sm_dns.util.message import system_reason

log = logging.getLogger(__name__)


class LastingStore:
    """A `Sink`. For one thread at a time; every method may raise `StoreError` and may be tried again.

    One that finds the file damaged writes into a new one and raises nothing.
    """

    def __init__(self, place: str, *, source: str = "local") -> None:
        """As of `Store`. Only a store in a file is looked after; a server looks after itself."""
        self._store = Store(place, source=source)
        self._source = source
        self._path = None if is_postgres(place) else Path(place)
        self._file: tuple[int, int] | None = None  # the one that is open: device and inode
        self._began: float | None = None  # what is in the open one begins here
        self._missing: Gap | None = None  # not yet recorded; its end is the next note
        self._versions: dict[str, str] = {}

    def add(self, rows: Iterable[Row], key_id: str) -> None:
        """Add counted hours, all or none; `ValueError` for a row that cannot be."""
        self._do(lambda: self._store.add(rows, key_id))

    def add_gap(self, gap: Gap) -> None:
        """Record a stretch that was not wholly counted."""
        self._do(lambda: self._store.add_gap(gap))

    def note_running(self, now: float) -> None:
        """Note that counting runs at `now` (POSIX seconds)."""
        self._do(lambda: self._note(now))

    def note_version(self, now: float, what: str, version: str) -> None:
        """Record which version of the "lists" or the "schedule" is in use from `now` on."""
        self._versions[what] = version
        self._do(lambda: self._store.note_version(now, what, version))

    def build_sums(self) -> None:
        """Make the sums over services of one more day that has none yet."""
        self._do(self._store.build_sums)

    def close(self) -> None:
        """Give the connection up."""
        self._store.close()

    def _note(self, now: float) -> None:
        missing = self._missing
        if missing is not None:
            self._store.add_gap(missing._replace(end=max(missing.start, now)))
            self._missing = None
            for what, version in self._versions.items():
                self._store.note_version(now, what, version)
        self._store.note_running(now)
        if self._began is None:
            self._began = now if missing is None else missing.start

    def _do(self, work: Callable[[], None]) -> None:
        try:
            self._look()
            work()
        except StoreError as error:
            if not error.damaged or self._path is None:
                raise
            self._begin_anew(self._path, error)
            # At once: a service that is stopping tries once, and the loss is known to this process alone.
            self._look()
            work()

    def _look(self) -> None:
        """See that the open file is still the one at its place; one that was not open before is checked first."""
        if self._path is None:
            return
        there = _identity(self._path)
        if self._file is not None and there == self._file:
            return
        if self._file is not None:
            self._store.close()
            if there is None:
                log.error("the store %s is gone: a new one begins", self._path)
                self._miss(self._began, "store removed")
            self._file = None
        self._began = self._store.run(lambda database: coverage.began(database, self._source))
        self._store.run(lambda database: _check(database, self._path))
        self._file = _identity(self._path)

    def _begin_anew(self, path: Path, error: StoreError) -> None:
        """Make place for a new store. Raises `StoreError` where that cannot be."""
        self._store.close()
        began = self._began
        with suppress(OSError):
            began = began or path.stat().st_mtime
        try:
            old = set_aside(path)
        except StoreError:
            raise
        except OSError as trouble:
            raise StoreError(
                "{path}: damaged, and cannot be set aside: {reason}", path=path, reason=system_reason(trouble)
            ) from error
        log.error("%s: it is kept as %s, and a new store begins", error, old)
        self._file = None
        self._miss(began, "store damaged")

    def _miss(self, since: float | None, reason: str) -> None:
        self._began = None
        if since is not None:
            start = since if self._missing is None else min(since, self._missing.start)
            self._missing = Gap(start, start, reason, 0)


def _check(database: Database, path: Path | None) -> None:
    problems = database.quick_check()
    if problems:
        failure = StoreError("{path}: the file is damaged: {reason}", path=path, reason=problems[0])
        failure.damaged = True
        raise failure


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError("{path}: {reason}", path=path, reason=system_reason(error)) from error
    return found.st_dev, found.st_ino
