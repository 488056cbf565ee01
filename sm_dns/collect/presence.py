"""Who is where now, of what the policy asks for: made from the sources of identity, for the workers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from itertools import islice
from types import MappingProxyType

from sm_dns.monitor.identity.resolver import KnownAs, Moved, Resolver
from sm_dns.policy.clients import who
from sm_dns.policy.clients.presence import MAX_PRESENT, Present, Rows
from sm_dns.policy.clients.who import Who

WHOLE_SECONDS = 60.0  # after which everybody is looked up again: logons, and lines of the map, end by time
SPARE_SECONDS = 30.0  # a row that ends so late yet is not told again when its end moves

NOBODY: Rows = MappingProxyType({})


def identities(known: KnownAs) -> tuple[Who, ...]:
    """What somebody is known as, the most telling first."""
    found = [] if known.device is None else [who.who(who.DEVICE, known.device)]
    found += [who.who(who.HOST, host) for host in known.hosts]
    found += [] if known.staff is None else [who.who(who.STAFF, known.staff)]
    found += [who.department(known.department)] if known.department else []
    return tuple(found)


class PresenceKeeper:
    """The table, made again of those about whom a source says something else, and of all where the policy asks for
    others, and from time to time."""

    def __init__(self, offset: float = 0.0) -> None:
        """`offset`: by how many seconds the clock of those who answer is ahead of the sources' (a rehearsal)."""
        self._offset = offset
        self.rows: Rows = NOBODY
        self._resolver: Resolver | None = None
        self._asked: tuple[frozenset[Who], bool] = (frozenset(), False)
        self._then = self._whole_due = -math.inf

    def look(self, resolver: Resolver, named: frozenset[Who], has_devices: bool, now: float) -> Rows:
        """The table at `now` (POSIX seconds); the same object where nothing has changed.

        `named`: what the policy asks for; `has_devices`: forwarders tell devices, so that these need rows too.
        """
        asked = (named, has_devices)
        moved = None
        if self._resolver is not None and asked == self._asked and now < self._whole_due:
            moved = resolver.moved(self._resolver, self._then, now)
        if moved is None:
            kept: dict[str, Present] = {}
            moved = Moved(set(resolver.askers()), set(resolver.devices()))
            self._whole_due = now + WHOLE_SECONDS
        else:
            gone = moved.addresses | moved.devices
            kept = {key: one for key, one in self.rows.items() if key not in gone}
        askers: list[str] = list(moved.addresses) if named else []
        if named and has_devices:
            askers += [f"{one}=" for one in moved.devices]
        found = dict(self._present(resolver, named, askers, now))
        rows = kept | {
            key: _steady(self.rows.get(key), one, now + self._offset) for key, one in found.items()
        }
        if rows != self.rows:
            self.rows = MappingProxyType(dict(islice(rows.items(), MAX_PRESENT)))
        self._resolver, self._asked, self._then = resolver, asked, now
        return self.rows

    def _present(
        self, resolver: Resolver, named: frozenset[Who], askers: Iterable[str], now: float
    ) -> Iterator[tuple[str, Present]]:
        """What each asker is known as, of what is named, under its address or device."""
        for asker in askers:
            known = resolver.known_as(asker, now)
            told = tuple(one for one in identities(known) if one in named)
            if told:
                yield asker.removesuffix("="), Present(told, known.until + self._offset)


def _steady(before: Present | None, new: Present, now: float) -> Present:
    """The row as it was told before, where that says the same for long enough: ends move with every look."""
    if before is None or before.identities != new.identities:
        return new
    return before if now + SPARE_SECONDS <= before.until <= new.until else new
