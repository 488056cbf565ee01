"""Putting a backup on a server: first everything beside its place, read to the end and checked; then into place.

What was there is never written over: it is refused, or keeps its content under another name beside.
"""

from __future__ import annotations

import grp
import os
import pwd
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sm_dns.backup import archive
from sm_dns.backup.age_format import CHUNK
from sm_dns.backup.archive import About, Member
from sm_dns.backup.contents import CALENDAR, ETC, KEY, STATE, STORE, ZONES, Places, places
from sm_dns.monitor import secret_file
from sm_dns.settings.load import load_settings
from sm_dns.util.errors import BadInput
from sm_dns.util.files import make_directory, named, sync_directory, write_all

STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Restored:
    """What was put in place: what the archive says of itself, where it lies now, and what gave way, under its new
    name."""

    about: About
    places: Places
    former: tuple[Path, ...]


def restore(file: Path, config: Path, passphrase: bytes, *, replace: bool, key: Path | None) -> Restored:
    """Put a backup in the places that its configuration names, that one itself at `config`; the service must not run.

    `replace`: what is there keeps its content under another name; without it, it is refused. `key`: a file with the
    key of the pseudonyms, where the backup was made without. Raises `BadInput` and `OSError`: nothing is changed.
    """
    if key is not None:
        secret_file.load(key)
    with file.open("rb") as stream, _Beside() as beside:
        try:
            about, members = archive.read(stream, passphrase)
            staging = _Staging(config.parent.resolve() / config.name, about, beside)
            for member in members:
                staging.take(member)
            where = staging.places()
        except BadInput as error:
            raise BadInput(error.reason, file=error.file or file, line=error.line) from error
        if key is not None:
            staging.take_key(key)
        elif about.has_store and about.key_is_apart:
            raise BadInput(
                "was made without the key of the pseudonyms, under which everybody was counted: give it with "
                "--pseudonym-key",
                file=file,
            )
        return Restored(about, where, tuple(_put(beside, replace=replace)))


class _Beside:
    """Folders and files that lie beside the places that they are for, until they are put there or taken away."""

    def __init__(self) -> None:
        self.waiting: dict[Path, Path] = {}
        """By the place that each is for."""
        self._folders: list[Path] = []

    def __enter__(self) -> _Beside:
        return self

    def __exit__(self, *error: object) -> None:
        for place in self.waiting.values():
            if place.is_dir():
                shutil.rmtree(place, ignore_errors=True)
            else:
                place.unlink(missing_ok=True)
        for folder in reversed(self._folders):
            with suppress(OSError):  # something is in it now
                folder.rmdir()

    def place_for(self, target: Path) -> Path:
        """Where what is for `target` lies meanwhile: within what is for a folder above it, else beside it."""
        for above in target.parents:
            if above in self.waiting:
                return self.waiting[above] / target.relative_to(above)
        if target not in self.waiting:
            missing = [each for each in target.parents if not each.exists()]
            make_directory(target.parent)
            self._folders += reversed(missing)
            self.waiting[target] = target.with_name(f".{target.name}.{secrets.token_hex(8)}.restored")
        return self.waiting[target]


class _Staging:
    """Takes members as they come: those of the configuration first, which says where the others belong."""

    def __init__(self, config: Path, about: About, beside: _Beside) -> None:
        self._config = config
        self._about = about
        self._beside = beside
        # Beside the folder of the configuration, so that relative paths lead where they will.
        self._etc = config.parent.with_name(f".{config.parent.name}.{secrets.token_hex(8)}.restored")
        self._places: Places | None = None

    def take(self, member: Member) -> None:
        """Lay a member down beside its place. Raises `BadInput` and `OSError`."""
        target = self._target(member.name)
        place = self._beside.place_for(target)
        with named(target):
            if member.is_folder:
                place.mkdir(0o700, parents=True, exist_ok=True)
                place.chmod(member.mode)
            else:
                place.parent.mkdir(0o755, parents=True, exist_ok=True)
                _write(place, member)
            _give(place, member)

    def take_key(self, key: Path) -> None:
        """Lay the key of the pseudonyms down beside its place. Raises `OSError`."""
        place = self._beside.place_for(self.places().key)
        if not place.parent.is_dir():
            place.parent.mkdir(0o700, parents=True)
        shutil.copyfile(key, place)
        place.chmod(0o600)
        if os.geteuid() == 0:
            found = self._beside.place_for(self.places().state).stat()
            for each in (place, place.parent):
                os.chown(each, found.st_uid, found.st_gid)

    def places(self) -> Places:
        """Where everything belongs, as the configuration says that was read. Raises `BadInput`."""
        if self._places is None:
            self._places = self._read_places()
        return self._places

    def _read_places(self) -> Places:
        """As the configuration says once it is in its place: it is read beside, at the same depth."""
        waiting = self._beside.waiting
        staged = {
            target: place for target, place in waiting.items() if target.is_relative_to(self._config.parent)
        }
        if self._config not in staged:
            raise BadInput("holds no configuration")
        self._etc.mkdir(0o700)
        try:
            for target, place in staged.items():
                link = self._etc / target.relative_to(self._config.parent)
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(place)
            found = places(load_settings(self._etc / self._config.name))
        finally:
            shutil.rmtree(self._etc)
        here = self._there
        return Places(
            self._config,
            here(found.zones),
            here(found.calendar),
            here(found.state),
            None if found.store is None else here(found.store),
            here(found.key),
        )

    def _there(self, path: Path) -> Path:
        return self._config.parent / path.relative_to(self._etc) if path.is_relative_to(self._etc) else path

    def _target(self, name: str) -> Path:
        """The place on this server that a member is for. Raises `BadInput`."""
        role, _, rest = name.partition("/")
        if role == ETC:
            if self._places is not None or not rest:
                raise BadInput("holds {name!r} where it has no place", name=name)
            return self._config if rest == self._about.config else self._config.parent / rest
        where = self.places()
        if name == KEY:
            return where.key
        if name == STORE:
            if where.store is None:
                raise BadInput("holds counts, and its configuration names no file for them")
            return where.store
        folders = {ZONES: where.zones, CALENDAR: where.calendar, STATE: where.state}
        if role not in folders:
            raise BadInput("holds {name!r} where it has no place", name=name)
        return folders[role] / rest if rest else folders[role]


def _write(place: Path, member: Member) -> None:
    descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        while data := member.file.read(CHUNK):
            write_all(descriptor, data)
        os.fchmod(descriptor, member.mode)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _give(place: Path, member: Member) -> None:
    """Give it to the user and the group of those names, where this host has them and we may; else to those of its
    folder."""
    if os.geteuid() != 0:
        return
    above = place.parent.stat()
    user, group = above.st_uid, above.st_gid
    with suppress(KeyError):
        user = pwd.getpwnam(member.owner).pw_uid
    with suppress(KeyError):
        group = grp.getgrnam(member.group).gr_gid
    os.chown(place, user, group)


def _put(beside: _Beside, *, replace: bool) -> Iterator[Path]:
    """Put everything in its place, all or nothing; the new names of what gave way. Raises `BadInput`, `OSError`."""
    there = [target for target in beside.waiting if _is_in_use(target)]
    if there and not replace:
        raise BadInput("is there already: --replace keeps it beside, under another name", file=there[0])
    stamp = time.strftime(STAMP, time.gmtime())
    with _undone_on_error() as done:
        for target, place in list(beside.waiting.items()):
            former = target.with_name(f"{target.name}.before-{stamp}")
            if os.path.lexists(target):
                if os.path.lexists(former):
                    raise BadInput("is there already", file=former)
                target.rename(former)
                done.append((former, target))
            place.rename(target)
            done.append((target, place))
            sync_directory(target.parent)
        for target in there:
            yield target.with_name(f"{target.name}.before-{stamp}")
    beside.waiting.clear()


@contextmanager
def _undone_on_error() -> Iterator[list[tuple[Path, Path]]]:
    """Renames that were done, each from what it is now to what it was, are undone where one of them fails."""
    done: list[tuple[Path, Path]] = []
    try:
        yield done
    except BaseException:
        for now, before in reversed(done):
            with suppress(OSError):
                now.rename(before)
        raise


def _is_in_use(target: Path) -> bool:
    """Whether something is there that is not to be lost: a folder in which nothing is counts as nothing."""
    if target.is_dir() and not target.is_symlink():
        return any(target.iterdir())
    return os.path.lexists(target)
