"""The rules about names of the zones `always` and `social`, made of a policy's lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, Literal

from sm_dns.feeds.zones.records import (
    QUICK_TTL,
    Record,
    below,
    denying,
    owner_of,
    passing,
    sinkhole_octets,
)
from sm_dns.feeds.zones.verdicts import LET_BY, NameRules, Verdict, Verdicts
from sm_dns.lists.index import NameIndex
from sm_dns.policy.snapshot import Snapshot

PART_BITS: Final = 12  # into as many parts the names are read, so that few of them are in memory twice

NameZone = Literal["always", "social"]


def listed_names(index: NameIndex) -> Iterator[bytes]:
    """Every listed name once, in no order."""
    bits = min(PART_BITS, index.hash_bits)
    for part in range(1 << bits):
        yield from {name for name, _ in index.rows_of_part(part, bits)}


def name_rules(verdicts: Verdicts, names: Iterable[bytes]) -> list[NameRules]:
    """The rules that names want, each name once, in the order of its owner's octets."""
    found = {each.name: each for name in names for each in verdicts.rules(name)}
    return sorted(found.values())


class Writer:
    """Makes records of the rules, as a policy has its sinkhole and its times to live."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._sinkhole = sinkhole_octets(snapshot.sinkhole_ipv4, snapshot.sinkhole_ipv6)
        # What is always denied stays so at every edge; a name of the list may be open a moment later.
        self._ttl = {"always": snapshot.denied_ttl, "social": QUICK_TTL}

    def records(self, zone: NameZone, rules: Iterable[NameRules]) -> Iterator[Record]:
        """The records of one of the two zones."""
        for name, own, under in rules:
            owner = owner_of(name)
            yield from self._rule(zone, owner, own)
            yield from self._rule(zone, below(owner), under)

    def _rule(self, zone: NameZone, owner: bytes, verdict: Verdict) -> Iterable[Record]:
        said = verdict.always if zone == "always" else verdict.social
        if said is None:
            return ()
        if said == LET_BY:
            return (passing(owner, self._ttl[zone]),)
        return denying(owner, said, self._sinkhole, self._ttl[zone])
