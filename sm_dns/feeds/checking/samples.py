"""Names of the lists by which a resolver is seen to keep them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from sm_dns.dns.names import from_text, to_text
from sm_dns.feeds.zones.names import listed_names
from sm_dns.feeds.zones.verdicts import LET_BY, Verdict, Verdicts
from sm_dns.lists.index import NameIndex
from sm_dns.policy.snapshot import Snapshot

KNOWN: Final = ("facebook.com", "instagram.com", "tiktok.com", "netflix.com", "youtube.com", "dns.google")
"""Names that exist and are on the shipped lists: asked for first, so that an answer says something."""
MAX_TRIED: Final = 100_000  # of other names, until one of each kind is found
ALWAYS: Final = 2


def samples(policy: Snapshot, index: NameIndex) -> tuple[str, tuple[str, ...]]:
    """A name that keeps hours, and some that are always denied; "" and () where the lists hold none."""
    verdicts = Verdicts(policy)

    def candidates() -> Iterator[bytes]:
        yield from map(from_text, KNOWN)
        yield from islice(listed_names(index), MAX_TRIED)

    def first(fits: Callable[[Verdict], bool], count: int) -> list[str]:
        found = (
            name
            for name in candidates()
            if any(each.name == name and fits(each.own) for each in verdicts.rules(name))
        )
        return [to_text(name) for name in islice(found, count)]

    scheduled = first(lambda one: one.always is None and one.social not in (None, LET_BY), 1)
    always = first(lambda one: one.always not in (None, LET_BY), ALWAYS)
    return next(iter(scheduled), ""), tuple(always)
