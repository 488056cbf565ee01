"""List files on disk, each line with its provenance. These are written by people, so they are read strictly."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sm_dns.lists.encoding import octet_lines, refuse_utf16
from sm_dns.lists.entry import Entry, Tag
from sm_dns.lists.formats.left_out import LeftOut
from sm_dns.lists.formats.parser import entries
from sm_dns.lists.formats.rule import ToAscii
from sm_dns.util.errors import BadInput
from sm_dns.util.message import system_reason

MAX_FILE = 64 * 1024 * 1024  # octets
SITE_SERVICE = "site"

Row = tuple[Entry, Tag]

_ID = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-")


@dataclass(frozen=True, slots=True)
class Service:
    """A service of the shipped catalogue: `id` is the file's stem, `name` what people call it. One that is not `on`
    is known, and its names are not listed."""

    category: str
    id: str
    name: str
    list: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class Zones:
    """Everything a directory of service lists says: rows for the index, and the catalogue."""

    rows: list[Row]
    services: list[Service]


def read_text(path: Path) -> str:
    """The text of a regular file of at most `MAX_FILE` octets of UTF-8.

    A FIFO or device is refused without waiting on it. Raises `BadInput`, with the line of a bad octet.
    """
    return "\n".join(_lines(path, read_octets(path)))


def _lines(path: Path, content: bytes) -> Iterator[str]:
    """The lines of a file's content, one by one. Raises `BadInput` for one that is not UTF-8."""
    try:
        refuse_utf16(content)
    except BadInput as error:
        raise BadInput(error.reason, file=path, line=error.line) from None
    for number, line in enumerate(octet_lines(content), start=1):
        try:
            yield line.decode("utf-8")
        except UnicodeDecodeError as error:
            raise BadInput("not UTF-8", file=path, line=number) from error


def read_octets(path: Path) -> bytes:
    """A regular file of at most `MAX_FILE` octets; a FIFO or device is refused without waiting. Raises `BadInput`."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise BadInput("cannot be read: {reason}", file=path, reason=system_reason(error)) from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise BadInput("not a regular file", file=path)
    with os.fdopen(descriptor, "rb") as file:
        content = file.read(MAX_FILE + 1)
    if len(content) > MAX_FILE:
        raise BadInput("over {most} octets", file=path, most=MAX_FILE)
    return content


def read_list_file(
    path: Path, category: str, service: str, list_name: str, to_ascii: ToAscii | None = None
) -> Iterator[Row]:
    """The rows of one list in our own format, one by one: there may be millions.

    Raises `BadInput` with file, line and reason of the first bad line, at the end at the latest.
    """
    return _rows(path, _lines(path, read_octets(path)), Tag(category, service, list_name), to_ascii)


def read_zones(directory: Path, switched_on: Collection[str] = ()) -> Zones:
    """Read `CATEGORY/SERVICE.txt` below a directory, in order of name.

    Every file needs a `# name:` header. One with `# optional: yes` lists its names only where its service is among
    those `switched_on`. Raises `BadInput` as `read_list_file` does, and when there is no list.
    """
    zones = Zones([], [])
    for path in sorted(directory.glob("*/*.txt")):
        category, service = path.parent.name, path.stem
        _check_id(category, path)
        _check_id(service, path)
        text = read_text(path)
        headers = read_headers(text.splitlines())
        if not headers.get("name"):
            raise BadInput("no '# name:' header", file=path)
        if headers.get("category", category) != category:
            raise BadInput(
                "says category {named!r} in the folder of {category!r}",
                file=path,
                named=headers["category"],
                category=category,
            )
        list_name = f"shipped:{category}/{path.name}"
        is_on = "optional" not in headers or service in switched_on
        if is_on:
            zones.rows.extend(_rows(path, text.split("\n"), Tag(category, service, list_name), None))
        zones.services.append(Service(category, service, headers["name"], list_name, is_on))
    if not zones.services:
        raise BadInput("no CATEGORY/SERVICE.txt in this directory", file=directory)
    return zones


def read_site(files: Iterable[Path], to_ascii: ToAscii | None = None) -> Iterator[Row]:
    """Read the site's own `CATEGORY.txt` files row by row. Raises `BadInput` as `read_list_file` does."""
    for path in files:
        _check_id(path.stem, path)
        yield from read_list_file(path, path.stem, SITE_SERVICE, f"site:{path.name}", to_ascii)


def read_headers(lines: Iterable[str]) -> dict[str, str]:
    """The `# key: value` comments before the first name, by key."""
    headers: dict[str, str] = {}
    for line in lines:
        text = line.strip()
        if text and not text.startswith("#"):
            break
        key, colon, value = text.removeprefix("#").partition(":")
        if colon:
            headers.setdefault(key.strip(), value.strip())
    return headers


def _rows(path: Path, lines: Iterable[str], tag: Tag, to_ascii: ToAscii | None) -> Iterator[Row]:
    left_out = LeftOut()
    problems = left_out.lines
    try:
        for entry in entries(lines, "plain", left_out, to_ascii):
            if problems:
                break
            yield entry, tag
    except BadInput as error:
        raise BadInput(error.reason, file=path, line=error.line) from error
    if problems:
        raise BadInput(problems[0].reason, file=path, line=problems[0].line)


def _check_id(name: str, path: Path) -> None:
    if not name or not _ID.issuperset(name):
        raise BadInput(
            "{name!r} cannot name a category or service: lower-case letters, digits, hyphens",
            file=path,
            name=name,
        )
