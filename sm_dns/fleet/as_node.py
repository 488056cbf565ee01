"""This server as node: it follows whoever leads, puts in force what it takes, and has commands carried out there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from contextlib import suppress

from sm_dns.fleet.bundles.bundle import Manifest, Member, Sealed
from sm_dns.fleet.bundles.taking import go_by, put
from sm_dns.fleet.heads import Proof, ToldHead, prove
from sm_dns.fleet.members.identity import Identity
from sm_dns.fleet.talk.following import Following
from sm_dns.fleet.this_server import ThisServer
from sm_dns.ipc import client
from sm_dns.ipc.fleet import CarriedOut, CarryOut, MemberState
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding, finding
from sm_dns.util.message import Message, reason_of

CARRY_SECONDS = 170.0  # a little more than the primary gives a command
HERE_SECONDS = 10.0  # within which what a carried command changed comes back, at the latest

log = logging.getLogger(__name__)


class AsNode:
    """`run` until cancelled."""

    def __init__(self, server: ThisServer, identity: Identity) -> None:
        self._server = server
        self._goes_by = server.place
        self._is_here = asyncio.Event()  # a bundle is in force
        self._following = Following(
            server.member,
            server.folders(),
            identity.file,
            self._put,
            server.look,
            self._note_heads,
            self.proof,
        )

    @property
    def members(self) -> tuple[Member, ...]:
        """All, as the last bundle has them."""
        return self._server.member().standing.members

    @property
    def told(self) -> tuple[MemberState, ...]:
        """How all are, as the primary told last."""
        return self._following.states

    @property
    def reachable(self) -> frozenset[str]:
        """Who can be reached: nobody without the primary."""
        if not self._following.is_reachable:
            return frozenset()
        return frozenset(each.name for each in self._following.states if each.is_reachable)

    def findings(self) -> list[Finding]:
        """What wants a person."""
        if self._following.is_reachable:
            return []
        why = self._following.problem or Message("it was not reached yet")
        return [finding("warning", "the primary of the fleet is not reachable: {reason}", reason=why)]

    async def run(self) -> None:
        """Follow."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._server.look_often())
            group.create_task(self._following.run())

    async def proof_of(self, name: str, seqs: tuple[int, ...]) -> Proof:
        """What another member says of its audit. Raises `BadInput` where it cannot be asked."""
        return await self._following.proof_of(name, seqs)

    async def proof(self, seqs: tuple[int, ...]) -> Proof:
        """Of this server's own audit. Raises `BadInput` and `OSError`."""
        return await asyncio.to_thread(prove, self._server.state_dir, seqs)

    async def carry_out(self, order: CarryOut) -> CarriedOut:
        """Have the primary carry out a command; how it ended, once the change is here. Raises `BadInput`."""
        done = await self._following.carry(order.person, order.arguments, CARRY_SECONDS)
        with suppress(TimeoutError):  # status says why it does not go by it
            async with asyncio.timeout(HERE_SECONDS):
                while self._goes_by < (done.epoch, done.generation):
                    self._is_here.clear()
                    await self._is_here.wait()
        return CarriedOut(order.number, done.refused, done.code, done.out, done.err)

    def _note_heads(self, told: tuple[ToldHead, ...]) -> None:
        with suppress(BadInput, OSError):  # the next one is kept
            self._server.heads.note(told, self._server.member().name)

    async def _put(self, sealed: Sealed, manifest: Manifest, files: Mapping[str, bytes]) -> None:
        server = self._server
        try:
            async with server.changing:
                where = server.folders()
                server.kept, changed = await asyncio.to_thread(
                    put, server.state_dir, where, server.member(), sealed, manifest, files
                )
            await asyncio.to_thread(go_by, server.state_dir, changed)
        except client.Refused as error:
            log.error("fleet: what was taken is not in force: %s", reason_of(error))
        self._goes_by = server.place
        self._is_here.set()
        server.tell()
