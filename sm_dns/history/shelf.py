"""The folder `history/` of the state directory: each version of the policy, and the lists that they go by.

`00000017.json` tells of a version, `00000017.policy.json` is its policy, and `names-HASH.idx.gz` an index of names:
versions with the same lists share one. It is a copy and no link: a place of the disk that goes bad in the index in
force must not take the past along. A version is there when its first file is, which is written last.
"""

from __future__ import annotations

import gzip
import json
import mmap
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any

from sm_dns.history.version import Version
from sm_dns.lists.index import NameIndex
from sm_dns.policy import snapshot
from sm_dns.policy.snapshot import Snapshot
from sm_dns.util.errors import BadInput
from sm_dns.util.files import atomic_write, make_directory, read_regular, sync_file
from sm_dns.util.message import reason_of
from sm_dns.util.typed_json import from_json, to_json

FOLDER = "history"  # in the state directory
MAX_VERSIONS = 1000  # kept
MAX_BYTES = 1 << 30  # octets of all that is kept; the newest version stays whatever it takes
MAX_AGE_SECONDS = 400 * 86_400.0  # for which a version is kept after its end
MAX_DOCUMENT = 64 << 20  # octets read of one file of it
MODE = 0o640
_LEVEL = 1  # of gzip: the fastest, and half of the size
_PIECE = 1 << 20


class Shelf:
    """The history of one state directory. One process writes it."""

    def __init__(self, state_dir: Path) -> None:
        self.state_dir = state_dir
        self.folder = state_dir / FOLDER

    def numbers(self) -> list[int]:
        """Of the versions that are kept, the oldest first."""
        with suppress(FileNotFoundError, NotADirectoryError):
            return sorted(int(each.stem) for each in self.folder.glob("*.json") if each.stem.isdigit())
        return []

    def version(self, number: int) -> Version:
        """One that is kept. Raises `BadInput` where it cannot be read."""
        path = self._entry(number)
        try:
            return from_json(Version, json.loads(read_regular(path, limit=MAX_DOCUMENT)))
        except ValueError as error:
            raise BadInput("not a version of the policy: {reason}", file=path, reason=error) from error
        except BadInput as error:
            if error.file is not None:
                raise
            raise BadInput("not a version of the policy: {reason}", file=path, reason=error) from error

    def last(self) -> Version | None:
        """The newest that can be read. Raises `OSError`."""
        for number in reversed(self.numbers()):
            with suppress(BadInput):
                return self.version(number)
        return None

    def document(self, version: Version) -> Mapping[str, Any]:
        """The policy of a version. Raises `BadInput`."""
        path = self._document(version.id)
        try:
            found = json.loads(read_regular(path, limit=MAX_DOCUMENT))
        except ValueError as error:
            raise BadInput("not a policy: {reason}", file=path, reason=error) from error
        if not isinstance(found, dict):
            raise BadInput("not a policy: {reason}", file=path, reason="no object")
        return found

    @contextmanager
    def names(self, lists: str) -> Iterator[NameIndex]:
        """The index of names of a hash, as long as it is looked at. Raises `BadInput` where it is gone or damaged."""
        path = self._names(lists)
        with tempfile.TemporaryFile() as whole:
            try:
                with gzip.open(path, "rb") as packed:
                    shutil.copyfileobj(packed, whole, _PIECE)
            except (OSError, EOFError) as error:
                raise BadInput("cannot be read: {reason}", file=path, reason=reason_of(error)) from error
            whole.flush()
            try:
                found = NameIndex(mmap.mmap(whole.fileno(), 0, access=mmap.ACCESS_READ))
            except ValueError as error:
                raise BadInput("not a compiled list: {reason}", file=path, reason=error) from error
        try:
            yield found
        finally:
            found.close()

    @contextmanager
    def snapshot(self, version: Version) -> Iterator[Snapshot]:
        """The policy of a version with its names, to answer by. Raises `BadInput` where a part is damaged."""
        document = self.document(version)
        with self.names(version.lists) as names:
            yield snapshot.from_document(document, names)

    def put(self, version: Version, document: bytes, names: Path) -> None:
        """Keep a version: its policy as it was written, and its index of names. Raises `OSError`."""
        make_directory(self.folder)
        self._pack(names, version.lists)
        atomic_write(self._document(version.id), document)
        text = json.dumps(to_json(version), ensure_ascii=False) + "\n"
        atomic_write(self._entry(version.id), text.encode())

    def tidy(self, now: float) -> int:
        """Let go what is beyond the bounds, the oldest first; how many versions went. `now`: POSIX seconds.

        Raises `OSError`."""
        numbers = self.numbers()
        gone = 0
        while len(numbers) > 1 and (
            len(numbers) > MAX_VERSIONS or self._is_old(numbers[1], now) or self._size() > MAX_BYTES
        ):
            number = numbers.pop(0)
            self._entry(number).unlink(missing_ok=True)
            self._document(number).unlink(missing_ok=True)
            self._drop_unused(numbers)
            gone += 1
        return gone

    def _is_old(self, following: int, now: float) -> bool:
        """Whether the version before this one ended too long ago."""
        try:
            return self.version(following).since < now - MAX_AGE_SECONDS
        except BadInput:
            return False

    def _size(self) -> int:
        return sum(each.stat().st_size for each in self.folder.iterdir())

    def _drop_unused(self, numbers: list[int]) -> None:
        """Remove each index that no version goes by; none while a version cannot be read."""
        try:
            used = {self._names(self.version(number).lists) for number in numbers}
        except BadInput:
            return
        for each in self.folder.glob("names-*.idx.gz"):
            if each not in used:
                each.unlink(missing_ok=True)

    def _pack(self, names: Path, lists: str) -> None:
        path = self._names(lists)
        if path.exists():
            return
        draft = path.with_name(f".{path.name}.new")
        try:
            with names.open("rb") as whole, gzip.open(draft, "wb", compresslevel=_LEVEL) as packed:
                shutil.copyfileobj(whole, packed, _PIECE)
            draft.chmod(MODE)
            sync_file(draft)
            draft.replace(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise

    def _entry(self, number: int) -> Path:
        return self.folder / f"{number:08d}.json"

    def _document(self, number: int) -> Path:
        return self.folder / f"{number:08d}.policy.json"

    def _names(self, lists: str) -> Path:
        return self.folder / f"names-{lists}.idx.gz"


def hash_of_file(path: Path) -> str:
    """What names a content. Raises `OSError`."""
    digest = blake2b(digest_size=16)
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
