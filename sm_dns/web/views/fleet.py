"""The fleet: every server of it, what each goes by, and how it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from sm_dns.ipc.fleet import Deed, FleetStatus, MemberState
from sm_dns.util.message import Message
from sm_dns.util.schema_notes import Utc, one_of, says
from sm_dns.web.auth.roles import Person
from sm_dns.web.data.backend import Backend
from sm_dns.web.interface.request_fields import Values


@dataclass(frozen=True, slots=True)
class ServerTold:
    """A server of the fleet, as it told last."""

    name: str
    role: Annotated[str, one_of("primary", "node")]
    reachable: bool
    seen: Annotated[Utc | None, says("when it told this; null for never")]
    epoch: Annotated[int, says("of the policy that it took")]
    generation: Annotated[int, says("of the policy that it took")]
    in_force: Annotated[bool, says("it answers by that one")]
    healthy: Annotated[bool, says("it answers by a policy that is in force")]
    problem: Message
    lag_ms: Annotated[int | None, says("how late the last edge was noticed; null before the first")]
    queries: Annotated[int, says("since its start")]


@dataclass(frozen=True, slots=True)
class Fleet:
    """The servers that are one service; none of a server alone."""

    leader: Annotated[str | None, says("who leads; null of a server alone")]
    epoch: int
    generation: int
    servers: tuple[ServerTold, ...]
    meanwhile: Annotated[
        tuple[Deed, ...], says("what was changed at this server while another one led, and is not in force")
    ]


def fleet(backend: Backend, person: Person, values: Values) -> Fleet:
    """Every server of the fleet."""
    found = backend.status.get().fleet
    return Fleet(None, 0, 0, (), ()) if found is None else _told(found)


def _told(found: FleetStatus) -> Fleet:
    servers = tuple(map(_server, found.members))
    return Fleet(found.leader, found.epoch, found.generation, servers, found.meanwhile)


def _server(one: MemberState) -> ServerTold:
    return ServerTold(
        name=one.name,
        role=one.role,
        reachable=one.is_reachable,
        seen=one.seen,
        epoch=one.epoch,
        generation=one.generation,
        in_force=one.is_in_force,
        healthy=one.is_healthy,
        problem=one.problem,
        lag_ms=one.lag_ms,
        queries=one.queries,
    )
