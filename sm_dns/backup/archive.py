"""The file of a backup: a tar archive, compressed by gzip, encrypted in the format of age.

Its first member says what it is, its last one how long each other is and its SHA-256. Everything is a stream:
whatever its size, a few hundred kilobytes of memory are taken. A person opens it with
`age --decrypt FILE | tar --extract --gzip`.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from sm_dns.backup.age_format import ALTERED, CHUNK, Reader, Writer
from sm_dns.backup.contents import ABOUT, FORMAT, MANIFEST, ROLES
from sm_dns.util.errors import BadInput
from sm_dns.util.strict_json import Json

MAX_MEMBERS = 100_000
MAX_MEMBER_BYTES = 64 << 30
MAX_ABOUT_BYTES = 1 << 20
MAX_MANIFEST_BYTES = 64 << 20
MAX_NAME = 1_024  # characters

_PART = re.compile(r"[^/\x00-\x1f\x7f]{1,255}")
_COMPRESSION = 6


class Archive:
    """One that is being written to a stream."""

    def __init__(self, stream: BinaryIO, passphrase: bytes, about: dict[str, Json]) -> None:
        self._encrypted = Writer(stream, passphrase)
        packed = cast("BinaryIO", self._encrypted)
        self._packed = gzip.GzipFile("", "wb", _COMPRESSION, packed, mtime=0)
        self._tar = tarfile.TarFile(fileobj=self._packed, mode="w", format=tarfile.PAX_FORMAT)
        self._files: list[dict[str, Json]] = []
        self._add_text(ABOUT, {"format": FORMAT, **about})

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        if kind is None:
            self._close()
        else:
            self._encrypted.give_up()
            self._packed.close()

    def add_folder(self, name: str, path: Path) -> None:
        """A folder, with its rights and its owner. Raises `OSError`."""
        info = self._tar.gettarinfo(str(path), name)
        self._tar.addfile(info)
        _forget(self._tar)

    def add(self, name: str, path: Path, size: int | None = None) -> None:
        """A regular file, or its first octets where it grows. Raises `OSError`, also where it became shorter."""
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            info = self._tar.gettarinfo(arcname=name, fileobj=file)
            info.type, info.linkname = tarfile.REGTYPE, ""  # one that has a second name is a file like others
            info.size = info.size if size is None else size
            hashing = _Hashing(file, info.size)
            self._tar.addfile(info, cast("BinaryIO", hashing))
            _forget(self._tar)
        self._files.append({"name": name, "size": info.size, "sha256": hashing.digest})

    def _close(self) -> None:
        """Write the list of all that is in it, and the end."""
        self._add_text(MANIFEST, {"files": self._files})
        self._tar.close()
        self._packed.close()
        self._encrypted.finish()

    def _add_text(self, name: str, value: dict[str, Json]) -> None:
        data = json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(data), 0o600
        self._tar.addfile(info, io.BytesIO(data))


def _forget(tar: tarfile.TarFile) -> None:
    """Let go of the members that went by: an archive keeps them all, however many."""
    vars(tar)["members"].clear()


class _Hashing:
    """Reads so many octets of a file, and knows their SHA-256 then."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file = file
        self._left = size
        self._sha256 = hashlib.sha256()

    @property
    def digest(self) -> str:
        return self._sha256.hexdigest()

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        data = self._file.read(wanted)
        self._left -= len(data)
        self._sha256.update(data)
        return data


@dataclass(frozen=True)
class About:
    """What an archive says of itself: by which version it was made, when, what the configuration is called."""

    version: str
    made: str
    config: str
    has_store: bool
    key_is_apart: bool
    """The key of the pseudonyms was left out, to be kept elsewhere."""


@dataclass(frozen=True)
class Member:
    """A file or a folder as it is read. `file` gives what it holds, and must be read before the next one."""

    name: str
    is_folder: bool
    mode: int
    owner: str
    group: str
    file: BinaryIO


def read(stream: BinaryIO, passphrase: bytes) -> tuple[About, Iterator[Member]]:
    """What an archive is, and what it holds, as it comes. Raises `BadInput`, and so does each step.

    Only once the last step is done is it known that it was whole.
    """
    plain = Reader(stream, passphrase)
    packed = gzip.GzipFile(fileobj=cast("BinaryIO", io.BufferedReader(plain, CHUNK)), mode="rb")
    try:
        tar = tarfile.open(fileobj=packed, mode="r|", bufsize=CHUNK)  # noqa: SIM115 (`_members` closes it)
        first = tar.next()
        if first is None or first.name != ABOUT:
            raise BadInput("is no backup of sm-dns")
        about = _about(_json(tar, first, MAX_ABOUT_BYTES))
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise BadInput("is no backup of sm-dns: {reason}", reason=error) from error
    return about, _members(tar, packed, plain)


def _members(tar: tarfile.TarFile, packed: gzip.GzipFile, plain: Reader) -> Iterator[Member]:
    found: list[dict[str, Json]] = []
    seen: set[str] = set()
    manifest: Any = None
    try:
        while (info := tar.next()) is not None:
            _forget(tar)
            if manifest is not None:
                raise BadInput(ALTERED)
            if info.name == MANIFEST:
                manifest = _json(tar, info, MAX_MANIFEST_BYTES)
                continue
            _check(info, seen)
            file = tar.extractfile(info) if info.isreg() else None
            hashing = _Hashing(cast("BinaryIO", file) if file else io.BytesIO(), info.size)
            given = cast("BinaryIO", hashing)
            yield Member(info.name, info.isdir(), info.mode & 0o777, info.uname, info.gname, given)
            while hashing.read(CHUNK):
                pass
            if info.isreg():
                found.append({"name": info.name, "size": info.size, "sha256": hashing.digest})
        while packed.read(CHUNK):  # to the very end: only the last chunk tells that nothing is missing
            pass
        plain.read()
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise BadInput(ALTERED) from error
    finally:
        tar.close()
    if not isinstance(manifest, dict) or manifest.get("files") != found:
        raise BadInput("is not whole: what it holds is not what it says to hold")


def _check(info: tarfile.TarInfo, seen: set[str]) -> None:
    """Refuse what no backup of ours holds, or what would lead out of the folder that it is for."""
    parts = info.name.split("/")
    if not (info.isreg() or info.isdir()):
        raise BadInput("holds {name!r}, which is neither a file nor a folder", name=info.name)
    if len(info.name) > MAX_NAME or parts[0] not in ROLES or not all(map(_is_plain, parts)):
        raise BadInput("holds {name!r}, which has no place on a server", name=info.name)
    if info.name in seen:
        raise BadInput("holds {name!r} twice", name=info.name)
    if len(seen) >= MAX_MEMBERS or info.size > MAX_MEMBER_BYTES:
        raise BadInput("holds more than a backup may")
    seen.add(info.name)


def _is_plain(part: str) -> bool:
    return part not in (".", "..") and _PART.fullmatch(part) is not None


def _json(tar: tarfile.TarFile, info: tarfile.TarInfo, limit: int) -> Any:
    file = tar.extractfile(info) if info.isreg() and info.size <= limit else None
    if file is None:
        raise BadInput("is no backup of sm-dns")
    try:
        return json.loads(file.read())
    except (ValueError, RecursionError) as error:
        raise BadInput("is no backup of sm-dns: {reason}", reason=error) from error


def _about(value: Any) -> About:
    made_in = value.get("format") if isinstance(value, dict) else None
    if not isinstance(made_in, int):
        raise BadInput("is no backup of sm-dns")
    if made_in > FORMAT:
        raise BadInput("was made by a later sm-dns ({version}): install that", version=value.get("version"))
    try:
        return About(
            str(value["version"]),
            str(value["made"]),
            _plain_name(value["config"]),
            value["has_store"] is True,
            value["key_is_apart"] is True,
        )
    except (KeyError, TypeError) as error:
        raise BadInput("is no backup of sm-dns: {reason}", reason=error) from error


def _plain_name(value: object) -> str:
    if not isinstance(value, str) or not _is_plain(value):
        raise BadInput("is no backup of sm-dns")
    return value
