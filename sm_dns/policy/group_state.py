"""What the clients of a group get of scheduled categories at an instant, whatever the schedule alone says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from sm_dns.policy.clients import who
from sm_dns.policy.clients.switches import CLOSE, EMERGENCY, PAUSE, Switch
from sm_dns.policy.exemptions import Exemption
from sm_dns.policy.groups import PRIVATE_NETWORKS, Group
from sm_dns.policy.snapshot import Snapshot
from sm_dns.policy.windows import state_at
from sm_dns.util import ip_networks

Because = Literal["schedule", "off", "monitor", "not_in_force", "exemption", "switch"]


@dataclass(frozen=True, slots=True)
class GroupState:
    """`because`: what decides. `until` (POSIX seconds): when that may change, None where nothing is known to come.

    `exemptions`: ids of those in force for everybody in the group and everything scheduled; `switches`: likewise.
    """

    group: str
    schedule: str
    permitted: bool
    because: Because
    until: int | None
    exemptions: tuple[str, ...] = ()
    switches: tuple[str, ...] = ()


def group_states(snapshot: Snapshot, now: float) -> list[GroupState]:
    """Every group, in the order of the configuration."""
    return [group_state(snapshot, group, now) for group in snapshot.clients.groups.values()]


def group_state(snapshot: Snapshot, group: Group, now: float) -> GroupState:
    """One group at `now` (POSIX seconds)."""
    schedule = snapshot.schedules[group.schedule]

    def state(permitted: bool, because: Because, until: int | None, *exemptions: str) -> GroupState:
        return GroupState(group.name, group.schedule, permitted, because, until, exemptions)

    if group.mode == "off":
        return state(True, "off", None)
    if group.mode == "monitor":
        return state(True, "monitor", None)
    if schedule.effective_from is not None and now < schedule.effective_from:
        return state(True, "not_in_force", schedule.effective_from)
    turned = _turned(snapshot, group, now)
    if turned:
        until = min(each.expires for each in turned)
        ids = tuple(dict.fromkeys(each.id for each in turned))
        permits = turned[0].turn != CLOSE
        return GroupState(group.name, group.schedule, permits, "switch", until, switches=ids)
    timed = state_at(schedule, now)
    if timed.permitted:
        return state(True, "schedule", timed.until)
    exempted = _exempted(snapshot, group, now)
    if exempted:
        ends = [until for each in exempted for until in [each.standing(now).until] if until is not None]
        return state(True, "exemption", min(ends), *dict.fromkeys(each.id for each in exempted))
    return state(False, "schedule", _opens(snapshot, group, now, timed.until))


def _opens(snapshot: Snapshot, group: Group, now: float, edge: int | None) -> int | None:
    """When exemptions first open everything to a group that its schedule closes up to an edge; else that edge."""
    begins = {at for each in snapshot.clients.exemptions for at in [each.begins(now)] if at is not None}
    sooner = sorted(at for at in begins if edge is None or at < edge)
    return next((at for at in sooner if _exempted(snapshot, group, at)), edge)


def _turned(snapshot: Snapshot, group: Group, now: float) -> list[Switch]:
    """Switches that together open, or close, all that is scheduled to every client of a group; [] where none do."""
    found: list[Switch] = []
    whole = who.who(who.GROUP, group.name)
    turned = [
        one
        for one in snapshot.clients.switches
        if one.starts <= now < one.expires and (not one.who or whole in one.who)
    ]
    for category in _scheduled(snapshot):
        deciding = next((one for one in turned if _is_about(one, category)), None)
        if deciding is None:
            return []
        found.append(deciding)
    return found if len({one.turn == CLOSE for one in found}) == 1 else []


def _is_about(switch: Switch, category: str) -> bool:
    return switch.turn in (PAUSE, EMERGENCY) or (switch.category, switch.service) == (category, None)


def _scheduled(snapshot: Snapshot) -> list[str]:
    return [category.name for category in snapshot.categories.values() if category.action == "schedule"]


def _exempted(snapshot: Snapshot, group: Group, now: float) -> list[Exemption]:
    """Exemptions that together open every scheduled category to every client of a group; [] where they do not."""
    found: list[Exemption] = []
    for place in _places(group):
        for category in _scheduled(snapshot):
            fitting = [
                each
                for each in snapshot.clients.exemptions
                if each.standing(now).in_force
                and (each.category, each.service) == (category, None)
                and _is_for(each, group, place)
            ]
            if not fitting:
                return []
            found.append(max(fitting, key=lambda each: each.standing(now).until or 0))
    return found


def _places(group: Group) -> tuple[str | None, ...]:
    """Where the clients of a group are: networks, and None for anywhere."""
    if group.is_for_the_rest:
        return PRIVATE_NETWORKS
    return (*group.networks, None) if group.identities else group.networks


def _is_for(exemption: Exemption, group: Group, place: str | None) -> bool:
    if exemption.who is not None or exemption.group not in (None, group.name):
        return False
    if exemption.network is None:
        return True
    return place is not None and ip_networks.covers(
        ip_networks.network(exemption.network), ip_networks.network(place)
    )


def not_limited(states: Iterable[GroupState]) -> list[GroupState]:
    """Those whose clients get more than their schedule says."""
    return [each for each in states if each.because != "schedule"]
