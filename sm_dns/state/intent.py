"""What a change means to do to files, on the disk before its record: change and record are both there or both not.

The order is: intent, drafts, record, drafts into their places, intent away. The record decides. An intent whose
record is in the chain is carried out by whoever opens the audit next; one whose record is not there is forgotten. A
draft lies beside the file that it is to replace, so that putting it in its place is one rename. All of it is done by
whoever holds the audit's lock.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sm_dns.util.errors import BadInput
from sm_dns.util.files import make_directory, new_file, read_regular, sync_directory, write_all, write_draft
from sm_dns.util.message import Message

MAX_BYTES = 1 << 20  # of an intent: it names files and holds none


@dataclass(frozen=True, slots=True)
class Replaced:
    """A file is to hold `data`, whole."""

    path: Path
    data: bytes
    mode: int = 0o644


@dataclass(frozen=True, slots=True)
class Removed:
    """A file is to be gone."""

    path: Path


@dataclass(frozen=True, slots=True)
class Placed:
    """A file is to be what lies whole in `draft` beside it, too large for a `Replaced`."""

    path: Path
    draft: Path


@dataclass(frozen=True, slots=True)
class Moved:
    """A file is to have another name in its folder; it keeps the one it has where the change is forgotten."""

    path: Path
    source: Path


FileChange = Replaced | Removed | Placed | Moved


@dataclass(frozen=True, slots=True)
class _Step:
    """One file in one folder. draft: the name of what becomes `name`; None where `name` is to be gone. stays: it is
    no draft of ours, and there is no harm where it is not there."""

    folder: str
    name: str
    draft: str | None
    stays: bool = False


class Intent:
    """The files of one record: its hash is `seal`, its line starts at the octet `start`.

    owner: the user who wrote it, where that was an earlier process; root follows nobody into a folder of others.
    """

    def __init__(
        self, audit: Path, seal: str, start: int, steps: Sequence[_Step], owner: int | None = None
    ) -> None:
        self.seal = seal
        self.start = start
        self._file = _file(audit)
        self._steps = steps
        self._owner = owner

    def write(self) -> None:
        """Put the intent on the disk. It stays the writer's own: see `owner`."""
        steps = [(step.folder, step.name, step.draft, step.stays) for step in self._steps]
        text = json.dumps({"hash": self.seal, "start": self.start, "steps": steps})
        draft = _draft(self._file)
        draft.unlink(missing_ok=True)
        with new_file(draft, 0o644) as descriptor:
            write_all(descriptor, text.encode() + b"\n")
        draft.replace(self._file)
        sync_directory(self._file.parent)

    def begin(self) -> None:
        """Make the first step, which is what the change is about. Raises `OSError`: then nothing was changed."""
        with self._opened(self._steps[0]) as descriptor:
            _make(self._steps[0], descriptor)

    def carry_out(self) -> None:
        """Make all steps that are not made yet. Raises `OSError`.

        Until they are on the disk the intent stays: carried out once more it changes nothing, but after a power cut.
        """
        for step in self._steps:
            with suppress(FileNotFoundError), self._opened(step) as descriptor:
                _make(step, descriptor)
        with suppress(OSError):
            for step in self._steps:
                sync_directory(Path(step.folder))
            self._file.unlink(missing_ok=True)

    def forget(self) -> None:
        """Remove the drafts. Raises `OSError`."""
        for step in self._steps:
            with suppress(FileNotFoundError), self._opened(step) as descriptor:
                if step.draft is not None and not step.stays:
                    os.unlink(step.draft, dir_fd=descriptor)
        self._file.unlink(missing_ok=True)

    @contextmanager
    def _opened(self, step: _Step) -> Iterator[int]:
        descriptor = os.open(step.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            if self._owner and os.geteuid() == 0 and os.fstat(descriptor).st_uid != self._owner:
                raise PermissionError(
                    1, Message("a change that its user began there is not finished by root")
                )
            yield descriptor
        except OSError as error:
            error.filename, error.filename2 = str(Path(step.folder, step.name)), None
            raise
        finally:
            os.close(descriptor)


def prepared(audit: Path, seal: str, start: int, changes: Sequence[FileChange]) -> Intent:
    """Write the intent of a record to come, and then its drafts. Raises `OSError`; `interrupted` cleans up."""
    for change in changes:
        make_directory(change.path.parent)
    steps = [_step(change) for change in changes]
    intent = Intent(audit, seal, start, steps)
    intent.write()
    for step, change in zip(steps, changes, strict=True):
        if isinstance(change, Replaced):
            assert step.draft is not None
            write_draft(Path(step.folder, step.draft), change.data, change.mode)
            sync_directory(Path(step.folder))
    return intent


def is_left(audit: Path) -> bool:
    """Whether there is an intent, or the beginning of one."""
    return _file(audit).exists() or _draft(_file(audit)).exists()


def interrupted(audit: Path) -> Intent | None:
    """The intent that was neither carried out nor forgotten yet. One that is not whole is none."""
    file = _file(audit)
    _draft(file).unlink(missing_ok=True)
    try:
        found = json.loads(read_regular(file, limit=MAX_BYTES))
        steps = [
            _Step(_text(folder), _name(name), draft and _name(draft), bool(stays and stays[0]))
            for folder, name, draft, *stays in found["steps"]  # sm-dns knew three once
        ]
        return Intent(audit, _text(found["hash"]), int(found["start"]), steps, file.stat().st_uid)
    except (BadInput, OSError, ValueError, TypeError, LookupError):
        return None


def _make(step: _Step, folder: int) -> None:
    if step.draft is None:
        with suppress(FileNotFoundError):
            os.unlink(step.name, dir_fd=folder)
    else:
        os.stat(
            step.draft, dir_fd=folder, follow_symlinks=False
        )  # where it is not there, it is in its place already
        os.rename(step.draft, step.name, src_dir_fd=folder, dst_dir_fd=folder)


def _step(change: FileChange) -> _Step:
    folder = str(change.path.parent.resolve())
    if isinstance(change, Removed):
        return _Step(folder, change.path.name, None)
    if isinstance(change, Placed):
        return _Step(folder, change.path.name, change.draft.name)
    if isinstance(change, Moved):
        return _Step(folder, change.path.name, change.source.name, stays=True)
    return _Step(folder, change.path.name, f".{change.path.name}.{secrets.token_hex(8)}.new")


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _name(value: object) -> str:
    """The name of a file in its folder, and of no other: whoever may write here must not lead root elsewhere."""
    name = _text(value)
    if not name or "/" in name or name in (".", ".."):
        raise ValueError(name)
    return name


def _draft(file: Path) -> Path:
    return file.with_name(f".{file.name}.new")


def _file(audit: Path) -> Path:
    return audit.with_name(f"{audit.name}.intent")
