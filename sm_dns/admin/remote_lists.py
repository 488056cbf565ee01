"""Lists that others publish: fetched, judged, and kept so that a bad day of theirs changes nothing here.

The last good list stays in a cache directory: `NAME.json` tells where, when and as what it came and names the body
by its digest, so replacing that one file swaps the list whole.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import idna
from publicsuffixlist import PublicSuffixList

from sm_dns.dns.names import to_text
from sm_dns.lists.entry import Entry
from sm_dns.lists.formats.parser import FORMATS, Problem, entries, format_of
from sm_dns.state.intent import FileChange, Removed, Replaced
from sm_dns.util.download import Fetched, FetchFailed, Limits, Validators, check_url, fetch
from sm_dns.util.errors import BadInput
from sm_dns.util.files import write_atomically
from sm_dns.util.message import Message
from sm_dns.util.typed_json import from_json, to_json

_ID = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")
_MOST_DOTS_OF_A_SUFFIX = (
    4  # spares the look-up for long names; the longest rules of registries have four labels
)


@dataclass(frozen=True, slots=True)
class RemoteList:
    """A list by URL. Shares are of 1: more problem lines than `max_problems`, or a loss of more than `max_loss`
    of the last good list's names, refuse what came. Raises `BadInput` for a name, URL or format that cannot be."""

    name: str
    url: str
    category: str
    format: str = "auto"
    limits: Limits = field(default_factory=Limits)
    max_problems: float = 0.05
    max_loss: float = 0.5

    def __post_init__(self) -> None:
        if not self.name or not _ID.issuperset(self.name):
            raise BadInput("list name {name!r}: lower-case letters, digits and hyphens only", name=self.name)
        if self.format not in FORMATS:
            raise BadInput(
                "list {name}: unknown format {format!r}: one of {formats}",
                name=self.name,
                format=self.format,
                formats=", ".join(FORMATS),
            )
        try:
            check_url(self.url)
        except FetchFailed as error:
            raise BadInput("list {name}: {reason}", name=self.name, reason=error) from error


@dataclass(frozen=True, slots=True)
class Note:
    """What `NAME.json` says of the last good list. Times are POSIX seconds: `fetched` when the body came, `checked`
    when it was last known to be current."""

    url: str
    digest: str
    format: str
    validators: Validators
    fetched: float
    checked: float


@dataclass(frozen=True, slots=True)
class Cached:
    """The last good list: its names, the lines of it that cannot be used, and what is noted of it."""

    names: int
    problems: int
    note: Note


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh came to: `updated`, `unchanged`, or `kept` (the last good list, with the reason).

    `names` is how many rule now; none when there is no good list yet. What is updated rules as soon as `files` are
    changed so, with the record of it.
    """

    status: Literal["updated", "unchanged", "kept"]
    reason: Message
    names: int
    files: tuple[FileChange, ...] = ()


def refresh(source: RemoteList, cache: Path, now: float) -> Refreshed:
    """Fetch a list, judge it, and make ready to replace the last good one by it. `now` is POSIX seconds.

    Nothing that the other side does raises; `OSError` tells that the cache cannot be written.
    """
    try:
        last = load_cached(source, cache)
    except BadInput:
        last = None  # a damaged cache is as good as none: fetched anew, whole
    is_same = last is not None and last.note.url == source.url
    known = last.note.validators if last is not None and is_same else Validators()
    try:
        came = fetch(source.url, known, source.limits)
        if came is None:
            return _still_current(source, cache, last, known, now)
        digest = hashlib.sha256(came.body).hexdigest()
        if last is not None and is_same and digest == last.note.digest:
            return _still_current(source, cache, last, came.validators, now)
        judged = _judged(source, came, last.names if last is not None and is_same else 0)
    except (FetchFailed, BadInput) as error:
        return Refreshed("kept", error.message, last.names if last else 0)
    files = _stored(source, cache, came, judged.format, now)
    reason = Message("{names} names, {problems} lines left out", names=judged.names, problems=judged.problems)
    return Refreshed("updated", reason, judged.names, files)


def load_cached(source: RemoteList, cache: Path) -> Cached | None:
    """The last good list, read as it was accepted; None when there is none. Raises `BadInput` when it is damaged."""
    path = cache / f"{source.name}.json"
    try:
        note, body = _kept(source, cache)
        counted = _counted(body, note.format)
        return Cached(counted.names, counted.problems, note)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise BadInput("the cached list is damaged: {reason}", file=path, reason=error) from error


def cached_entries(source: RemoteList, cache: Path) -> Iterator[Entry]:
    """The entries of the last good list, one by one; none when there is none. Raises `BadInput` as `load_cached`."""
    path = cache / f"{source.name}.json"
    try:
        note, body = _kept(source, cache)
        yield from _usable(body, note.format, [])
    except FileNotFoundError:
        return
    except (OSError, ValueError) as error:
        raise BadInput("the cached list is damaged: {reason}", file=path, reason=error) from error


def _kept(source: RemoteList, cache: Path) -> tuple[Note, bytes]:
    """What is noted of the last good list, and its body. Raises `BadInput` and `OSError`."""
    note = _note(source, cache)
    body = _body_path(source, cache, note.digest).read_bytes()
    if hashlib.sha256(body).hexdigest() != note.digest:
        raise BadInput("the cached body is damaged", file=_note_path(source, cache))
    return note, body


def _note(source: RemoteList, cache: Path) -> Note:
    path = _note_path(source, cache)
    try:
        return from_json(Note, json.loads(path.read_bytes()))
    except (BadInput, ValueError) as error:
        raise BadInput("the cached list is damaged: {reason}", file=path, reason=error) from error


def kept_version(source: RemoteList, cache: Path) -> list[object]:
    """What tells the last good list from another, without reading it; empty when there is none."""
    try:
        note = _note(source, cache)
        body = _body_path(source, cache, note.digest).stat()
        return [note.digest, note.format, body.st_ino, body.st_size, body.st_mtime_ns]
    except (OSError, BadInput):
        return []


@dataclass(frozen=True, slots=True)
class _Counted:
    """A body gone through: how many names it gives, on how many lines, and how many lines cannot be used."""

    format: str
    names: int
    good_lines: int
    problems: int
    example: Message  # of the problems


def _judged(source: RemoteList, came: Fetched, names_before: int) -> _Counted:
    """What came, when it may rule. Raises `BadInput` with the reason when not."""
    counted = _counted(came.body, format_of(_lines(came.body), source.format))
    if not counted.names:
        raise BadInput("no usable name; {example}", example=counted.example)
    share = counted.problems / (counted.problems + counted.good_lines)
    if share > source.max_problems:
        raise BadInput(
            "{share:.0%} of the lines cannot be used; {example}", share=share, example=counted.example
        )
    if counted.names < names_before * (1 - source.max_loss):
        raise BadInput("shrunk from {before} to {names} names", before=names_before, names=counted.names)
    return counted


def _counted(body: bytes, format: str) -> _Counted:
    names = good_lines = last_line = 0
    problems: list[Problem] = []
    for entry in _usable(body, format, problems):
        names += 1
        good_lines += entry.line != last_line
        last_line = entry.line
    return _Counted(format, names, good_lines, len(problems), _example(problems))


def _usable(body: bytes, format: str, problems: list[Problem]) -> Iterator[Entry]:
    """The entries of a body; names that a whole country or registry stands on are problems, whoever lists them."""
    suffixes = _public_suffixes()
    for entry in entries(_lines(body), format, problems, _to_ascii):
        text = to_text(entry.name)
        if text.count(".") < _MOST_DOTS_OF_A_SUFFIX and suffixes.is_public(text):
            problems.append(Problem(entry.line, Message("{text} is a public suffix", text=text)))
            continue
        yield entry


def _lines(body: bytes) -> Iterator[str]:
    """The lines of a body, one by one; octets that are no UTF-8 make a line that cannot be used."""
    at = 0
    while at <= len(body):
        end = body.find(b"\n", at)
        if end < 0:
            end = len(body)
        yield body[at:end].decode("utf-8", "replace")
        at = end + 1


def _still_current(
    source: RemoteList, cache: Path, last: Cached | None, validators: Validators, now: float
) -> Refreshed:
    if last is None:
        return Refreshed("kept", Message("the server says 'not modified' of a list that is not here"), 0)
    note = replace(last.note, url=source.url, validators=validators, checked=now)
    write_atomically(_note_path(source, cache), [_text(note)])
    return Refreshed("unchanged", Message("{names} names", names=last.names), last.names)


def _stored(
    source: RemoteList, cache: Path, came: Fetched, format: str, now: float
) -> tuple[FileChange, ...]:
    """Keep the body, which nothing names yet, and say what puts it in force."""
    digest = hashlib.sha256(came.body).hexdigest()
    cache.mkdir(parents=True, exist_ok=True)
    body = _body_path(source, cache, digest)
    write_atomically(body, [came.body])
    note = Note(source.url, digest, format, came.validators, fetched=now, checked=now)
    left = [*cache.glob(f"{source.name}.*.list"), *cache.glob(f".{source.name}.*")]  # and what a crash left
    return Replaced(_note_path(source, cache), _text(note)), *(Removed(old) for old in left if old != body)


def _text(note: Note) -> bytes:
    return json.dumps(to_json(note), indent=1).encode()


def _note_path(source: RemoteList, cache: Path) -> Path:
    return cache / f"{source.name}.json"


def _body_path(source: RemoteList, cache: Path, digest: str) -> Path:
    return cache / f"{source.name}.{digest[:16]}.list"


def _example(problems: list[Problem]) -> Message:
    if not problems:
        return Message("the list is empty")
    first = min(problems, key=lambda problem: problem.line)
    return Message("first: line {at_line}: {reason}", at_line=first.line, reason=first.reason)


def _to_ascii(text: str) -> str:
    return idna.encode(text, uts46=True).decode("ascii")


@functools.cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True)
