"""What is told of every member, and what of it wants a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sm_dns.fleet.bundles.bundle import Member
from sm_dns.fleet.this_server import ThisServer
from sm_dns.ipc.fleet import Deed, MemberState
from sm_dns.util.finding import Finding, finding
from sm_dns.util.message import NOTHING


def shown_members(
    server: ThisServer, members: tuple[Member, ...], told: tuple[MemberState, ...], reachable: frozenset[str]
) -> tuple[MemberState, ...]:
    """All members by name, each as it told last."""
    known = {each.name: each for each in told}
    kept = server.member()
    if server.own is not None:
        epoch, generation = server.place
        known[kept.name] = replace(server.own.state, role=kept.role, epoch=epoch, generation=generation)
    return tuple(
        _state(each, known.get(each.name), is_reachable=each.name in reachable or each.name == kept.name)
        for each in sorted(members, key=lambda each: each.name)
    )


def shown_findings(
    server: ThisServer, members: tuple[MemberState, ...], meanwhile: tuple[Deed, ...]
) -> Iterator[Finding]:
    """What wants a person, whoever leads."""
    for name, why in server.heads.contradicted.items():
        yield finding("error", "the audit of {name} was rewritten: {reason}", name=name, reason=why)
    if meanwhile:
        yield finding(
            "warning",
            "{count} changes were made here alone while another server led, and are not in force: "
            "sm-dns fleet status shows them",
            count=len(meanwhile),
        )
    own = server.member().name
    for each in members:
        if each.name != own and each.seen is not None and each.is_reachable and not each.is_in_force:
            yield finding(
                "error",
                "the server {name} does not answer by what it took: {reason}",
                name=each.name,
                reason=each.problem,
            )


def _state(member: Member, told: MemberState | None, *, is_reachable: bool) -> MemberState:
    if told is not None:
        return replace(told, is_reachable=is_reachable, address=member.address)
    return MemberState(
        name=member.name,
        role="node",
        address=member.address,
        is_reachable=is_reachable,
        seen=None,
        epoch=0,
        generation=0,
        is_in_force=False,
        is_healthy=False,
        problem=NOTHING,
        lag_ms=None,
        queries=0,
    )
