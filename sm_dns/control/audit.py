"""The audit: who changed what, when and why, in lines that nobody can quietly change (AUD-1).

One JSON object a line, in one canonical form. Each holds the hash of the line before it and its own: SHA-256 over
the record without its hash. A head file beside it names the last record, so that a missing end is found too. A line
is durable before the head is; after a crash between the two, exactly one more line than the head names is in order.

Who can write both files can write a new, whole history: `verify` prints the last hash, and a copy of it kept
elsewhere tells the two apart.
"""

from __future__ import annotations

import hashlib
import json
import os
import pwd
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sm_dns.control.clock import utc_iso
from sm_dns.control.files import (
    atomic_write,
    give_to_directory_owner,
    locked,
    locked_for_reading,
    make_directory,
)
from sm_dns.errors import BadInput

FILE = "audit.jsonl"  # in the state directory
START = "0" * 64
FIELDS = ("seq", "at", "who", "action", "target", "why", "detail", "prev", "hash")
RECOVERED = "audit recovered"

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found: `problem` is None for a whole chain; `line` is the first bad line, 1-based."""

    records: int
    last_hash: str
    problem: str | None = None
    line: int | None = None

    @property
    def ok(self) -> bool:
        return self.problem is None


@dataclass(frozen=True, slots=True)
class _Head:
    """The last record: its number, its hash, and the offset in octets at which its line starts."""

    seq: int = 0
    hash: str = START
    start: int = 0


class _Broken(Exception):
    """A line that is no record, or does not follow the one before it; the message says why."""


def current_user() -> str:
    """The person behind this process: the caller of sudo, else the owner of the process, whatever $USER says."""
    sudo = os.environ.get("SUDO_USER")
    if sudo and os.geteuid() == 0:
        return sudo
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


def append(
    path: Path,
    *,
    at: float,
    who: str,
    action: str,
    target: str,
    why: str = "",
    detail: Mapping[str, Any] | None = None,
) -> Record:
    """Add one record, durably, and return it. `at` is POSIX seconds; `detail` is JSON (before, after).

    A damaged file is written on all the same, so that no change goes unrecorded: the new line follows the last
    record that the head file names, and `verify` goes on to say which line is bad.
    """
    make_directory(path.parent)
    with locked(_lock(path)):
        head, remark = _end_of_chain(path)
        if remark:
            head, _ = _add(path, head, _content(at, who, RECOVERED, path.name, remark, {}))
        _, record = _add(path, head, _content(at, who, action, target, why, dict(detail or {})))
    return record


def read(path: Path) -> Iterator[Record]:
    """Every record, first to last, without checking the chain. Raises `BadInput` for a line that is no record."""
    if not path.exists():
        return
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            try:
                yield _parse(line)
            except _Broken as problem:
                raise BadInput(str(problem), file=path, line=number) from problem


def verify(path: Path) -> Verdict:
    """Check the whole chain: finds an edited, removed, inserted, reordered or cut line, and says which."""
    with locked_for_reading(_lock(path)):
        try:
            head = _read_head(path)
        except _Broken as problem:
            return Verdict(0, START, str(problem))
        lines = path.open("rb") if path.exists() else None
        if lines is None:
            gone = f"the file is missing: it had {head.seq} records" if head else None
            return Verdict(0, START, gone)
        with lines:
            return _verify(lines, head)


def _verify(lines: Iterator[bytes], head: _Head | None) -> Verdict:
    last = _Head()
    for number, line in enumerate(lines, start=1):
        try:
            record = _following(last, line)
        except _Broken as problem:
            return Verdict(last.seq, last.hash, str(problem), number)
        last = _Head(record["seq"], record["hash"])
        if head and head.seq == last.seq and head.hash != last.hash:
            return Verdict(last.seq, last.hash, "is not the record that the head file names", number)
    return _against_head(last, head)


def _against_head(last: _Head, head: _Head | None) -> Verdict:
    """Whether a chain that is whole in itself ends where the head file says, or one line after it."""
    known = head.seq if head else 0
    if last.seq < known:
        missing = f"the end is missing: the head file names record {known}"
        return Verdict(last.seq, last.hash, missing, last.seq + 1)
    if last.seq > known + 1:
        short = f"the head file names only {known} records" if head else "the head file is missing"
        return Verdict(last.seq, last.hash, short)
    return Verdict(last.seq, last.hash)


def _content(at: float, who: str, action: str, target: str, why: str, detail: dict[str, Any]) -> Record:
    return {"at": utc_iso(at), "who": who, "action": action, "target": target, "why": why, "detail": detail}


def _add(path: Path, head: _Head, content: Record) -> tuple[_Head, Record]:
    record = {"seq": head.seq + 1, **content, "prev": head.hash}
    record["hash"] = _hash(record)
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
    with os.fdopen(descriptor, "ab") as stream:
        give_to_directory_owner(descriptor, path.parent)
        start = stream.seek(0, os.SEEK_END)
        stream.write(_line(record))
        stream.flush()
        os.fsync(descriptor)
    head = _Head(record["seq"], record["hash"], start)
    text = json.dumps({"seq": head.seq, "hash": head.hash, "start": head.start})
    atomic_write(_head_file(path), text.encode() + b"\n", mode=0o640)
    return head, record


def _end_of_chain(path: Path) -> tuple[_Head, str]:
    """The record that the next one follows, and what had to be mended to get there (mostly nothing)."""
    try:
        head = _read_head(path)
    except _Broken as problem:
        return _last_whole(path), str(problem)
    if not path.exists():
        return head or _Head(), "the file was missing" if head else ""
    if head is None:
        found = _last_whole(path)
        return found, "the head file was missing" if found.seq > 1 else _mend_end(path)
    with path.open("rb") as stream:
        stream.seek(head.start)
        lines = stream.read().splitlines(keepends=True)
    if not lines or not _is_record(lines[0], head):
        return head, "the file did not end with the record that the head file names" + _mend_end(path)
    if len(lines) == 1:
        return head, ""
    if not lines[1].endswith(b"\n"):
        return head, _mend_end(path)
    try:
        record = _following(head, lines[1])
    except _Broken:
        return head, "a line that does not follow stood at the end"
    return _Head(record["seq"], record["hash"], head.start + len(lines[0])), ""


def _mend_end(path: Path) -> str:
    """Cut a last line that a crash left unfinished; the text that was cut goes into the remark."""
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole == len(data):
        return ""
    os.truncate(path, whole)
    return f"an unfinished line was cut: {data[whole:].decode('ascii', 'replace')}"


def _last_whole(path: Path) -> _Head:
    last = _Head()
    start = 0
    if not path.exists():
        return last
    with path.open("rb") as stream:
        for line in stream:
            try:
                record = _following(last, line)
            except _Broken:
                break
            last = _Head(record["seq"], record["hash"], start)
            start += len(line)
    return last


def _following(last: _Head, line: bytes) -> Record:
    """The record of a line that must follow `last`. Raises `_Broken`."""
    record = _parse(line)
    if record["hash"] != _hash(record):
        raise _Broken("was edited: its hash is not that of its content")
    if record["seq"] != last.seq + 1:
        raise _Broken(f"is record {record['seq']!r} where record {last.seq + 1} belongs")
    if record["prev"] != last.hash:
        raise _Broken("does not follow the line before it")
    return record


def _is_record(line: bytes, head: _Head) -> bool:
    try:
        record = _parse(line)
    except _Broken:
        return False
    return (record["seq"], record["hash"], _hash(record)) == (head.seq, head.hash, head.hash)


def _parse(line: bytes) -> Record:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise _Broken("is not a record") from error
    if not isinstance(record, dict) or tuple(record) != FIELDS or _line(record) != line:
        raise _Broken("is not a record in the form that is written here")
    return record


def _line(record: Record) -> bytes:
    return json.dumps(record, separators=(",", ":")).encode("ascii") + b"\n"


def _hash(record: Record) -> str:
    content = {key: value for key, value in record.items() if key != "hash"}
    return hashlib.sha256(_line(content)).hexdigest()


def _read_head(path: Path) -> _Head | None:
    file = _head_file(path)
    if not file.exists():
        return None
    try:
        head = _Head(**json.loads(file.read_bytes()))
    except (ValueError, TypeError) as error:
        raise _Broken("the head file is damaged") from error
    if not isinstance(head.seq, int) or not isinstance(head.start, int) or head.start < 0:
        raise _Broken("the head file is damaged")
    return head


def _head_file(path: Path) -> Path:
    return path.with_name(path.name + ".head")


def _lock(path: Path) -> Path:
    return path.with_name(path.name + ".lock")
