"""Writing a backup while the service runs.

What changes together is gathered under the audit's lock, under which every change of files is made: the small files
of the site are copied, those of the state get a second name, for they are replaced and never written anew; of those
that only grow the length is kept. That takes no longer than a change does. The rest goes on without it.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import sm_dns
from sm_dns.backup import archive
from sm_dns.backup.archive import Archive
from sm_dns.backup.contents import (
    CALENDAR,
    ETC,
    KEY,
    PREFIX,
    STATE,
    STORE,
    ZONES,
    Places,
    folder_files,
    named_files,
    places,
    state_files,
)
from sm_dns.monitor.store import backup as store_backup
from sm_dns.settings.settings import Settings
from sm_dns.state.audit import Trail
from sm_dns.util.clock import utc_iso
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, named, sync_directory
from sm_dns.util.strict_json import Json

LINES = ".jsonl"  # in the name of files that grow by lines
TAIL = 64 << 10  # octets at the end of a file that grows, in which its last whole line ends


@dataclass(frozen=True)
class Written:
    """What was written: octets of the file and files in it; whether counts and key are; files that the configuration
    names elsewhere, which are not."""

    octets: int
    files: int
    has_store: bool
    has_key: bool
    elsewhere: tuple[Path, ...]


@dataclass(frozen=True)
class _Item:
    """A member: its name, where it lies now, and how much of it is taken (None: all)."""

    name: str
    path: Path
    is_folder: bool
    size: int | None = None


def back_up(settings: Settings, target: Path, passphrase: bytes, trail: Trail, *, with_key: bool) -> Written:
    """Write everything into `target`, which must not be there, and read it back. It is on record before.

    Raises `BadInput` and `OSError`; nothing is left behind then.
    """
    where = places(settings)
    if is_there(target):
        raise BadInput("is there already", file=target)
    has_key = with_key and is_there(where.key)
    has_store = where.store is not None and is_there(where.store)
    trail.note("backup", str(target), detail={"pseudonym_key": has_key, "store": has_store})
    beside, elsewhere = named_files(settings)
    with _gathering(where.state) as folder:
        with trail.turn():
            items = [*_site(folder, where, beside), *_state(folder, where)]
        if has_store:
            assert where.store is not None
            items.append(_Item(STORE, _store_copied(where.store, folder / "usage.db"), is_folder=False))
        if has_key:
            items.append(_Item(KEY, _copied(where.key, folder / "key"), is_folder=False))
        about: dict[str, Json] = {
            "version": sm_dns.__version__,
            "made": utc_iso(time.time()),
            "config": where.config.name,
            "has_store": has_store,
            "key_is_apart": not with_key,
        }
        with named(target), _draft(target) as file:
            with Archive(file, passphrase, about) as out:
                for item in items:
                    if item.is_folder:
                        out.add_folder(item.name, item.path)
                    else:
                        out.add(item.name, item.path, item.size)
            octets = _read_back(file, passphrase)
    files = sum(not item.is_folder for item in items)
    return Written(octets, files, has_store, has_key, tuple(elsewhere))


def _site(folder: Path, where: Places, beside: list[Path]) -> Iterator[_Item]:
    """Copies of what the site has written. Raises `OSError`."""
    config = where.config.parent
    for number, path in enumerate((where.config, *beside)):
        name = f"{ETC}/{path.relative_to(config)}"
        yield _Item(name, _copied(path, folder / f"etc-{number}"), is_folder=False)
    for role, place in ((ZONES, where.zones), (CALENDAR, where.calendar)):
        for number, path in enumerate(folder_files(place)):
            name = f"{role}/{path.relative_to(place)}" if path != place else role
            if path.is_dir():
                yield _Item(name, path, is_folder=True)
            else:
                yield _Item(name, _copied(path, folder / f"{role}-{number}"), is_folder=False)


def _copied(path: Path, copy: Path) -> Path:
    """A copy with the rights and the owner of a file."""
    shutil.copyfile(path, copy)
    return _as(path, copy)


def _store_copied(store: Path, copy: Path) -> Path:
    """A whole copy of the counts, with the rights and the owner of the store. Raises `StoreError`, `OSError`."""
    store_backup.back_up(store, copy)
    return _as(store, copy)


def _as(path: Path, copy: Path) -> Path:
    shutil.copystat(path, copy)
    found = path.stat()
    if os.geteuid() == 0:
        os.chown(copy, found.st_uid, found.st_gid)
    return copy


def _state(folder: Path, where: Places) -> Iterator[_Item]:
    """Second names of the files of the state. Raises `OSError`."""
    for number, path in enumerate(state_files(where)):
        name = f"{STATE}/{path.relative_to(where.state)}" if path != where.state else STATE
        if path.is_dir():
            yield _Item(name, path, is_folder=True)
            continue
        second = folder / f"state-{number}"
        try:
            os.link(path, second, follow_symlinks=False)
        except FileNotFoundError:
            continue  # it went meanwhile: none of those that a record is about
        yield _Item(name, second, is_folder=False, size=_length(second, path.name))


def _length(path: Path, name: str) -> int:
    """The octets of a file; of one that grows by lines those up to the end of its last whole line."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        if LINES not in name:
            return size
        start = max(size - TAIL, 0)
        file.seek(start)
        end = file.read(size - start).rfind(b"\n")
    return size if end < 0 else start + end + 1


@contextmanager
def _gathering(state: Path) -> Iterator[Path]:
    """A folder in the state directory, for second names lie on the same disk; what a backup that was killed has left
    there goes too. Raises `OSError`."""
    for left in state.glob(f"{PREFIX}*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=state))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _draft(target: Path) -> Iterator[BinaryIO]:
    """A file beside the target, for its owner alone, which takes its place in the end."""
    draft = target.with_name(f".{target.name}.{secrets.token_hex(8)}.new")
    descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield cast("BinaryIO", file)
            file.flush()
            os.fsync(file.fileno())
        _place(draft, target)
        sync_directory(target.parent)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()


def _place(draft: Path, target: Path) -> None:
    """Give a draft its name, and never that of another file. Raises `BadInput` where there is one by now."""
    try:
        os.link(draft, target)
    except FileExistsError as error:
        raise BadInput("is there already", file=target) from error
    except OSError:  # a disk without second names, such as a stick
        if is_there(target):
            raise BadInput("is there already", file=target) from None
        draft.rename(target)


def _read_back(file: BinaryIO, passphrase: bytes) -> int:
    """Read the whole file as a restore would; how many octets it has. Raises `BadInput` where it is not whole."""
    file.flush()
    octets = file.seek(0, os.SEEK_END)
    file.seek(0)
    _, members = archive.read(file, passphrase)
    for _ in members:
        pass
    return octets
