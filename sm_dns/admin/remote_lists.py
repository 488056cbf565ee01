"""Lists that others publish: fetched, judged, and kept so that a bad day of theirs changes nothing here.

The last good list stays in a cache directory: `NAME.json` tells where, when and as what it came and names the body
by its digest, so replacing that one file swaps the list whole.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin

from sm_dns.admin.listing.body import Body
from sm_dns.admin.listing.includes import with_includes
from sm_dns.admin.listing.never_close import NeverClose
from sm_dns.lists.entry import Entry
from sm_dns.lists.formats.parser import FORMATS
from sm_dns.lists.list_read import ListRead
from sm_dns.state.intent import FileChange, Removed, Replaced
from sm_dns.util.download import Fetched, FetchFailed, Limits, Validators, check_url, fetch
from sm_dns.util.errors import BadInput
from sm_dns.util.files import write_atomically
from sm_dns.util.message import Message
from sm_dns.util.typed_json import from_json, to_json

_ID = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


@dataclass(frozen=True, slots=True)
class RemoteList:
    """A list by URL. Shares are of 1: more unusable lines than `max_unusable`, or a loss of more than `max_loss`
    of the last good list's names, refuse what came. Raises `BadInput` for a name, URL or format that cannot be."""

    name: str
    url: str
    category: str
    format: str = "auto"
    limits: Limits = field(default_factory=Limits)
    max_unusable: float = 0.05
    max_loss: float = 0.5

    @property
    def tag(self) -> str:
        """What a `Tag` calls the list."""
        return f"remote:{self.name}"

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
    when it was last known to be current. `format` is the one it was accepted in, and is read in."""

    url: str
    digest: str
    format: str
    validators: Validators
    fetched: float
    checked: float


@dataclass(frozen=True, slots=True)
class Cached:
    """The last good list: what is read of it, the format of most of its lines, and what is noted of it."""

    read: ListRead
    format: str
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


def refresh(source: RemoteList, cache: Path, open_names: NeverClose, now: float) -> Refreshed:
    """Fetch a list, judge it, and make ready to replace the last good one by it. `now` is POSIX seconds.

    Nothing that the other side does raises; `OSError` tells that the cache cannot be written.
    """
    try:
        last = load_cached(source, cache, open_names)
    except (BadInput, PermissionError):
        last = None  # a damaged cache is as good as none: fetched anew, whole
    is_same = last is not None and last.note.url == source.url
    is_alike = last is not None and is_same and last.note.format == source.format
    known = last.note.validators if last is not None and is_alike else Validators()
    names = last.read.names if last is not None else 0
    try:
        came = fetch_whole(source, known)
        if came is None:
            return _still_current(source, cache, last, known, now)
        digest = hashlib.sha256(came.body).hexdigest()
        if last is not None and is_alike and digest == last.note.digest:
            return _still_current(source, cache, last, came.validators, now)
        read = _judged(source, came, open_names, names if is_same else 0)
    except (FetchFailed, BadInput) as error:
        return Refreshed("kept", error.message, names)
    files = _stored(source, cache, came, now)
    return Refreshed("updated", told(read), read.names, files)


def fetch_whole(source: RemoteList, known: Validators) -> Fetched | None:
    """A list with what it includes; None when the server says that what is known is still current.

    A list that includes others has no validators: the next time all of them are fetched. All share the limits of
    seconds. Raises `FetchFailed`.
    """
    end = time.monotonic() + source.limits.seconds
    came = fetch(source.url, known, source.limits)
    if came is None or source.format not in ("auto", "v2fly"):
        return came

    def beside(name: str) -> bytes:
        limits = replace(source.limits, seconds=max(0.01, end - time.monotonic()))
        found = fetch(urljoin(source.url, name), Validators(), limits)
        assert found is not None, "nothing was known of it"
        return found.body

    body = with_includes(came.body, beside)
    return came if body is came.body else Fetched(body, Validators())


def told(read: ListRead) -> Message:
    """What was read of a list, in words."""
    left_out = read.unusable + read.beyond_dns + read.stays_open
    return Message("{names} names, {problems} lines left out", names=read.names, problems=left_out)


def load_cached(source: RemoteList, cache: Path, open_names: NeverClose) -> Cached | None:
    """The last good list, read as it was accepted; None when there is none. Raises `BadInput` when it is damaged,
    `PermissionError`."""
    body = kept_body(source, cache, open_names)
    if body is None:
        return None
    with _damage_told(source, cache):
        for _ in body.entries():
            pass
        return Cached(body.read(source.tag), body.main_format(), _note(source, cache))


def kept_body(source: RemoteList, cache: Path, open_names: NeverClose) -> Body | None:
    """The body of the last good list, to be gone through; None when there is none. Raises as `load_cached`."""
    with _damage_told(source, cache):
        try:
            note, body = _kept(source, cache)
        except FileNotFoundError:
            return None
        return Body(body, note.format, open_names)


def cached_entries(
    source: RemoteList, cache: Path, open_names: NeverClose, reads: list[ListRead]
) -> Iterator[Entry]:
    """The entries of the last good list, one by one; none when there is none. What was read of it is put to `reads`
    at the end. Raises `BadInput` as `load_cached`."""
    body = kept_body(source, cache, open_names)
    if body is not None:
        with _damage_told(source, cache):
            yield from body.entries()
        reads.append(body.read(source.tag))


@contextmanager
def _damage_told(source: RemoteList, cache: Path) -> Iterator[None]:
    try:
        yield
    except PermissionError:  # it is whole, and not for this user
        raise
    except (OSError, ValueError) as error:
        path = _note_path(source, cache)
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


def _judged(source: RemoteList, came: Fetched, open_names: NeverClose, names_before: int) -> ListRead:
    """What came, when it may rule. Raises `BadInput` with the reason when not."""
    body = Body(came.body, source.format, open_names)
    for _ in body.entries():
        pass
    refuse_useless(body, source.max_unusable)
    if body.names < names_before * (1 - source.max_loss):
        raise BadInput("shrunk from {before} to {names} names", before=names_before, names=body.names)
    return body.read(source.tag)


def refuse_useless(body: Body, max_unusable: float) -> None:
    """Raise `BadInput` for a body, gone through, that gave no name or has too large a share of unusable lines."""
    first = body.left_out.first()
    example = (
        Message("the list is empty")
        if first is None
        else Message("first: line {at_line}: {reason}", at_line=first.line, reason=first.reason)
    )
    if not body.names:
        raise BadInput("no usable name; {example}", example=example)
    share = body.left_out.unusable / (body.left_out.unusable + body.good_lines)
    if share > max_unusable:
        raise BadInput("{share:.0%} of the lines cannot be used; {example}", share=share, example=example)


def _still_current(
    source: RemoteList, cache: Path, last: Cached | None, validators: Validators, now: float
) -> Refreshed:
    if last is None:
        return Refreshed("kept", Message("the server says 'not modified' of a list that is not here"), 0)
    note = replace(last.note, url=source.url, validators=validators, checked=now)
    write_atomically(_note_path(source, cache), [_text(note)])
    names = last.read.names
    return Refreshed("unchanged", Message("{names} names", names=names), names)


def _stored(source: RemoteList, cache: Path, came: Fetched, now: float) -> tuple[FileChange, ...]:
    """Keep the body, which nothing names yet, and say what puts it in force."""
    digest = hashlib.sha256(came.body).hexdigest()
    cache.mkdir(parents=True, exist_ok=True)
    body = _body_path(source, cache, digest)
    write_atomically(body, [came.body])
    note = Note(source.url, digest, source.format, came.validators, fetched=now, checked=now)
    left = [*cache.glob(f"{source.name}.*.list"), *cache.glob(f".{source.name}.*")]  # and what a crash left
    return Replaced(_note_path(source, cache), _text(note)), *(Removed(old) for old in left if old != body)


def _text(note: Note) -> bytes:
    return json.dumps(to_json(note), indent=1).encode()


def _note_path(source: RemoteList, cache: Path) -> Path:
    return cache / f"{source.name}.json"


def _body_path(source: RemoteList, cache: Path, digest: str) -> Path:
    return cache / f"{source.name}.{digest[:16]}.list"
