"""The primary's bundles: the next one is made of exactly the files that are in force here, whenever they differ."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from sm_dns.fleet.bundles import contents
from sm_dns.fleet.bundles.bundle import (
    FORMAT,
    Cause,
    FileNote,
    Manifest,
    Member,
    digest_of,
    notes_of,
    read_manifest,
    sealed,
)
from sm_dns.fleet.bundles.differences import difference
from sm_dns.fleet.bundles.standing import after
from sm_dns.fleet.members import standing_file
from sm_dns.fleet.members.identity import Identity
from sm_dns.fleet.members.standing_file import Kept
from sm_dns.generation.service import read_service
from sm_dns.settings.load import load_settings
from sm_dns.state import audit, chain
from sm_dns.state.audit import Trail
from sm_dns.state.chain import Broken
from sm_dns.state.chain_file import read_head
from sm_dns.util.clock import utc_iso
from sm_dns.util.errors import BadInput
from sm_dns.util.files import atomic_write, make_directory, read_regular
from sm_dns.util.fingerprint import fingerprint

_TAIL_BYTES = 64 << 10  # of the audit, in which the last change by a person is looked for
_SERVICE = "service"
_DIGEST = re.compile(r"[0-9a-f]{64}")
COPIES = "copies"  # in the folder of the fleet
LONG_BYTES = 16 << 10  # of a file, from which on it travels as a difference


class NotInForce(BadInput):
    """The files are not those of the policy that answers here."""


class Bundles:
    """The bundles of one primary, and the files of the last one."""

    def __init__(
        self,
        config: Path,
        state_dir: Path,
        identity: Identity,
        kept: Kept,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.kept = kept
        self._config = config
        self._state_dir = state_dir
        self._identity = identity
        self._clock = clock
        self._policy = b""

    def make(self, in_force: Path, members: tuple[Member, ...]) -> bool:
        """Make the next bundle where files or members differ from the last one; whether one was made.

        `in_force`: the directory of the generation that answers here. Raises `NotInForce` while the files are not
        those that it was made of, `BadInput` and `OSError`.
        """
        service = read_service(in_force)
        with Trail(self._state_dir / audit.FILE, _SERVICE).turn():
            if not self._is_still_ours():
                return False
            settings = load_settings(self._config)
            if fingerprint(map(Path, service.watched)) != service.seen:
                raise NotInForce(
                    "what was changed here is not in force here yet, and goes to no node until it is"
                )
            files = contents.gathered(settings)
            self._policy = files[contents.POLICY]
            last, manifest = self.manifest, self._next(notes_of(files), members)
            if last is not None and _says(last) == _says(manifest):
                return False
            self._keep(manifest)
        self._keep_copies({note.digest for each in (last, manifest) if each for note in each.files}, files)
        return True

    def _next(self, notes: tuple[FileNote, ...], members: tuple[Member, ...]) -> Manifest:
        kept = self.kept
        return Manifest(
            format=FORMAT,
            fleet=kept.standing.fleet,
            epoch=kept.standing.epoch,
            generation=kept.standing.generation + 1,
            leader=kept.name,
            at=utc_iso(self._clock()),
            cause=_cause(self._state_dir),
            members=members,
            seq=_last_seq(self._state_dir),
            base=kept.base,
            files=notes,
        )

    def _keep(self, manifest: Manifest) -> None:
        made = sealed(manifest, self._identity.key)
        kept = replace(self.kept, standing=after(manifest, made), sealed=made)
        file = standing_file.written(self._state_dir, kept)
        atomic_write(file.path, file.data, mode=file.mode)
        self.kept = kept

    def _keep_copies(self, wanted: set[str], files: Mapping[str, bytes]) -> None:
        """Keep the long files of this bundle and of the one before, of which a node may have the other."""
        folder = standing_file.folder(self._state_dir) / COPIES
        make_directory(folder, mode=0o700)
        for data in files.values():
            path = folder / digest_of(data)
            if len(data) >= LONG_BYTES and not path.is_file():
                atomic_write(path, data, mode=0o600)
        for path in folder.iterdir():
            if path.name not in wanted:
                path.unlink()

    def difference(self, wanted: str, have: str) -> bytes | None:
        """What makes a file of the last bundle of one of the bundle before, both by their SHA-256; None where that is
        not known. Raises `OSError`."""
        old, new = (self._copy(digest) for digest in (have, wanted))
        return None if old is None or new is None else difference(old, new)

    def _copy(self, digest: str) -> bytes | None:
        if not _DIGEST.fullmatch(digest):
            return None
        try:
            return (standing_file.folder(self._state_dir) / COPIES / digest).read_bytes()
        except FileNotFoundError:
            return None

    def _is_still_ours(self) -> bool:
        """Whether no command has changed meanwhile what this server is."""
        found = standing_file.load(self._state_dir)
        return found is not None and (found.role, found.standing) == (self.kept.role, self.kept.standing)

    @property
    def manifest(self) -> Manifest | None:
        """That of the last bundle."""
        return None if self.kept.sealed is None else read_manifest(self.kept.sealed.manifest)

    def content(self, digest: str, where: contents.Folders) -> bytes | None:
        """A file of the last bundle by its SHA-256; None where it has changed since. Raises `OSError`."""
        manifest = self.manifest
        for note in manifest.files if manifest is not None else ():
            if note.digest != digest:
                continue
            try:
                data = (
                    self._policy if note.name == contents.POLICY else _read(where.place(note.name), note.size)
                )
            except BadInput:
                continue
            if digest_of(data) == digest:
                return data
        return None


def _says(manifest: Manifest) -> object:
    """Of a bundle, what is worth another one."""
    return manifest.epoch, manifest.members, manifest.files


def _last_seq(state_dir: Path) -> int:
    """The number of the last record; to be asked by who holds the audit's lock."""
    try:
        head = read_head(state_dir / audit.FILE)
    except Broken as problem:
        raise BadInput(problem.message) from problem
    return 0 if head is None else head.seq


def _read(path: Path, size: int) -> bytes:
    return read_regular(path, limit=size)


def _cause(state_dir: Path) -> Cause:
    """The last change that a person recorded here, else that of the service."""
    records = list(_last_records(state_dir / audit.FILE))
    people = [one for one in records if one.who != _SERVICE]
    for one in (people or records)[-1:]:
        return Cause(one.who, one.action, one.target, one.why)
    return Cause(_SERVICE, "service.started", "", "")


def _last_records(path: Path) -> Iterable[chain.Record]:
    try:
        with path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL_BYTES))
            lines = file.read().split(b"\n")
    except OSError:
        return
    for line in lines:
        try:
            yield chain.parse(line + b"\n")
        except (Broken, json.JSONDecodeError):
            continue  # the first of them is cut
