"""The form of the audit: lines that hold the hash of the line before them, and what is wrong with lines that do not.

One JSON object a line, in one canonical form. `hash` is the SHA-256 of the record without it, `prev` that of the
record before. Nothing here touches a disk.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, NamedTuple

from sm_dns.util.errors import Spoken
from sm_dns.util.message import Message
from sm_dns.util.strict_json import Json

START = "0" * 64


class Content(NamedTuple):
    """What a record says: at (ISO 8601, UTC) who did what to what, and why. detail: what else is kept of it."""

    at: str
    who: str
    action: str
    target: str
    why: str
    detail: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Record:
    """One line: a content by its number, with the hash of the record before and its own.

    What `detail` holds depends on the action.
    """

    seq: int
    at: str
    who: str
    action: str
    target: str
    why: str
    detail: Mapping[str, Any]
    prev: str
    hash: str


FIELDS = tuple(field.name for field in fields(Record))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found: `problem` is None for a whole chain; `line` is the first bad line, 1-based."""

    records: int
    last_hash: str
    problem: Message | None = None
    line: int | None = None

    @property
    def ok(self) -> bool:
        return self.problem is None


@dataclass(frozen=True, slots=True)
class Head:
    """The last record: its number, its hash, and the offset in octets at which its line starts."""

    seq: int = 0
    hash: str = START
    start: int = 0


class Broken(Spoken):
    """A line that is no record, or does not follow the one before it; the message says why."""


def sealed(head: Head, content: Content) -> Record:
    """The record that follows `head` and says `content`."""
    record = Record(head.seq + 1, *content, prev=head.hash, hash="")
    return replace(record, hash=hash_of(record))


def verified(lines: Iterable[bytes], head: Head | None) -> Verdict:
    """Check every line, and that they end where the head file says or one line after it."""
    last = Head()
    for number, line in enumerate(lines, start=1):
        try:
            record = following(last, line)
        except Broken as problem:
            return Verdict(last.seq, last.hash, problem.message, number)
        last = Head(record.seq, record.hash)
        if head and head.seq == last.seq and head.hash != last.hash:
            return Verdict(last.seq, last.hash, Message("is not the record that the head file names"), number)
    return _against_head(last, head)


def _against_head(last: Head, head: Head | None) -> Verdict:
    known = head.seq if head else 0
    if last.seq < known:
        missing = Message("the end is missing: the head file names record {known}", known=known)
        return Verdict(last.seq, last.hash, missing, last.seq + 1)
    if last.seq > known + 1:
        short = (
            Message("the head file names only {known} records", known=known)
            if head
            else Message("the head file is missing")
        )
        return Verdict(last.seq, last.hash, short)
    return Verdict(last.seq, last.hash)


def last_whole(lines: Iterable[bytes]) -> Head:
    """The last record of the lines that follow one another from the first on."""
    last, start = Head(), 0
    for line in lines:
        try:
            record = following(last, line)
        except Broken:
            break
        last = Head(record.seq, record.hash, start)
        start += len(line)
    return last


def following(last: Head, line: bytes) -> Record:
    """The record of a line that must follow `last`. Raises `Broken`."""
    record = parse(line)
    if record.hash != hash_of(record):
        raise Broken("was edited: its hash is not that of its content")
    if record.seq != last.seq + 1:
        raise Broken(
            "is record {seq!r} where record {expected} belongs", seq=record.seq, expected=last.seq + 1
        )
    if record.prev != last.hash:
        raise Broken("does not follow the line before it")
    return record


def is_record(line: bytes, head: Head) -> bool:
    """Whether a line is the very record that a head names."""
    try:
        record = parse(line)
    except Broken:
        return False
    return (record.seq, record.hash, hash_of(record)) == (head.seq, head.hash, head.hash)


def parse(line: bytes) -> Record:
    """The record of a line, whatever it follows. Raises `Broken`."""
    try:
        found = json.loads(line)
    except ValueError as error:
        raise Broken("is not a record") from error
    if not isinstance(found, dict) or tuple(found) != FIELDS:
        raise Broken("is not a record in the form that is written here")
    record = Record(**found)
    if line_of(record) != line:
        raise Broken("is not a record in the form that is written here")
    return record


def line_of(record: Record) -> bytes:
    """The one form in which a record is written."""
    return _text({name: getattr(record, name) for name in FIELDS})


def hash_of(record: Record) -> str:
    """What seals a record: the SHA-256 of all but its hash."""
    content = {name: getattr(record, name) for name in FIELDS if name != "hash"}
    return hashlib.sha256(_text(content)).hexdigest()


def _text(content: Mapping[str, Json]) -> bytes:
    return json.dumps(content, separators=(",", ":")).encode("ascii") + b"\n"
