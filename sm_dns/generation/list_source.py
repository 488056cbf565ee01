"""The lists of the site and by URL that a generation was made of: where each comes from, and what was read of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sm_dns.lists.list_read import ListRead
from sm_dns.util.message import Message

FALLEN_SHARE = 0.8  # of a list's names; fewer are told as a fall, though they are in force


@dataclass(frozen=True, slots=True)
class ListSource:
    """One list. `source` is its URL or file; `changed` is when the file was (POSIX seconds), None of a list by URL.

    `read`: None for a list by URL that was never fetched.
    """

    name: str
    category: str
    source: str
    changed: float | None
    read: ListRead | None

    @property
    def is_remote(self) -> bool:
        """Whether it is fetched by URL."""
        return self.changed is None


def falls(before: Iterable[ListSource], after: Iterable[ListSource]) -> Iterator[Message]:
    """What is to be told of lists by URL that have lost many of their names."""
    counts = {one.name: one.read.names for one in before if one.is_remote and one.read}
    for one in after:
        if one.is_remote and one.read and one.read.names < FALLEN_SHARE * counts.get(one.name, 0):
            before_that, now = counts[one.name], one.read.names
            yield Message(
                "list {name} fell from {before} names to {names}",
                name=one.name,
                before=before_that,
                names=now,
            )
