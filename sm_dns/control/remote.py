"""Lists that others publish: fetched, judged, and kept so that a bad day of theirs changes nothing here.

The last good list stays in a cache directory: `NAME.json` tells where, when and as what it came and names the body
by its digest, so replacing that one file swaps the list whole.
"""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

import idna
from publicsuffixlist import PublicSuffixList

from sm_dns.control.fetch import Fetched, FetchFailed, Limits, Validators, check_url, fetch
from sm_dns.control.intent import FileChange, Removed, Replaced
from sm_dns.dns.names import to_text
from sm_dns.errors import BadInput
from sm_dns.lists.atomic import write_atomically
from sm_dns.lists.entry import Entry
from sm_dns.lists.formats.reading import FORMATS, Parsed, Problem, parse

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
            raise BadInput(f"list name {self.name!r}: lower-case letters, digits and hyphens only")
        if self.format not in FORMATS:
            raise BadInput(f"list {self.name}: unknown format {self.format!r}: one of {', '.join(FORMATS)}")
        try:
            check_url(self.url)
        except FetchFailed as error:
            raise BadInput(f"list {self.name}: {error}") from error


@dataclass(frozen=True, slots=True)
class Cached:
    """The last good list. Times are POSIX seconds: `fetched` when the body came, `checked` when it was last
    known to be current."""

    entries: list[Entry]
    problems: int
    format: str
    url: str
    validators: Validators
    fetched: float
    checked: float
    digest: str


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh came to: `updated`, `unchanged`, or `kept` (the last good list, with the reason).

    `entries` is what rules now; empty when there is no good list yet. What is updated rules as soon as `files` are
    changed so, with the record of it.
    """

    status: Literal["updated", "unchanged", "kept"]
    reason: str
    entries: list[Entry]
    files: tuple[FileChange, ...] = ()


def refresh(source: RemoteList, cache: Path, now: float) -> Refreshed:
    """Fetch a list, judge it, and make ready to replace the last good one by it. `now` is POSIX seconds.

    Nothing that the other side does raises; `OSError` tells that the cache cannot be written.
    """
    try:
        last = load_cached(source, cache)
    except BadInput:
        last = None  # a damaged cache is as good as none: fetched anew, whole
    is_same = last is not None and last.url == source.url
    known = last.validators if last is not None and is_same else Validators()
    try:
        came = fetch(source.url, known, source.limits)
        if came is None:
            return _still_current(source, cache, last, known, now)
        digest = hashlib.sha256(came.body).hexdigest()
        if last is not None and is_same and digest == last.digest:
            return _still_current(source, cache, last, came.validators, now)
        parsed = _judged(source, came, len(last.entries) if last is not None and is_same else 0)
    except (FetchFailed, BadInput) as error:
        return Refreshed("kept", str(error), last.entries if last else [])
    files = _stored(source, cache, came, parsed.format, now)
    reason = f"{len(parsed.entries)} names, {len(parsed.problems)} lines left out"
    return Refreshed("updated", reason, parsed.entries, files)


def load_cached(source: RemoteList, cache: Path) -> Cached | None:
    """The last good list, read as it was accepted; None when there is none. Raises `BadInput` when it is damaged."""
    path = cache / f"{source.name}.json"
    try:
        meta = json.loads(path.read_bytes())
        body = _body_path(source, cache, meta["digest"]).read_bytes()
        if hashlib.sha256(body).hexdigest() != meta["digest"]:
            raise BadInput("the cached body is damaged", file=path)
        parsed = _parsed(body, meta["format"])
        return Cached(
            parsed.entries,
            len(parsed.problems),
            meta["format"],
            meta["url"],
            Validators(**meta["validators"]),
            float(meta["fetched"]),
            float(meta["checked"]),
            meta["digest"],
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(f"the cached list is damaged: {error}", file=path) from error


def kept_version(source: RemoteList, cache: Path) -> list[object]:
    """What tells the last good list from another, without reading it; empty when there is none."""
    try:
        meta = json.loads((cache / f"{source.name}.json").read_bytes())
        body = _body_path(source, cache, meta["digest"]).stat()
        return [meta["digest"], meta["format"], body.st_ino, body.st_size, body.st_mtime_ns]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _judged(source: RemoteList, came: Fetched, names_before: int) -> Parsed:
    """The list that came, when it may rule. Raises `BadInput` with the reason when not."""
    parsed = _parsed(came.body, source.format)
    if not parsed.entries:
        raise BadInput(f"no usable name; {_example(parsed.problems)}")
    good_lines = len({entry.line for entry in parsed.entries})
    share = len(parsed.problems) / (len(parsed.problems) + good_lines)
    if share > source.max_problems:
        raise BadInput(f"{share:.0%} of the lines cannot be used; {_example(parsed.problems)}")
    if len(parsed.entries) < names_before * (1 - source.max_loss):
        raise BadInput(f"shrunk from {names_before} to {len(parsed.entries)} names")
    return parsed


def _parsed(body: bytes, format: str) -> Parsed:
    """Parse a body; names that a whole country or registry stands on are problems, whoever lists them."""
    parsed = parse(body.decode("utf-8", "replace").split("\n"), format, _to_ascii)
    suffixes = _public_suffixes()
    entries: list[Entry] = []
    problems = parsed.problems
    for entry in parsed.entries:
        text = to_text(entry.name)
        if text.count(".") < _MOST_DOTS_OF_A_SUFFIX and suffixes.is_public(text):
            problems.append(Problem(entry.line, f"{text} is a public suffix"))
            continue
        entries.append(entry)
    return Parsed(parsed.format, entries, problems)


def _still_current(
    source: RemoteList, cache: Path, last: Cached | None, validators: Validators, now: float
) -> Refreshed:
    if last is None:
        return Refreshed("kept", "the server says 'not modified' of a list that is not here", [])
    meta = _meta(source, last.digest, last.format, validators, fetched=last.fetched, checked=now)
    _write_meta(source, cache, meta)
    return Refreshed("unchanged", f"{len(last.entries)} names", last.entries)


def _stored(
    source: RemoteList, cache: Path, came: Fetched, format: str, now: float
) -> tuple[FileChange, ...]:
    """Keep the body, which nothing names yet, and say what puts it in force."""
    digest = hashlib.sha256(came.body).hexdigest()
    cache.mkdir(parents=True, exist_ok=True)
    body = _body_path(source, cache, digest)
    write_atomically(body, [came.body])
    meta = _meta(source, digest, format, came.validators, fetched=now, checked=now)
    left = [*cache.glob(f"{source.name}.*.list"), *cache.glob(f".{source.name}.*")]  # and what a crash left
    return Replaced(_meta_path(source, cache), _text(meta)), *(Removed(old) for old in left if old != body)


def _meta(
    source: RemoteList, digest: str, format: str, validators: Validators, *, fetched: float, checked: float
) -> dict[str, object]:
    return {
        "url": source.url,
        "digest": digest,
        "format": format,
        "validators": asdict(validators),
        "fetched": fetched,
        "checked": checked,
    }


def _write_meta(source: RemoteList, cache: Path, meta: dict[str, object]) -> None:
    write_atomically(_meta_path(source, cache), [_text(meta)])


def _text(meta: dict[str, object]) -> bytes:
    return json.dumps(meta, indent=1).encode()


def _meta_path(source: RemoteList, cache: Path) -> Path:
    return cache / f"{source.name}.json"


def _body_path(source: RemoteList, cache: Path, digest: str) -> Path:
    return cache / f"{source.name}.{digest[:16]}.list"


def _example(problems: list[Problem]) -> str:
    if not problems:
        return "the list is empty"
    first = min(problems, key=lambda problem: problem.line)
    return f"first: line {first.line}: {first.reason}"


def _to_ascii(text: str) -> str:
    return idna.encode(text, uts46=True).decode("ascii")


@functools.cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True)
