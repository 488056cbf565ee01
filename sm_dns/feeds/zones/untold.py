"""What of a policy its zones cannot say: for each thing a sentence, so that nobody takes it for said."""

from __future__ import annotations

from collections.abc import Iterator

from sm_dns.policy.clients.switches import EMERGENCY, PAUSE
from sm_dns.policy.clients.who import GROUP, NETWORK, kind_of
from sm_dns.policy.snapshot import Snapshot
from sm_dns.util.message import Message


def untold(snapshot: Snapshot) -> Iterator[Message]:
    """Each with its reason. A zone knows a client by its address alone, and no rule joins a client with a name."""
    for group in snapshot.clients.groups.values():
        if group.identities:
            yield Message(
                "group {name!r}: a feed knows clients by their addresses alone; the devices and people of this group "
                "are under the policy of their network",
                name=group.name,
            )
    for rule in snapshot.clients.rules:
        if rule.who:
            yield Message(
                "service {service!r}: a feed cannot tell a rule for some clients; its zones have the service as its "
                "category has it",
                service=rule.service,
            )
    yield from _untold_exemptions(snapshot)
    for switch in snapshot.clients.switches:
        by_name = switch.service is not None or switch.category not in (None, *_scheduled(snapshot))
        by_identity = any(kind_of(one) not in (GROUP, NETWORK) for one in switch.who)
        if by_identity or (by_name and switch.turn not in (PAUSE, EMERGENCY)):
            yield Message("switch {id}: a feed cannot tell it; its zones stay as they were", id=switch.id)


def _untold_exemptions(snapshot: Snapshot) -> Iterator[Message]:
    scheduled = _scheduled(snapshot)
    for exemption in snapshot.clients.exemptions:
        # One of several scheduled categories alone opens no gate: another exemption may complete it, or not.
        is_whole = exemption.service is None and [exemption.category] == scheduled
        if exemption.who is not None or not is_whole:
            yield Message(
                "exemption {id}: a feed can tell only one of a group or network for all that keeps hours; let the "
                "clients that need this one ask sm-dns",
                id=exemption.id,
            )


def _scheduled(snapshot: Snapshot) -> list[str]:
    return [one.name for one in snapshot.categories.values() if one.action == "schedule"]
