"""What a list would give, line by line, before anything is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Annotated

from sm_dns.admin.listing.body import Body
from sm_dns.admin.listing.includes import with_includes
from sm_dns.admin.listing.never_close import NeverClose
from sm_dns.admin.remote_lists import RemoteList, fetch_whole, kept_body, refuse_useless
from sm_dns.dns.names import to_text
from sm_dns.lists.entry import Entry
from sm_dns.lists.formats.left_out import MAX_KEPT
from sm_dns.lists.sources import read_octets
from sm_dns.util.download import FetchFailed, Validators
from sm_dns.util.errors import BadInput
from sm_dns.util.message import NOTHING, Message
from sm_dns.util.schema_notes import one_of, says


@dataclass(frozen=True, slots=True)
class TakenLine:
    """A line that gives a name, or takes one out of its list."""

    line: int
    name: str
    exact: Annotated[bool, says("that name alone, nothing below it")]
    exception: Annotated[bool, says("its own list does not hold for the name")]


@dataclass(frozen=True, slots=True)
class LeftOutLine:
    """A line that gives nothing, and why."""

    line: int
    kind: Annotated[str, one_of("unusable", "beyond-dns", "stays-open")]
    reason: Message


@dataclass(frozen=True, slots=True)
class Preview:
    """What a list gives. `problems` are lines without any known form, `beyond_dns` those that DNS cannot carry,
    `stays_open` those whose names lists by URL never close."""

    source: Annotated[str, says("the URL or the file")]
    format: Annotated[str, says("the format of most of its lines")]
    names: int
    exceptions: int
    problems: int
    beyond_dns: int
    stays_open: int
    refused: Annotated[Message, says("why it would not be taken; empty where it would be")]
    taken: Annotated[tuple[TakenLine, ...], says("the first lines that give names")]
    left_out: Annotated[tuple[LeftOutLine, ...], says("the first lines that give nothing")]


def preview_url(source: RemoteList, open_names: NeverClose, most: int) -> Preview:
    """Of a list by URL, fetched now; at most so many lines of each kind. Raises `BadInput` where it cannot be had."""
    try:
        came = fetch_whole(source, Validators())
    except FetchFailed as error:
        raise BadInput("{url}: {reason}", url=source.url, reason=error) from error
    assert came is not None, "nothing was known of it"
    return _preview(source.url, Body(came.body, source.format, open_names), source.max_unusable, most)


def preview_file(path: Path, source: RemoteList, open_names: NeverClose, most: int) -> Preview:
    """The same of a file, with what it includes from beside it. Raises `BadInput`."""

    def beside(name: str) -> bytes:
        try:
            return read_octets(path.parent / name)
        except BadInput as error:
            raise FetchFailed(error.message) from error

    content = read_octets(path)
    try:
        whole = with_includes(content, beside) if source.format in ("auto", "v2fly") else content
    except FetchFailed as error:
        raise BadInput(error.message, file=path) from error
    return _preview(str(path), Body(whole, source.format, open_names), source.max_unusable, most)


def preview_kept(source: RemoteList, cache: Path, open_names: NeverClose, most: int) -> Preview:
    """Of the last good copy of a list. Raises `BadInput` where there is none, or a damaged one."""
    body = kept_body(source, cache, open_names)
    if body is None:
        raise BadInput("list {name!r} was never fetched: run `sm-dns lists refresh`", name=source.name)
    return _preview(source.url, body, source.max_unusable, most)


def _preview(source: str, body: Body, max_unusable: float, most: int) -> Preview:
    format = body.main_format()
    entries = body.entries()
    taken = tuple(_taken(entry) for entry in islice(entries, most))
    for _ in entries:
        pass
    refused = NOTHING
    try:
        refuse_useless(body, max_unusable)
    except BadInput as error:
        refused = error.reason
    lines = body.left_out.lines[: min(most, MAX_KEPT)]
    left_out = tuple(LeftOutLine(one.line, one.kind, one.reason) for one in lines)
    read = body.read(source)
    return Preview(
        source,
        format,
        read.names,
        read.exceptions,
        read.unusable,
        read.beyond_dns,
        read.stays_open,
        refused,
        taken,
        left_out,
    )


def _taken(entry: Entry) -> TakenLine:
    return TakenLine(entry.line, to_text(entry.name), entry.exact, entry.excepts is not None)
