"""Copies of a store in a file, and back: whole and checked, or not at all. PostgreSQL has pg_dump for that."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sm_dns.errors import BadInput
from sm_dns.monitor.store.error import StoreError
from sm_dns.monitor.store.schema import migrate, refuse_later, version
from sm_dns.monitor.store.sqlite import SqliteDatabase


def back_up(store: Path, target: Path) -> None:
    """Copy the store as it is at this instant into `target`, which is replaced whole. The service may go on.

    Raises `StoreError` and `OSError`; nothing is left behind then.
    """
    with _beside(target) as copy:
        with closing(SqliteDatabase(store, create=False)) as database:
            database.copy_to(copy)
        _put(copy, target)


def restore(source: Path, store: Path, record: Callable[[Path | None], None]) -> Path | None:
    """Put a copy in the place of the store. The old one is kept beside it: its path is returned, None for none.

    `record` puts on record what will be done, once everything is ready; what it raises leaves the store as it was.

    Raises `BadInput` for a file that is no whole store, and `StoreError` while anybody has the store open; nothing
    has changed then.
    """
    with _beside(store) as copy:
        try:
            shutil.copyfile(source, copy)
        except OSError as error:
            raise BadInput(f"cannot be read: {error.strerror}", file=source) from error
        _check(copy, source)
        old = _made_ready(store)
        record(old)
        if old is not None:
            _set_aside(store, old)
        _put(copy, store)
    return old


def _check(copy: Path, named: Path) -> None:
    try:
        with closing(SqliteDatabase(copy, create=False)) as database:
            problems = database.check()
            refuse_later(version(database))
            if not version(database):
                problems.append("is no store")
            if not problems:
                migrate(database)
            database.leave_wal()
    except StoreError as error:
        raise BadInput(str(error).replace(str(copy), "the copy"), file=named) from error
    if problems:
        raise BadInput(f"is not restored: {problems[0]}", file=named)


def _made_ready(store: Path) -> Path | None:
    """The second name that the old store will get; it is one file by itself now, unless it is damaged."""
    if not store.exists():
        return None
    old = store.with_name(f"{store.name}.before-restore")
    number = 1
    while old.exists():
        number += 1
        old = store.with_name(f"{store.name}.before-restore-{number}")
    try:
        with closing(SqliteDatabase(store, create=False)) as database:
            database.leave_wal()
    except StoreError as error:
        if not error.damaged:
            raise
    return old


def _set_aside(store: Path, old: Path) -> None:
    """Give the old store its second name. One that is damaged keeps its side files with it."""
    os.link(store, old)
    for side in ("-wal", "-shm"):
        if Path(f"{store}{side}").exists():
            Path(f"{store}{side}").replace(f"{old}{side}")


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A new name in the folder of a file; what still has it at the end is removed."""
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(target.parent))
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(descriptor)
    try:
        yield Path(name)
    finally:
        for side in ("", "-wal", "-shm", "-journal"):
            Path(f"{name}{side}").unlink(missing_ok=True)


def _put(copy: Path, target: Path) -> None:
    """Make a copy durable and give it its name."""
    descriptor = os.open(copy, os.O_RDWR | os.O_CLOEXEC)
    try:
        os.fchmod(descriptor, 0o640)
        if os.geteuid() == 0:
            owner = target.parent.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    copy.replace(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
