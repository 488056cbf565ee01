"""The chain on its disk: `audit.jsonl`, and the head file beside it that names the last record.

A line is on the disk before the head names it, so after a crash between the two exactly one more line than the head
names is in order. Whoever opens the chain holds its lock, and first brings it into order: a head that lags behind is
written, and a line that a crash left unfinished is cut off by the record that tells of it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from sm_dns.state import chain
from sm_dns.state.chain import Broken, Content, Head, Record
from sm_dns.util.files import give_to_directory_owner, named, replace_by, sync_directory, sync_file, write_all

MODE = 0o640
MAX_SHOWN = 200  # octets of an unfinished line that are told

Remark = Callable[[str], Content]
"""The content of the record that says what had to be mended."""


class _End(NamedTuple):
    """Where the chain ends. last: the record to follow; remark: what is wrong, mostly nothing; at: where to write.

    In front of `at` all lines are whole; `lags`: the head file names an earlier record than `last`.
    """

    last: Head
    at: int
    remark: str = ""
    lags: bool = False


class ChainFile:
    """An opened chain. `last` is its last record. For whoever holds the lock, until that is given back."""

    def __init__(self, path: Path, remark: Remark, is_begun: bool = False) -> None:
        """Bring the end into order; `is_begun`: there was a record once. Raises `OSError`, with the chain no worse
        than it was."""
        self._path = path
        end = _end(path, is_begun)
        self.last = end.last
        if end.remark:
            self._cut_off(end.at, chain.sealed(end.last, remark(end.remark)))
        elif end.lags:
            _write_head(path, end.last)

    def add(self, content: Content) -> Record:
        """Write one record, durably: its line and then the head. Raises `OSError`, with neither written."""
        record, before = chain.sealed(self.last, content), self.last
        is_new = not self._path.exists()
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, MODE)
        try:
            give_to_directory_owner(descriptor, self._path.parent)
            start = os.fstat(descriptor).st_size
            try:
                with named(self._path):
                    write_all(descriptor, chain.line_of(record))
                    os.fsync(descriptor)
                if is_new:
                    sync_directory(self._path.parent)
                self.last = Head(record.seq, record.hash, start)
                _write_head(self._path, self.last)
            except BaseException:
                self.take_back(before, start)
                raise
        finally:
            os.close(descriptor)
        return record

    def take_back(self, before: Head, start: int) -> None:
        """Undo the last `add`: the head as it was, then the line away. What cannot be undone stays, whole."""
        with suppress(OSError, Broken):
            if (read_head(self._path) or Head()) != before:
                _write_head(self._path, before)
            os.truncate(self._path, start)
            sync_file(self._path)
            self.last = before

    def holds(self, start: int, seal: str) -> bool:
        """Whether the line at an offset is the record with that hash."""
        with suppress(OSError, Broken), self._path.open("rb") as stream:
            stream.seek(start)
            record = chain.parse(stream.readline())
            return record.hash == seal == chain.hash_of(record)
        return False

    @property
    def end(self) -> int:
        """The offset at which the next line will start."""
        return self._path.stat().st_size if self._path.exists() else 0

    def _cut_off(self, at: int, record: Record) -> None:
        """Write a record over whatever stands at `at`, so that nothing is ever cut off without a word."""
        line = chain.line_of(record)
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, MODE)
        try:
            give_to_directory_owner(descriptor, self._path.parent)
            with named(self._path):
                os.lseek(descriptor, at, os.SEEK_SET)
                write_all(descriptor, line)
                os.ftruncate(descriptor, at + len(line))
                os.fsync(descriptor)
        finally:
            os.close(descriptor)
        sync_directory(self._path.parent)
        self.last = Head(record.seq, record.hash, at)
        _write_head(self._path, self.last)


def read_head(path: Path) -> Head | None:
    """What the head file of a chain names; None where there is none. Raises `Broken`."""
    file = _head_file(path)
    if not file.exists():
        return None
    try:
        head = Head(**json.loads(file.read_bytes()))
    except (ValueError, TypeError) as error:
        raise Broken("the head file is damaged") from error
    if not isinstance(head.seq, int) or not isinstance(head.start, int) or head.start < 0:
        raise Broken("the head file is damaged")
    return head


def _end(path: Path, is_begun: bool) -> _End:
    try:
        head = read_head(path)
    except Broken as problem:
        return _recovered(path, str(problem))
    if not path.exists():
        if head is None:
            return _End(Head(), 0, "the file and its head file were missing" if is_begun else "")
        return _End(head, 0, "the file was missing")
    return _without_head(path) if head is None else _behind(path, head)


def _without_head(path: Path) -> _End:
    found = _recovered(path, "the head file was missing")
    if found.last.seq > 1:
        return found
    # The very first line may be there without a head: a crash came between them.
    _, unfinished = _whole(path.read_bytes())
    return found._replace(remark=unfinished, lags=found.last.seq == 1)


def _recovered(path: Path, remark: str) -> _End:
    """The end where the head file does not help: behind all lines that follow one another."""
    data = path.read_bytes() if path.exists() else b""
    return _End(chain.last_whole(data.splitlines(keepends=True)), _whole(data)[0], remark)


def _behind(path: Path, head: Head) -> _End:
    """How the file goes on from the record that the head names."""
    with path.open("rb") as stream:
        stream.seek(head.start)
        data = stream.read()
    whole, unfinished = _whole(data)
    lines = data[:whole].splitlines(keepends=True)
    if not lines or not chain.is_record(lines[0], head):
        at, unfinished = _whole(path.read_bytes())
        wrong = "the file did not end with the record that the head file names"
        return _End(head, at, "; ".join(filter(None, (wrong, unfinished))))
    last, at = head, head.start
    for number, line in enumerate(lines[1:]):
        at += len(lines[number])
        try:
            record = chain.following(last, line)
        except Broken:
            return _End(last, head.start + whole, "a line that does not follow stood at the end")
        last = Head(record.seq, record.hash, at)
    behind = "the head file named an earlier record" if last.seq > head.seq + 1 else ""
    return _End(last, head.start + whole, "; ".join(filter(None, (behind, unfinished))), last != head)


def _whole(data: bytes) -> tuple[int, str]:
    """How many octets are whole lines, and what is to be said of the rest."""
    whole = data.rfind(b"\n") + 1
    if whole == len(data):
        return whole, ""
    shown = data[whole : whole + MAX_SHOWN].decode("ascii", "replace")
    return whole, f"an unfinished line of {len(data) - whole} octets was cut: {shown}"


def _write_head(path: Path, head: Head) -> None:
    """Name the last record; of an empty chain there is no head file."""
    if not head.seq:
        _head_file(path).unlink(missing_ok=True)
        return
    text = json.dumps({"seq": head.seq, "hash": head.hash, "start": head.start})
    replace_by(_head_file(path), text.encode() + b"\n", mode=MODE)
    with suppress(OSError):  # a head that a power cut takes back is found to lag, and written anew
        sync_directory(path.parent)


def _head_file(path: Path) -> Path:
    return path.with_name(path.name + ".head")
