"""The gate: which clients get past the list of scheduled names at an instant, and when that changes next.

The list itself never changes at an edge. A rule of this zone, which stands before the list, lets a network by it;
where all who are served are let by, one rule for every name does. What a zone cannot tell apart stays closed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from sm_dns.feeds.zones import client_networks
from sm_dns.feeds.zones.client_networks import EVERYWHERE, Network
from sm_dns.feeds.zones.places import Place
from sm_dns.feeds.zones.records import Record, passing
from sm_dns.lists.entry import Match, Tag
from sm_dns.policy.clients.client_table import ClientClass
from sm_dns.policy.decide import decide
from sm_dns.policy.snapshot import Snapshot

_NAME: Final = b"\x05probe\x00"
EVERY_NAME: Final = b"\x01*"

Passage = Literal["closed", "scheduled", "everything"]
"""What the clients of a place get by: nothing, what is scheduled, or what is always denied too."""


@dataclass(frozen=True, slots=True)
class GateState:
    """Who gets by at an instant. `is_open`: everybody who is served gets by what is scheduled.

    past_schedule, past_everything: the networks that get by; until: POSIX second at which that may change, None where
    nothing is known to come.
    """

    is_open: bool
    past_schedule: tuple[Network, ...]
    past_everything: tuple[Network, ...]
    until: int | None

    def gate_records(self) -> tuple[Record, ...]:
        """The rules of the zone `gate`."""
        if self.is_open:
            return (passing(EVERY_NAME),)
        return tuple(passing(client_networks.owner(each)) for each in self.past_schedule)

    def client_records(self) -> tuple[Record, ...]:
        """The rules for clients of the zone `always`: who is not under the policy at all."""
        return tuple(passing(client_networks.owner(each)) for each in self.past_everything)


def gate_state(snapshot: Snapshot, places: Iterable[Place], now: float) -> GateState:
    """The gate at `now` (POSIX seconds), for places of the same policy under the same switches."""
    scheduled, free = list[Network](), list[Network]()
    edges: list[int] = []
    is_open, is_free = True, True
    asked: dict[ClientClass, Passage] = {}
    judge = _Judge(snapshot, now)
    for place in places:
        passage = asked.get(place.client)
        if passage is None:
            passage = asked[place.client] = judge.passage(place.client, edges)
        is_open = is_open and passage != "closed"
        is_free = is_free and passage == "everything"
        if passage != "closed":
            scheduled += place.networks
        if passage == "everything":
            free += place.networks
    return GateState(
        is_open=is_open and bool(scheduled),
        past_schedule=tuple(client_networks.merged(scheduled)),
        past_everything=EVERYWHERE if is_free and free else tuple(client_networks.merged(free)),
        until=min(edges, default=None),
    )


class _Judge:
    """Decides over a made-up name of each category by the policy itself, so that there is one truth about hours."""

    def __init__(self, snapshot: Snapshot, now: float) -> None:
        categories = snapshot.categories.values()
        self._scheduled = [_only(snapshot, one.name) for one in categories if one.action == "schedule"]
        self._denied = [_only(snapshot, one.name) for one in categories if one.action == "deny"]
        self._now = now

    def passage(self, client: ClientClass, edges: list[int]) -> Passage:
        """What a class of clients gets by; adds to `edges` when a part of that changes."""
        past_scheduled = [self._permits(each, client, edges) for each in self._scheduled]
        if not all(past_scheduled):
            return "closed"
        past_denied = [self._permits(each, client, edges) for each in self._denied]
        return "everything" if past_denied and all(past_denied) else "scheduled"

    def _permits(self, policy: Snapshot, client: ClientClass, edges: list[int]) -> bool:
        decision = decide(policy, client, _NAME, self._now)
        if decision.valid_until is not None:
            edges.append(decision.valid_until)
        return decision.action != "deny"


def _only(snapshot: Snapshot, category: str) -> Snapshot:
    """The same policy over one made-up name of a category."""
    return replace(snapshot, names=_OneName(Match(Tag(category, "", ""), _NAME, False, 0)))


class _OneName:
    def __init__(self, match: Match) -> None:
        self._matches = (match,)

    def lookup(self, qname: bytes, /) -> tuple[Match, ...]:
        return self._matches

    def __len__(self) -> int:
        return 1

    def close(self) -> None:
        pass
