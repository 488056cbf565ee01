"""Copies of a store in a file, and back: whole and checked, or not at all. PostgreSQL has pg_dump for that."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sm_dns.monitor.store.error import StoreError
from sm_dns.monitor.store.schema import migrate, refuse_later, version
from sm_dns.monitor.store.sqlite import SqliteDatabase
from sm_dns.util.errors import BadInput
from sm_dns.util.message import system_reason


def back_up(store: Path, target: Path) -> None:
    """Copy the store as it is at this instant into `target`, which is replaced whole. The service may go on.

    Raises `StoreError` and `OSError`; nothing is left behind then.
    """
    with _beside(target) as copy:
        with closing(SqliteDatabase(store, create=False)) as database:
            database.copy_to(copy)
        _put(copy, target)


@dataclass
class Restoring:
    """A copy that may take the place of the store: a rename of `copy`, then those of `giving_way` (from, to).

    `old` is the second name of the store that is there, None where there is none. A copy that has not taken the place
    in the end is taken away, and that name with it.
    """

    copy: Path
    old: Path | None
    giving_way: list[tuple[Path, Path]]
    is_left: bool = False

    def leave(self) -> None:
        """The copy is to take the place of the store later."""
        self.is_left = True


@contextmanager
def restoring(source: Path, store: Path) -> Iterator[Restoring]:
    """Make everything ready to put a copy in the place of the store, whose old content is kept beside it.

    Raises `BadInput` for a file that is no whole store, and `StoreError` while anybody has the store open.
    """
    copy = _new_beside(store)
    ready = Restoring(copy, None, [])
    try:
        try:
            shutil.copyfile(source, copy)
        except OSError as error:
            raise BadInput("cannot be read: {reason}", file=source, reason=system_reason(error)) from error
        _check(copy, source)
        _make_durable(copy, store)
        old = _made_ready(store)
        if old is not None:
            os.link(store, old)
            ready.old = old
            ready.giving_way = [
                (Path(f"{store}{side}"), Path(f"{old}{side}"))
                for side in ("-wal", "-shm")  # one that is damaged keeps them
                if Path(f"{store}{side}").exists()
            ]
        yield ready
    finally:
        _remove_sides(copy)
        if copy.exists() and not ready.is_left:  # else it has taken the place of the store
            for file in filter(None, (copy, ready.old)):
                file.unlink(missing_ok=True)


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
        raise BadInput("is not restored: {reason}", file=named, reason=problems[0])


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


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A new name in the folder of a file; what still has it at the end is removed."""
    copy = _new_beside(target)
    try:
        yield copy
    finally:
        _remove(copy)


def _new_beside(target: Path) -> Path:
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(target.parent))
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(descriptor)
    return Path(name)


def _remove(copy: Path) -> None:
    copy.unlink(missing_ok=True)
    _remove_sides(copy)


def _remove_sides(copy: Path) -> None:
    for side in ("-wal", "-shm", "-journal"):
        Path(f"{copy}{side}").unlink(missing_ok=True)


def _put(copy: Path, target: Path) -> None:
    """Make a copy durable and give it its name."""
    _make_durable(copy, target)
    copy.replace(target)
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _make_durable(copy: Path, target: Path) -> None:
    """Bring a copy down to the disk, for who owns the folder."""
    descriptor = os.open(copy, os.O_RDWR | os.O_CLOEXEC)
    try:
        os.fchmod(descriptor, 0o640)
        if os.geteuid() == 0:
            owner = target.parent.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
