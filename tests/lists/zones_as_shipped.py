"""The shipped lists, and which of them covers a name: for the tests of their contents."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from sm_dns.dns.names import from_text, is_at_or_below, suffixes
from sm_dns.lists.entry import Entry
from sm_dns.lists.sources import Zones, read_zones

OPTIONAL = ("linkedin", "github", "proxies")
DIRECTORY = Path(__file__).resolve().parents[2] / "zones"


class Shipped:
    """The lists by name, for a look-up by plain sets; `switched_on` are the optional ones that list names too."""

    def __init__(self, switched_on: Collection[str] = ()) -> None:
        self.zones: Zones = read_zones(DIRECTORY, switched_on)
        self._suffixes: dict[bytes, set[str]] = {}
        self._exact: dict[bytes, set[str]] = {}
        for entry, tag in self.zones.rows:
            names = self._exact if entry.exact else self._suffixes
            names.setdefault(entry.name, set()).add(f"{tag.category}/{tag.service}")

    def covering(self, name: bytes) -> set[str]:
        """`CATEGORY/SERVICE` of each list that holds this very name."""
        found = set(self._exact.get(name, ()))
        return found | self.covering_tree(name)

    def covering_tree(self, name: bytes) -> set[str]:
        """`CATEGORY/SERVICE` of each list that holds this name and all below it."""
        return set().union(*(self._suffixes.get(suffix, set()) for suffix in suffixes(name)))

    def nearest(self, name: bytes) -> Entry:
        """The most specific line that covers a name."""
        lines = [
            entry
            for entry, _ in self.zones.rows
            if entry.name == name or (not entry.exact and is_at_or_below(name, entry.name))
        ]
        return max(lines, key=lambda entry: len(entry.name))

    def categories(self, text: str) -> set[str]:
        """The categories of a name."""
        return {listed.partition("/")[0] for listed in self.covering(from_text(text))}
