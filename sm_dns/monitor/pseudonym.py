"""Pseudonyms: what the store keeps instead of a staff key, a hardware address or an IP address (PRIV-1).

HMAC-SHA256 (RFC 2104) cut to 16 octets. The key lies in a file apart from the store: who has the store alone cannot
try all staff keys. Whoever loses the key cannot count across the loss (PRIV-6), so it is kept as long as the store.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from sm_dns.util.errors import BadInput

PSEUDONYM_BYTES = 16
_KEY_BYTES = 32
_FILE_BYTES = 2 * _KEY_BYTES + 1  # hexadecimal, and the end of the line


class Pseudonyms:
    """Pseudonyms under one key."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self.key_id = hashlib.sha256(key).hexdigest()[:8]

    def of(self, kind: str, key: str) -> bytes:
        """16 octets for one who is counted; a person and a device with the same key have different ones."""
        return hmac.digest(self._key, f"{kind}\0{key}".encode(), "sha256")[:PSEUDONYM_BYTES]


def load_or_make(path: Path) -> Pseudonyms:
    """The pseudonyms under the key of a file, which is made (0600) where there is none.

    Two that make it at once end with the same key. Raises `BadInput` for a file that others may read or that holds no
    key, `OSError` where it cannot be read or made.
    """
    with suppress(FileNotFoundError):
        return Pseudonyms(_read(path))
    _make(path)
    return Pseudonyms(_read(path))


def _read(path: Path) -> bytes:
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
