"""The audit: who changed what, when and why, in lines that nobody can quietly change (AUD-1).

Who can write the chain and its head file can write a new, whole history: `verify` prints the last hash, and a
copy of it kept elsewhere tells the two apart. A change of files goes through `Trail.turn`, so that it and its
record are both there or both not, whatever the disk refuses and whenever the process ends (see `intent.py`).
"""

from __future__ import annotations

import errno
import os
import pwd
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from sm_dns.state import chain, intent
from sm_dns.state.chain import Broken, Content, Head, Record, Verdict
from sm_dns.state.chain_file import ChainFile, read_head
from sm_dns.state.fleet.role import refuse_on_node
from sm_dns.state.intent import FileChange
from sm_dns.state.one_line import one_line
from sm_dns.util.clock import utc_iso
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, locked, locked_for_reading, make_directory, write_all
from sm_dns.util.message import Message
from sm_dns.util.strict_json import Json

FILE = "audit.jsonl"  # in the state directory
RECOVERED = "audit recovered"
OF_FLEET = frozenset(("fleet took", "fleet join", "fleet promote", "fleet stepped down", "fleet leave"))
"""The actions by which a node has what its primary has."""

_person = ""  # whom this process acts for, and from where
_of_node: Mapping[str, Json] = {}

_NOT_YET = Message("the change is recorded, and not in force yet; the next one puts it in force")


class NotYet(OSError):
    """A change is recorded, and is done as soon as the audit is opened again: what it needs must stay."""


class Trail:
    """The audit as one person writes it. clock: POSIX seconds; detail: what each of the records says besides."""

    def __init__(
        self,
        path: Path,
        who: str,
        clock: Callable[[], float] = time.time,
        detail: Mapping[str, Json] | None = None,
    ) -> None:
        self._path = path
        self._who = who
        self._clock = clock
        self._detail = {**(detail or {}), **_of_node}

    @property
    def who(self) -> str:
        """Who writes it."""
        return self._who

    def note(
        self, action: str, target: str, *, why: str = "", detail: Mapping[str, Json] | None = None
    ) -> Record:
        """Record what changes no file of ours. Raises `OSError` with nothing written.

        Where it is the record of something to be done, it is written first: what cannot be recorded is not done.
        """
        with _opened(self._path, self._clock) as end:
            with suppress(OSError):  # what it needs may be another's to do; this record does not wait for it
                _settle(self._path, end)
            return end.add(self._content(action, target, why, detail or {}))

    @contextmanager
    def turn(self) -> Iterator[Turn]:
        """The right to change files: until it is given back nobody else changes one. Read them within it.

        What an interrupted change left is finished or forgotten first. Raises `OSError`.
        """
        with _opened(self._path, self._clock) as end:
            _settle(self._path, end)
            yield Turn(self._path, end, self._content)

    def _content(self, action: str, target: str, why: str, detail: Mapping[str, Json]) -> Content:
        return _content(self._clock(), self._who, action, target, why, {**detail, **self._detail})


class Turn:
    """A stretch in which one process changes files, each change with its record."""

    def __init__(self, path: Path, end: ChainFile, content: Callable[..., Content]) -> None:
        self._path = path
        self._end = end
        self._content = content

    def change(
        self,
        action: str,
        target: str,
        *,
        why: str,
        detail: Mapping[str, Json],
        files: Sequence[FileChange],
    ) -> Record:
        """Change files and record it: both, or neither. The first file is the one that the change is about.

        Raises `OSError` with neither done, and `BelongsToPrimary` on a node of a fleet, for a file of the fleet.
        Where the disk refuses to undo as well, it says so: then both are done as soon as the audit is opened again.
        """
        if action not in OF_FLEET:
            refuse_on_node(self._path.parent, (file.path for file in files))
        content = self._content(action, target, why, detail)
        before, start = self._end.last, self._end.end
        record = chain.sealed(before, content)
        try:
            wanted = intent.prepared(self._path, record.hash, start, files)
            self._end.add(content)
            try:
                wanted.begin()
            except BaseException:
                self._end.take_back(before, start)
                raise
            wanted.carry_out()
        except BaseException as error:
            is_settled = self._settled()
            if not self._end.holds(start, record.hash):
                raise
            self._end.last = Head(record.seq, record.hash, start)
            if not is_settled:
                raise NotYet(errno.EIO, _NOT_YET, str(self._path)) from error
            if not isinstance(error, OSError):
                raise
        return record

    def _settled(self) -> bool:
        try:
            _settle(self._path, self._end)
        except OSError:
            return False
        return True


def append(
    path: Path,
    *,
    at: float,
    who: str,
    action: str,
    target: str,
    why: str = "",
    detail: Mapping[str, Json] | None = None,
) -> Record:
    """Add one record, durably, and return it. `at` is POSIX seconds; `detail` is JSON (before, after).

    A damaged file is written on all the same, so that nothing goes unrecorded: the new line follows the last record
    that the head file names, and `verify` goes on to say which line is bad.
    """
    return Trail(path, who, lambda: at).note(action, target, why=why, detail=detail)


def settle(path: Path) -> None:
    """Finish or forget what an interrupted change left. Raises `OSError`."""
    if intent.is_left(path):
        with _opened(path, time.time) as end:
            _settle(path, end)


def act_for(person: str, node: str) -> None:
    """Let this process write as a person who typed on a node of the fleet; each record says which node."""
    global _person, _of_node
    _person, _of_node = one_line(person), {"node": one_line(node)}


def current_user() -> str:
    """The person behind this process: whom it acts for (`act_for`), the caller of sudo, else the owner of the
    process, whatever $USER says."""
    if _person:
        return _person
    sudo = os.environ.get("SUDO_USER")
    if sudo and os.geteuid() == 0:
        return sudo
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


def read(path: Path) -> Iterator[Record]:
    """Every record, first to last, without checking the chain. Raises `BadInput` for a line that is no record."""
    if not is_there(path):
        return
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                yield chain.parse(line)
            except Broken as problem:
                raise BadInput(problem.message, file=path, line=number) from problem


def verify(path: Path) -> Verdict:
    """Check the whole chain: finds an edited, removed, inserted, reordered or cut line, and says which."""
    with locked_for_reading(_lock(path)):
        try:
            head = read_head(path)
        except Broken as problem:
            return Verdict(0, chain.START, problem.message)
        if not is_there(path):
            return Verdict(0, chain.START, _gone(path, head))
        with path.open("rb") as lines:
            return chain.verified(lines, head)


def head(path: Path) -> Head | None:
    """The last record that the head file names; None where nothing was recorded yet. Raises `BadInput`,
    `OSError`."""
    with locked_for_reading(_lock(path)):
        try:
            return read_head(path)
        except Broken as problem:
            raise BadInput(problem.message, file=path) from problem


@contextmanager
def _opened(path: Path, clock: Callable[[], float]) -> Iterator[ChainFile]:
    """The chain, locked and brought into order. The service's own record tells what had to be mended."""
    make_directory(path.parent)
    with locked(_lock(path)):
        is_begun = _is_begun(path)
        end = ChainFile(
            path, lambda why: _content(clock(), current_user(), RECOVERED, path.name, why, {}), is_begun
        )
        yield end
        if end.last.seq and not is_begun:
            _note_beginning(path)


def _gone(path: Path, head: Head | None) -> Message | None:
    """What is wrong where there is no file; None where there is nothing that it could tell of."""
    if head is not None:
        return Message("the file is missing: it had {seq} records", seq=head.seq)
    if _is_begun(path):
        return Message("the file is missing, and its head file too")
    with suppress(OSError):
        others = sorted(each.name for each in path.parent.iterdir() if not _is_of_no_account(each, path))
        if others:
            return Message(
                "there is no record, though {folder} was in use ({others}): the file is missing, "
                "unless no start has gone well yet",
                folder=path.parent,
                others=", ".join(others),
            )
    return None


def _is_of_no_account(file: Path, audit: Path) -> bool:
    """Whether a file of the state directory is there before anything is recorded."""
    return file.name.startswith(audit.name) or file.suffix in (".lock", ".sock")


def _is_begun(path: Path) -> bool:
    """Whether a record was ever written: the lock file remembers, and outlives the file and its head."""
    with suppress(OSError):
        return _lock(path).stat().st_size > 0
    return False


def _note_beginning(path: Path) -> None:
    with suppress(OSError):  # the next record notes it
        descriptor = os.open(_lock(path), os.O_WRONLY | os.O_CLOEXEC)
        try:
            write_all(descriptor, b"begun\n")
        finally:
            os.close(descriptor)


def _settle(path: Path, end: ChainFile) -> None:
    left = intent.interrupted(path)
    if left is None:
        return
    if end.holds(left.start, left.seal):
        left.carry_out()
    else:
        left.forget()


def _content(at: float, who: str, action: str, target: str, why: str, detail: Mapping[str, Json]) -> Content:
    return Content(utc_iso(at), who, action, target, why, dict(detail))


def _lock(path: Path) -> Path:
    return path.with_name(path.name + ".lock")
