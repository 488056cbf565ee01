"""Every chain of the fleet held against what is kept here of it."""

from __future__ import annotations

from typing import Protocol

from sm_dns.fleet.bundles.bundle import Member
from sm_dns.fleet.heads import Proof, judged
from sm_dns.fleet.this_server import ThisServer
from sm_dns.ipc.fleet import VerifiedMember
from sm_dns.util.errors import BadInput
from sm_dns.util.message import NOTHING, Message, reason_of


class Asked(Protocol):
    """Who can be asked for proofs."""

    @property
    def members(self) -> tuple[Member, ...]: ...

    async def proof(self, seqs: tuple[int, ...]) -> Proof: ...

    async def proof_of(self, name: str, seqs: tuple[int, ...]) -> Proof: ...


async def verified(server: ThisServer, asked: Asked) -> tuple[VerifiedMember, ...]:
    """Each member by name: how many heads agree, or what is wrong."""
    names = sorted(each.name for each in asked.members)
    return tuple([await _verified(server, asked, name) for name in names])


async def _verified(server: ThisServer, asked: Asked, name: str) -> VerifiedMember:
    is_own = name == server.member().name
    try:
        kept = () if is_own else server.heads.of(name)
        seqs = tuple(each.seq for each in kept)
        proof = await (asked.proof(seqs) if is_own else asked.proof_of(name, seqs))
    except (BadInput, OSError) as error:
        why = Message("it could not be asked: {reason}", reason=reason_of(error))
        return VerifiedMember(name, 0, is_verified=False, problem=why)
    problem = judged(kept, proof) or server.heads.contradicted.get(name, NOTHING)
    if problem:
        server.heads.contradicted[name] = problem
    return VerifiedMember(name, len(kept), is_verified=not problem, problem=problem)
