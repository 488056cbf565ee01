"""A key that lies in a file of its own, which only its owner reads."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from sm_dns.util.errors import BadInput

_KEY_BYTES = 32
_FILE_BYTES = 2 * _KEY_BYTES + 1  # hexadecimal, and the end of the line


def load_or_make(path: Path) -> bytes:
    """The key of a file, which is made (0600) where there is none: 32 octets.

    Two that make it at once end with the same key. Raises `BadInput` for a file that others may read or that holds no
    key, `OSError` where it cannot be read or made.
    """
    with suppress(FileNotFoundError):
        return load(path)
    _make(path)
    return load(path)


def load(path: Path) -> bytes:
    """The key of a file that is there: 32 octets. Raises `BadInput` and `OSError` as `load_or_make`."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise BadInput("is not a regular file", file=path)
        if stat.S_IMODE(found.st_mode) & 0o077:
            raise BadInput("others may read this key: chmod 600", file=path)
        text = file.read(_FILE_BYTES + 1)
    try:
        key = bytes.fromhex(text.decode("ascii"))
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise BadInput("holds no key: {digits} hexadecimal digits", file=path, digits=2 * _KEY_BYTES)
    return key


def _make(path: Path) -> None:
    """Write a new key beside its place and link it there whole; where another was quicker, that one stays."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(_KEY_BYTES).encode() + b"\n")
            file.flush()
            os.fsync(descriptor)
        with suppress(FileExistsError):
            path.hardlink_to(draft)
    finally:
        draft.unlink()
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
