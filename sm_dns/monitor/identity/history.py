"""Who held an address when: what a source says now, joined to what it said before.

Between two looks an address may have changed hands at an instant that the source does not tell. Then both holdings
cover that stretch, and whoever asks for it finds two devices: doubt is kept, never resolved by a guess.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from sm_dns.monitor.identity.leases.lease import Lease

KEEP_SECONDS = 7200.0  # a holding is remembered so long after its end
HAND_OVER_SECONDS = 10.0  # two looks
MAX_HOLDINGS = 16  # of one address; the newest stay
MAX_ADDRESSES = 262_144  # remembered of one source; beyond, only those it still tells of


class Holding(NamedTuple):
    """A device had the address from `since` to before `until` (POSIX seconds)."""

    device: str
    host: str
    since: float
    until: float


Holdings = Mapping[str, tuple[Holding, ...]]
"""By canonical address; of each, in order of `since`."""

NOTHING: Holdings = MappingProxyType({})


class Look(NamedTuple):
    """The time of the look before (minus infinity for none), and when at the latest the source changed since."""

    before: float
    changed: float


def joined(earlier: Holdings, leases: Iterable[Lease], look: Look) -> Holdings:
    """The holdings after a look.

    A device that a source newly tells of, without a start, may have come right after the look before. One that it
    calls gone for longer than that, or whose address is another's now, may have gone as late as the content changed.
    An address of which it tells no more stays whose it was until the lease ends: servers tidy up their files.
    """
    told: dict[str, list[Holding]] = {}
    for lease in leases:
        _add(told.setdefault(lease.address, []), lease, look.before)
    known: dict[str, tuple[Holding, ...]] = {}
    for address, holdings in told.items():
        known[address] = _with_earlier(earlier.get(address, ()), holdings, look)
    if len(known) + len(earlier) <= MAX_ADDRESSES:
        for address in earlier.keys() - known.keys():
            kept = _kept(map(_until_its_end(look), earlier[address]), look)
            if kept:
                known[address] = kept
    return MappingProxyType(known)


def united(sources: Iterable[Holdings]) -> Holdings:
    """What several sources know together. Where they name two devices for an address the later holds, in a moment.

    One of a pair of servers may have ended, and its file goes on naming the device that had the address then.
    """
    whole: dict[str, list[Holding]] = {}
    shared: set[str] = set()
    for source in sources:
        shared.update(whole.keys() & source.keys())
        for address, holdings in source.items():
            whole.setdefault(address, []).extend(holdings)
    return MappingProxyType(
        {
            address: _by_the_later(held) if address in shared else tuple(held)
            for address, held in whole.items()
        }
    )


def _by_the_later(holdings: list[Holding]) -> tuple[Holding, ...]:
    kept: list[Holding] = []
    for one in sorted(holdings, key=lambda one: one.since):
        ends = one.since + HAND_OVER_SECONDS
        kept = [old if old.device == one.device else _ended(old, max(ends, old.since)) for old in kept]
        kept.append(one)
    return tuple(kept)


def _ended(old: Holding, at: float) -> Holding:
    """The holding up to an instant; from one since ever, nobody knows who came later."""
    return old._replace(until=min(old.until, at)) if math.isfinite(at) else old


def holders(holdings: Holdings, address: str, since: float, until: float) -> set[str]:
    """Every device that may have had an address at some time from `since` to `until`."""
    return {one.device for one in holdings.get(address, ()) if overlaps(one, since, until)}


def changes(
    before: Holdings, now: Holdings, then: float, at: float
) -> Iterator[tuple[str, tuple[Holding, ...], tuple[Holding, ...]]]:
    """The addresses whose holdings are others, or of which one begins or ends between two instants; with both."""
    for address, new in now.items():
        old = before.get(address, ())
        if old != new or any(then < one.until <= at or then < one.since <= at for one in new):
            yield address, old, new
    for address in before.keys() - now.keys():
        yield address, before[address], ()


def overlaps(one: Holding, since: float, until: float) -> bool:
    """Whether a holding covers some instant from `since` to `until`."""
    return one.since <= until and since < one.until


def _add(holdings: list[Holding], lease: Lease, last_look: float) -> None:
    """Take in the next lease of one address; what an earlier line of the file says ends where this begins."""
    since = last_look if lease.starts is None else lease.starts
    if holdings:
        before = holdings[-1]
        if before.device == lease.device and since <= before.until:
            holdings[-1] = Holding(
                lease.device, lease.host or before.host, min(before.since, since), lease.ends
            )
            return
        holdings[-1] = before._replace(until=max(before.since, min(before.until, since)))
        if len(holdings) >= MAX_HOLDINGS:
            del holdings[0]
    holdings.append(Holding(lease.device, lease.host, since, lease.ends))


def _with_earlier(earlier: Iterable[Holding], told: list[Holding], look: Look) -> tuple[Holding, ...]:
    for old in earlier:
        at = next((at for at, one in enumerate(told) if _continues(one, old)), None)
        if at is None:
            told.append(old._replace(until=min(old.until, look.changed)))
        else:
            was_ended_afterwards = told[at].until < look.before < old.until
            until = look.changed if was_ended_afterwards else told[at].until
            told[at] = told[at]._replace(since=min(told[at].since, old.since), until=until)
    return _kept(told, look)


def _until_its_end(look: Look) -> Callable[[Holding], Holding]:
    """What becomes of a holding of which nothing is told: one without an end ends now."""
    return lambda one: one if math.isfinite(one.until) else one._replace(until=look.changed)


def _kept(holdings: Iterable[Holding], look: Look) -> tuple[Holding, ...]:
    kept = [one for one in holdings if one.since < one.until and one.until > look.changed - KEEP_SECONDS]
    return tuple(sorted(kept, key=lambda one: one.since)[-MAX_HOLDINGS:])


def _continues(one: Holding, old: Holding) -> bool:
    return one.device == old.device and one.since <= old.until and old.since <= one.until
