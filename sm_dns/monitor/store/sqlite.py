"""The store in one SQLite file, in WAL mode: readers never wait for the writer, nor it for them."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sm_dns.monitor.store.database import Dialect, transaction
from sm_dns.monitor.store.error import StoreError
from sm_dns.util.message import Message, system_reason

BUSY_SECONDS = 2.0
MAX_WAL = 67_108_864
_PAUSE = 0.02

_REASONS = {
    "SQLITE_BUSY": Message("another program holds the store locked"),
    "SQLITE_LOCKED": Message("another program holds the store locked"),
    "SQLITE_FULL": Message("the disk is full"),
    "SQLITE_READONLY": Message("the store or its directory is read-only"),
    "SQLITE_CORRUPT": Message("the file is damaged"),
    "SQLITE_NOTADB": Message("the file is not a store, or is damaged"),
    "SQLITE_CANTOPEN": Message("the file cannot be opened"),
    "SQLITE_PERM": Message("permission denied"),
}


class SqliteDatabase:
    """One connection to a file. It may move between threads, but serves one at a time."""

    dialect = Dialect(blob="BLOB", keyed="WITHOUT ROWID")

    def __init__(self, path: Path, *, create: bool) -> None:
        self._path = path
        if create:
            self._create()
        with self._translated():
            self._connection = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=rw",
                uri=True,
                timeout=BUSY_SECONDS,
                isolation_level=None,
                check_same_thread=False,
            )
        try:
            self._prepare()
        except StoreError:
            self._connection.close()
            raise

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._translated():
            return self._connection.execute(sql, values).fetchall()

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with self._translated():
            self._connection.executemany(sql, rows)

    @contextmanager
    def writing(self) -> Iterator[None]:
        with transaction(self, "BEGIN IMMEDIATE", self._roll_back):
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        with transaction(self, "BEGIN", self._roll_back):
            yield

    def tables(self) -> set[str]:
        return {row[0] for row in self.query("SELECT name FROM sqlite_master WHERE type = 'table'")}

    def check(self) -> list[str]:
        found = [row[0] for row in self.query("PRAGMA integrity_check(20)")]
        return [] if found == ["ok"] else found

    def quick_check(self) -> list[str]:
        found = [row[0] for row in self.query("PRAGMA quick_check(1)")]
        return [] if found == ["ok"] else found

    def shrink(self) -> None:
        self.query("PRAGMA incremental_vacuum")
        self.query("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        with self._translated():
            self._connection.close()

    def copy_to(self, target: Path) -> None:
        """A consistent copy of this instant into a file, while others go on writing here."""
        with self._translated():
            copy = sqlite3.connect(target)
            try:
                self._connection.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")
            finally:
                copy.close()

    def leave_wal(self) -> None:
        """Fold the side files into the file and do without them. Raises `StoreError` while others have it open."""
        if self.query("PRAGMA journal_mode=DELETE") != [("delete",)]:
            raise StoreError("{path}: {reason}", path=self._path, reason=_REASONS["SQLITE_BUSY"])

    def _create(self) -> None:
        # By ourselves, for SQLite would let everybody read it. Existing files are left as they are.
        # Never opened here: to close a file gives up the locks that SQLite holds on it elsewhere in this process.
        try:
            os.mknod(self._path, stat.S_IFREG | 0o640)
        except FileExistsError:
            pass
        except OSError as error:
            raise StoreError("{path}: {reason}", path=self._path, reason=system_reason(error)) from error

    def _prepare(self) -> None:
        if self.query("PRAGMA journal_mode") != [("wal",)]:  # to say it again would wait for a writer
            self.query("PRAGMA auto_vacuum=INCREMENTAL")
            self._enter_wal(time.monotonic() + BUSY_SECONDS)
        self.query("PRAGMA synchronous=FULL")
        self.query("PRAGMA secure_delete=ON")
        self.query(f"PRAGMA journal_size_limit={MAX_WAL}")

    def _enter_wal(self, end: float) -> None:
        # SQLite does not wait for the others here, though it does everywhere else.
        while True:
            try:
                self.query("PRAGMA journal_mode=WAL")
                return
            except StoreError:
                if time.monotonic() >= end:
                    raise
                time.sleep(_PAUSE)

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            with self._translated():
                self._connection.rollback()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            name: str = getattr(error, "sqlite_errorname", "")
            known = "_".join(name.split("_")[:2])  # without the finer half, as in SQLITE_READONLY_DBMOVED
            failure = StoreError("{path}: {reason}", path=self._path, reason=_REASONS.get(known, error))
            failure.damaged = known in {"SQLITE_CORRUPT", "SQLITE_NOTADB"}
            raise failure from error
