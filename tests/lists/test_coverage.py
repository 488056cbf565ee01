"""The shipped lists against a reference made by others: each of its names is covered, or has a reason not to be."""

from __future__ import annotations

import os
from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

import pytest

from sm_dns.dns.names import to_text
from sm_dns.lists.formats.parser import parse
from tests.conftest import lacking
from tests.lists.zones_as_shipped import OPTIONAL, Shipped

GAPS = Path(__file__).with_name("coverage_gaps.tsv")
MOST_EDITS = 3


class Reason(NamedTuple):
    service: str
    pattern: str
    why: str

    def fits(self, name: str) -> bool:
        if self.pattern.startswith("~"):
            return edits(name.partition(".")[0], self.pattern[1:]) <= MOST_EDITS
        return fnmatchcase(name, self.pattern)


def edits(one: str, other: str) -> int:
    """How many letters must be put in, taken out or exchanged to make one word of another."""
    row = list(range(len(other) + 1))
    for count, letter in enumerate(one, 1):
        diagonal, row[0] = row[0], count
        for at, wanted in enumerate(other, 1):
            diagonal, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, diagonal + (letter != wanted))
    return row[-1]


def reasons() -> list[Reason]:
    lines = GAPS.read_text(encoding="utf-8").splitlines()
    return [Reason(*line.split("\t")) for line in lines if line and not line.startswith("#")]


def reference_files() -> list[Path]:
    shared = Path(os.environ.get("SM_DNS_SHARED", Path(__file__).resolve().parents[3] / "shared"))
    files = sorted((shared / "data/services").glob("*.txt"))
    if not files:
        lacking(f"reference lists below {shared}")
    return [path for path in files if path.stem not in ("LICENSE.v2fly", "canaries")]


def gaps_by_service(shipped: Shipped) -> dict[str, list[str]]:
    gaps: dict[str, list[str]] = {}
    for path in reference_files():
        parsed = parse(path.read_text(encoding="utf-8").split("\n"), "plain")
        assert not parsed.left_out.lines, path
        gaps[path.stem] = [
            to_text(entry.name)
            for entry in parsed.entries
            if not (shipped.covering(entry.name) if entry.exact else shipped.covering_tree(entry.name))
        ]
    return gaps


def test_every_gap_has_a_reason_and_every_reason_a_gap() -> None:
    known = reasons()
    gaps = gaps_by_service(Shipped(OPTIONAL))
    unexplained = [
        f"{service}: {name}"
        for service, names in gaps.items()
        for name in names
        if not any(reason.service == service and reason.fits(name) for reason in known)
    ]
    assert not unexplained
    idle = [reason for reason in known if not any(map(reason.fits, gaps.get(reason.service, [])))]
    assert not idle


def test_no_reason_stands_twice_and_each_says_something() -> None:
    known = reasons()
    assert [
        place for place, times in Counter((r.service, r.pattern) for r in known).items() if times > 1
    ] == []
    assert all(len(reason.why) > 10 for reason in known)


def test_the_canaries_are_answered_as_the_reference_asks() -> None:
    (folder,) = {path.parent for path in reference_files()}
    rows = {entry.name: entry for entry, tag in Shipped().zones.rows if tag.service == "canaries"}
    wanted = [
        line.split("\t")
        for line in (folder / "canaries.txt").read_text(encoding="utf-8").splitlines()
        if line[0] != "#"
    ]
    for name, scope, answer, _ in wanted:
        if name == "_dns.resolver.arpa":
            continue  # covered by resolver.arpa
        (entry,) = parse([name], "plain").entries
        row = rows[entry.name]
        assert (row.exact, row.answer, row.signal) == (scope == "full", answer.lower(), True)


@pytest.mark.parametrize(
    ("word", "distance"), [("facebook", 0), ("facebok", 1), ("fecabook", 2), ("facebookk", 1), ("", 8)]
)
def test_distance_between_words(word: str, distance: int) -> None:
    assert edits(word, "facebook") == distance
