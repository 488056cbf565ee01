"""The site's own lists: `ZONES_DIR/CATEGORY.txt`, edited line by line; comments and order stay."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sm_dns.admin.domain_names import to_ascii
from sm_dns.dns import names
from sm_dns.lists.entry import Entry, Match, Tag
from sm_dns.lists.exceptions import without_excepted
from sm_dns.lists.sources import SITE_SERVICE, Row, read_list_file, read_text
from sm_dns.state.intent import Replaced

_HEADER = "# {category}: the site's own names, one a line; written by `sm-dns domains`, and yours to edit.\n"


@dataclass(frozen=True, slots=True)
class Placing:
    """What adding a name means: `covered` where the category has it already, `elsewhere` what other ones say."""

    name: bytes
    covered: Match | None
    elsewhere: tuple[Match, ...]


def site_file(zones_dir: Path, category: str) -> Path:
    """The file that holds the site's own names of a category."""
    return zones_dir / f"{category}.txt"


def find(rows: Iterable[Row], name: bytes) -> list[Match]:
    """Every listed name that covers a name, the most specific first, without what its list excepts."""
    above = set(names.suffixes(name))
    found = [
        Match(replace(tag, excepts=entry.excepts), entry.name, entry.exact, entry.line)
        for entry, tag in rows
        if entry.name in above and (entry.name == name or not entry.exact)
    ]
    return sorted(without_excepted(found), key=lambda match: -len(match.name))


def place(rows: Sequence[Row], category: str, wanted: Iterable[bytes]) -> list[Placing]:
    """For each name, in order, whether the category covers it already: by a list, or by an earlier name."""
    placings: list[Placing] = []
    earlier: list[Row] = []
    for name in wanted:
        matches = find([*rows, *earlier], name)
        # An exact entry covers the name alone; adding the name means everything below it too.
        covered = next((one for one in matches if one.tag.category == category and not one.exact), None)
        elsewhere = tuple(one for one in matches if one.tag.category != category)
        placings.append(Placing(name, covered, elsewhere))
        if covered is None:
            earlier.append((Entry(name, exact=False, line=0), Tag(category, SITE_SERVICE, "this command")))
    return placings


def added(zones_dir: Path, category: str, wanted: Iterable[bytes]) -> Replaced:
    """The category's file with names appended."""
    path = site_file(zones_dir, category)
    text = read_text(path) if path.exists() else _HEADER.format(category=category)
    if text and not text.endswith("\n"):
        text += "\n"
    text += "".join(f"{names.to_text(name)}\n" for name in wanted)
    return Replaced(path, text.encode())


def removed(zones_dir: Path, category: str, unwanted: Iterable[bytes]) -> tuple[Replaced, list[str]]:
    """The category's file without every line that lists one of the names, and those lines.

    Raises `BadInput` where the file is damaged; a name that it does not list is passed over.
    """
    path = site_file(zones_dir, category)
    gone = set(unwanted)
    rows = read_list_file(path, category, SITE_SERVICE, f"site:{path.name}", to_ascii)
    numbers = {entry.line for entry, _ in rows if entry.name in gone}
    # The parser counts lines by line feeds alone.
    lines = read_text(path).split("\n")
    taken = [line.strip() for number, line in enumerate(lines, start=1) if number in numbers]
    kept = [line for number, line in enumerate(lines, start=1) if number not in numbers]
    return Replaced(path, "\n".join(kept).encode()), taken
