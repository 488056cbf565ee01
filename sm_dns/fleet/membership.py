"""This server in its fleet: it leads or follows, as what is kept says, and begins anew where that becomes another."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable

from sm_dns.fleet.as_node import AsNode
from sm_dns.fleet.as_primary import AsPrimary
from sm_dns.fleet.bundles.bundle import NO_BASE
from sm_dns.fleet.bundles.standing import Standing
from sm_dns.fleet.members import standing_file
from sm_dns.fleet.members.standing_file import Kept, manifest_of
from sm_dns.fleet.members.succession import meanwhile
from sm_dns.fleet.shown import shown_findings, shown_members
from sm_dns.fleet.this_server import ThisServer
from sm_dns.fleet.verifying import verified
from sm_dns.generation.fleet import FleetStart
from sm_dns.ipc.fleet import (
    CarriedOut,
    CarryOut,
    Deed,
    FleetOrder,
    FleetStatus,
    FleetWord,
    InForce,
    Stands,
    Verified,
    VerifyAll,
)
from sm_dns.util.errors import BadInput
from sm_dns.util.files import atomic_write
from sm_dns.util.finding import Finding, finding
from sm_dns.util.message import reason_of

POLL_SECONDS = 0.5  # how often it is looked whether a command has changed what this server is


class Membership:
    """`say` tells the control process. Everything of the fleet in this process hangs here."""

    def __init__(self, start: FleetStart, say: Callable[[FleetWord], None]) -> None:
        self._server = ThisServer(start, say, self._tell)
        self._role: AsPrimary | AsNode | None = None
        self._meanwhile: tuple[Deed, ...] = ()
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until cancelled. Raises `BadInput` and `OSError` where what is kept cannot be read or written."""
        server = self._server
        while True:
            server.kept = await asyncio.to_thread(self._begun)
            self._role = None
            if server.kept is not None:
                kind = AsPrimary if server.kept.role == "primary" else AsNode
                identity = await asyncio.to_thread(server.identity, server.kept.name)
                standing_file.check_key(server.kept, identity)
                self._role = kind(server, identity)
            work = asyncio.Event().wait() if self._role is None else self._role.run()
            task = asyncio.get_running_loop().create_task(_for_nothing(work))
            try:
                await self._until_another(task)
            finally:
                task.cancel()
                await asyncio.wait([task])
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error

    def obey(self, order: FleetOrder) -> None:
        """Do what the control process says."""
        if isinstance(order, InForce):
            self._server.in_force = order.directory
            self._server.poked.set()
        else:
            work = self._carry_out(order) if isinstance(order, CarryOut) else self._verify(order)
            task = asyncio.get_running_loop().create_task(work)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def status(self) -> FleetStatus:
        """How the fleet stands."""
        kept, role = self._server.kept, self._role
        if kept is None or role is None:
            name = self._server.start.plan.name
            return FleetStatus("node", name, "", 0, 0, "", None, (), (), (_not_joined(),))
        members = shown_members(self._server, role.members, role.told, role.reachable)
        manifest = manifest_of(kept)
        findings = [*role.findings(), *shown_findings(self._server, members, self._meanwhile)]
        return FleetStatus(
            role=kept.role,
            name=kept.name,
            fleet=kept.standing.fleet,
            epoch=kept.standing.epoch,
            generation=kept.standing.generation,
            leader=kept.standing.leader,
            at=None if manifest is None else manifest.at,
            members=members,
            meanwhile=self._meanwhile,
            findings=tuple(findings),
        )

    def _begun(self) -> Kept | None:
        """What is kept; of a primary that begins, the beginning of a fleet."""
        server = self._server
        self._meanwhile = meanwhile(server.state_dir)
        kept = standing_file.load(server.state_dir)
        if kept is not None or server.start.plan.role == "node":
            return kept
        identity = server.identity(server.start.plan.name)
        own = identity.member(server.address)
        fleet = Standing(secrets.token_hex(16), 1, 0, "", identity.name, (own,))
        kept = Kept("primary", identity.name, fleet, None, NO_BASE)
        file = standing_file.written(server.state_dir, kept)
        atomic_write(file.path, file.data, mode=file.mode)
        return kept

    async def _until_another(self, task: asyncio.Task[None]) -> None:
        """Until a command has changed what this server is, or the work has ended."""
        server = self._server
        while not task.done():
            await asyncio.wait([task], timeout=POLL_SECONDS)
            self._meanwhile = await asyncio.to_thread(meanwhile, server.state_dir)
            async with server.changing:
                found = await asyncio.to_thread(standing_file.load, server.state_dir)
                if _what(found) != _what(server.kept):
                    return

    def _tell(self) -> None:
        self._server.say(Stands(self.status()))

    async def _carry_out(self, order: CarryOut) -> None:
        try:
            if not isinstance(self._role, AsNode):
                raise BadInput("this server is no node of a fleet now: type it again")
            self._server.say(await self._role.carry_out(order))
        except (BadInput, OSError) as error:
            self._server.say(CarriedOut(order.number, reason_of(error), 0, "", ""))

    async def _verify(self, order: VerifyAll) -> None:
        rows = () if self._role is None else await verified(self._server, self._role)
        self._server.say(Verified(order.number, rows))


async def _for_nothing(work: object) -> None:
    await work  # type: ignore[misc]


def _not_joined() -> Finding:
    return finding(
        "warning",
        "this server is in no fleet yet: sm-dns fleet invite on the primary, then sm-dns fleet join here",
    )


def _what(kept: Kept | None) -> object:
    """What must not change under who leads or follows."""
    if kept is None:
        return None
    standing = kept.standing
    return kept.role, kept.name, standing.fleet, standing.epoch, {each.name for each in standing.members}
