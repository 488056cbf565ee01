"""Files written whole or not at all, and locked while two commands might write the same one.

A reader, and a power cut, meet the old content or the new one.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import stat
import tempfile
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sm_dns.util.errors import BadInput
from sm_dns.util.message import system_reason


def read_regular(path: Path, *, limit: int) -> bytes:
    """The bytes of a regular file of at most `limit` bytes.

    Raises `BadInput` for a missing, unreadable, too large or irregular file. A FIFO or a device never blocks.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise BadInput("cannot be read: {reason}", file=path, reason=system_reason(error)) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)  # a folder is no stream to begin with
        raise BadInput("is not a regular file", file=path)
    with os.fdopen(descriptor, "rb") as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise BadInput("is larger than {limit} bytes", file=path, limit=limit)
    return data


def is_there(path: Path) -> bool:
    """Whether a file is there. Raises `PermissionError` where its folder may not be looked into: pathlib's `exists`
    says no to that from Python 3.14 on, as if the file were missing."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def read_text(path: Path, *, limit: int) -> str:
    """As `read_regular`, decoded as UTF-8; `BadInput` names the line of the first bad byte."""
    data = read_regular(path, limit=limit)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadInput("is not UTF-8 text", file=path, line=line) from error


def atomic_write(path: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Replace `path` by `data`: readers see the old bytes or the new ones, also after a loss of power.

    A command run by root leaves the file to the owner of the directory, so that the service can replace it too.
    """
    if not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(path.parent))
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.new")
    _replace(path, draft, data, mode)
    sync_directory(path.parent)


def write_output(path: Path, data: bytes, *, mode: int) -> None:
    """Write what somebody asked for into the file that was named: as `atomic_write`, but a link, a device or a pipe,
    such as /dev/stdout or /dev/null, is written into. Replaced, it would be gone for the whole machine."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        path.write_bytes(data)
        return
    atomic_write(path.absolute(), data, mode=mode)


def replace_by(path: Path, data: bytes, *, mode: int) -> None:
    """As `atomic_write`, for a file that has one writer at a time: what a crash left of one is used up by the next.

    The folder is the caller's to sync.
    """
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    _replace(path, draft, data, mode)


def _replace(path: Path, draft: Path, data: bytes, mode: int) -> None:
    try:
        write_draft(draft, data, mode)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def write_draft(draft: Path, data: bytes, mode: int) -> None:
    """Write a file that there is not yet, down to the disk. It belongs to the owner of its directory."""
    with new_file(draft, mode) as descriptor:
        write_all(descriptor, data)
        give_to_directory_owner(descriptor, draft.parent)


@contextmanager
def new_file(path: Path, mode: int) -> Iterator[int]:
    """The descriptor of a file that there was not; what was written into it is on the disk in the end."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with named(path):
            yield descriptor
            os.fchmod(descriptor, mode)
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Let an `OSError` say which file it is about: those of a descriptor do not know."""
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(path)
        raise


def write_all(descriptor: int, data: bytes) -> None:
    """Write every octet: a disk that is nearly full takes a part of them and says so only the next time."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sync_file(path: Path) -> None:
    """Bring a file down to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def give_to_directory_owner(descriptor: int, directory: Path) -> None:
    """Give an open file to the owner and group of its directory, where we may."""
    if os.geteuid() == 0:
        owner = directory.stat()
        os.fchown(descriptor, owner.st_uid, owner.st_gid)


def make_directory(path: Path, *, mode: int = 0o755) -> None:
    """Create a directory and its parents; each new one belongs to the owner of the one it lies in."""
    if path.is_dir():
        return
    make_directory(path.parent, mode=mode)
    path.mkdir(mode=mode, exist_ok=True)
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the advisory lock file `path` (created when missing) against every other process and thread."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        give_to_directory_owner(descriptor, path.parent)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def locked_for_reading(path: Path) -> Iterator[None]:
    """Hold the lock file together with other readers, against writers; nothing to hold where it does not exist."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        yield
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


def write_atomically(path: Path, parts: Iterable[bytes | array[int]], mode: int = 0o644) -> None:
    """Write a file beside its final place, force it to disk and rename it over the old one.

    Raises `OSError` when the disk refuses; the old file is then untouched and nothing is left behind.
    """
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            for part in parts:
                file.write(part)
            os.fchmod(file.fileno(), mode)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def sync_directory(directory: Path) -> None:
    """Make a rename or a new name in the directory survive a power cut."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


_SET_ASIDE = ".1"


def append_line(path: Path, line: str, most: int) -> None:
    """Append a line; a file of more than so many octets is set aside first. Raises `OSError`."""
    if path.exists() and path.stat().st_size > most:
        path.replace(path.with_name(f"{path.name}{_SET_ASIDE}"))
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")


def lines_of(path: Path) -> Iterator[tuple[Path, int, str]]:
    """Each line with its file and number, those that were set aside first. Raises `OSError`."""
    for each in (path.with_name(f"{path.name}{_SET_ASIDE}"), path):
        if is_there(each):
            with each.open(encoding="utf-8") as file:
                yield from ((each, number, line) for number, line in enumerate(file, 1))
