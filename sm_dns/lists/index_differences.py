"""What two compiled indices of names do not have in common, list by list, whatever line a name stands on.

Both are walked side by side, part by part of the hashes, so that a million names need no memory for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sm_dns.dns.names import to_text
from sm_dns.lists.index import NameIndex

PART_BITS = 7  # 128 parts: of a million names a part is some thousands
MAX_NAMED = 5  # names of a list that are told by name, of those added and of those taken away


@dataclass(slots=True)
class ListDifference:
    """How many names a list gained and lost, and the first of them as text."""

    added: int = 0
    removed: int = 0
    named_added: list[str] = field(default_factory=list)
    named_removed: list[str] = field(default_factory=list)


def list_differences(before: NameIndex, after: NameIndex) -> dict[str, ListDifference]:
    """By list, as tags name it, what it gained and lost; lists that have the same names are left out."""
    found: dict[str, ListDifference] = {}
    bits = min(PART_BITS, before.hash_bits, after.hash_bits)
    for part in range(1 << bits):
        old, new = before.rows_of_part(part, bits), after.rows_of_part(part, bits)
        for name, listed in new - old:
            one = found.setdefault(listed, ListDifference())
            one.added += 1
            _name(one.named_added, name)
        for name, listed in old - new:
            one = found.setdefault(listed, ListDifference())
            one.removed += 1
            _name(one.named_removed, name)
    for one in found.values():
        one.named_added.sort()
        one.named_removed.sort()
    return dict(sorted(found.items()))


def _name(named: list[str], name: bytes) -> None:
    if len(named) < MAX_NAMED:
        named.append(to_text(name))
