"""This server in its fleet: it leads or follows, as what is kept says, and begins anew where that becomes another."""

from __future__ import annotations

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from sm_dns.fleet import standing_file
from sm_dns.fleet.bundle import NO_BASE, Manifest, Member, Sealed, read_manifest
from sm_dns.fleet.bundles import Bundles, NotInForce
from sm_dns.fleet.carried import checked
from sm_dns.fleet.contents import Folders, folders
from sm_dns.fleet.following import Following
from sm_dns.fleet.identity import Identity, load_or_make
from sm_dns.fleet.leading import Leading
from sm_dns.fleet.own_state import look
from sm_dns.fleet.standing import Standing
from sm_dns.fleet.standing_file import Kept
from sm_dns.fleet.succession import meanwhile, step_down, successor
from sm_dns.fleet.taking import go_by, put
from sm_dns.fleet.talk import BEAT_SECONDS, Carried, Carry, Tell
from sm_dns.generation.fleet import FleetStart
from sm_dns.ipc import children, client
from sm_dns.ipc.fleet import (
    CarriedOut,
    CarryOut,
    Deed,
    FleetOrder,
    FleetStatus,
    FleetWord,
    InForce,
    MemberState,
    Stands,
)
from sm_dns.settings.endpoint import Endpoint
from sm_dns.settings.load import load_settings
from sm_dns.state import audit
from sm_dns.state.audit import Trail
from sm_dns.util.errors import BadInput
from sm_dns.util.files import atomic_write
from sm_dns.util.finding import Finding, finding
from sm_dns.util.fingerprint import fingerprint
from sm_dns.util.message import NOTHING, Message, reason_of

POLL_SECONDS = 0.5  # how often it is looked whether a file has changed
REOPEN_SECONDS = 5.0  # between two tries to listen
PROBE_SECONDS = 5.0  # between two looks whether another one was promoted
CARRY_SECONDS = 170.0  # a little more than the primary gives a command
MAX_LOOKS = 20  # for a bundle with what a carried command changed, `POLL_SECONDS` apart
LATE_SECONDS = 30.0  # after which it is said that a change here goes nowhere

log = logging.getLogger(__name__)


class Membership:
    """`say` tells the control process. Everything of the fleet in this process hangs here."""

    def __init__(self, start: FleetStart, say: Callable[[FleetWord], None]) -> None:
        self._start = start
        self._state_dir = start.state_dir
        self._say = say
        self._listen = None if start.plan.listen is None else Endpoint(*start.plan.listen)
        self._kept: Kept | None = None
        self._own: Tell | None = None
        self._leading: Leading | None = None
        self._bundles: Bundles | None = None
        self._following: Following | None = None
        self._in_force: Path | None = None
        self._poke = asyncio.Event()
        self._changing = asyncio.Lock()
        self._problem: Message = NOTHING  # why a primary tells nobody of what it has
        self._late_since = 0.0
        self._meanwhile: tuple[Deed, ...] = ()
        self._rival: Message = NOTHING  # who else leads in our epoch
        self._putting = False  # a bundle that is not in force yet
        self._tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Until cancelled. Raises `BadInput` and `OSError` where what is kept cannot be read or written."""
        while True:
            self._kept = await asyncio.to_thread(self._begun)
            self._meanwhile = await asyncio.to_thread(meanwhile, self._state_dir)
            role = None if self._kept is None else self._kept.role
            work = {"primary": self._lead, "node": self._follow, None: self._wait}[role]
            task = asyncio.get_running_loop().create_task(work())
            try:
                await self._until_another(task)
            finally:
                task.cancel()
                await asyncio.wait([task])
                self._leading = self._following = self._bundles = None
                self._problem = self._rival = NOTHING
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error

    def obey(self, order: FleetOrder) -> None:
        """Do what the control process says."""
        if isinstance(order, InForce):
            self._in_force = order.directory
            self._poke.set()
        else:
            task = asyncio.get_running_loop().create_task(self._have_carried(order))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def status(self) -> FleetStatus:
        """How the fleet stands."""
        kept = self._kept
        if kept is None:
            return FleetStatus(
                "node", self._start.plan.name, "", 0, 0, "", None, (), (), tuple(self._findings(()))
            )
        members = self._members(kept)
        manifest = _manifest(kept)
        standing = kept.standing
        return FleetStatus(
            role=kept.role,
            name=kept.name,
            fleet=standing.fleet,
            epoch=standing.epoch,
            generation=standing.generation,
            leader=standing.leader,
            at=None if manifest is None else manifest.at,
            members=members,
            meanwhile=self._meanwhile,
            findings=tuple(self._findings(members)),
        )

    def _begun(self) -> Kept | None:
        """What is kept; of a primary that begins, the beginning of a fleet."""
        kept = standing_file.load(self._state_dir)
        if kept is not None or self._start.plan.role == "node":
            return kept
        identity = self._identity(self._start.plan.name)
        fleet = Standing(secrets.token_hex(16), 1, 0, "", identity.name, (identity.member(self._address),))
        kept = Kept("primary", identity.name, fleet, None, NO_BASE)
        file = standing_file.written(self._state_dir, kept)
        atomic_write(file.path, file.data, mode=file.mode)
        return kept

    def _identity(self, name: str) -> Identity:
        return load_or_make(standing_file.folder(self._state_dir), name)

    @property
    def _address(self) -> str:
        return "" if self._listen is None else str(self._listen)

    async def _until_another(self, task: asyncio.Task[None]) -> None:
        """Until a command has changed what this server is, or the work has ended."""
        while not task.done():
            await asyncio.wait([task], timeout=POLL_SECONDS)
            self._meanwhile = await asyncio.to_thread(meanwhile, self._state_dir)
            async with self._changing:
                found = await asyncio.to_thread(standing_file.load, self._state_dir)
                if _what(found) != _what(self._kept):
                    return

    async def _wait(self) -> None:
        await asyncio.Event().wait()

    async def _look(self) -> Tell:
        kept = self._kept
        assert kept is not None, "who looks is in a fleet"
        self._own = await asyncio.to_thread(look, self._state_dir, kept, self._address)
        return self._own

    async def _look_often(self) -> None:
        while True:
            await self._look()
            await asyncio.sleep(BEAT_SECONDS)

    # As primary.

    async def _lead(self) -> None:
        kept = self._kept
        assert kept is not None, "it leads"
        identity = await asyncio.to_thread(self._identity, kept.name)
        bundles = Bundles(self._start.config, self._state_dir, identity, kept)
        self._bundles = bundles
        trail = Trail(self._state_dir / audit.FILE, "service")
        leading = self._leading = Leading(
            bundles,
            self._folders(),
            identity.file,
            self._state_dir,
            trail,
            self._carry_out,
            lambda name, seq, digest: None,
            self._poke.set,
        )
        leading.joined = [identity.member(self._address)]
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._look_often())
                group.create_task(self._look_for_successor(identity))
                group.create_task(self._keep_listening(leading))
                group.create_task(self._keep_making(bundles, leading))
        finally:
            await leading.close()

    async def _keep_listening(self, leading: Leading) -> None:
        while self._listen is not None:
            try:
                await leading.open(self._listen.address, self._listen.port)
                return
            except OSError as error:
                self._problem = Message("{address}: {reason}", address=self._listen, reason=reason_of(error))
                await asyncio.sleep(REOPEN_SECONDS)

    async def _keep_making(self, bundles: Bundles, leading: Leading) -> None:
        """Make a bundle as soon as something else is in force here."""
        seen: object = None
        while True:
            found = await asyncio.to_thread(self._seen, leading)
            if self._in_force is not None and (found != seen or self._late_since):
                try:
                    made = await self._make(bundles, leading, self._in_force)
                    self._problem, self._late_since, seen = NOTHING, 0.0, found
                except NotInForce as error:
                    self._late_since = self._late_since or time.monotonic()
                    if time.monotonic() - self._late_since > LATE_SECONDS:
                        self._problem = error.message
                except (BadInput, OSError) as error:
                    self._problem, self._late_since = reason_of(error), time.monotonic()
                else:
                    if made:
                        leading.tell()
            self._poke.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._poke.wait()

    async def _make(self, bundles: Bundles, leading: Leading, in_force: Path) -> bool:
        async with self._changing:
            made = await asyncio.to_thread(bundles.make, in_force, leading.members)
            if made:
                self._kept = bundles.kept
                self._say(Stands(self.status()))
            return made

    async def _look_for_successor(self, identity: Identity) -> None:
        """Step down as soon as somebody is met who was promoted meanwhile."""
        while True:
            kept = self._kept
            assert kept is not None, "it leads"
            manifest, self._rival = await successor(identity.file, kept)
            if manifest is not None:
                async with self._changing:
                    await asyncio.to_thread(step_down, self._state_dir, kept, manifest)
                return  # what is kept says that this is a node now: it begins anew
            await asyncio.sleep(PROBE_SECONDS)

    def _seen(self, leading: Leading) -> object:
        """What a bundle is made of, as far as looking tells."""
        there = fingerprint(path for _, path in self._folders().there())
        return there, self._in_force, leading.members

    def _folders(self) -> Folders:
        return folders(load_settings(self._start.config))

    async def _carry_out(self, node: str, said: Carry) -> Carried:
        """Carry out a command for a node; it is told the bundle in which the change is."""
        try:
            arguments = checked(said.arguments)
            code, out, err = await children.carry_out(self._start.config, said.person, node, arguments)
        except (BadInput, OSError) as error:
            return Carried(said.number, reason_of(error), 0, "", "", 0, 0)
        place = await self._place_of_now()
        return Carried(said.number, NOTHING, code, out, err, *place)

    async def _place_of_now(self) -> tuple[int, int]:
        """The bundle that has what is here now; the last one where there is none of it in time."""
        leading, bundles = self._leading, self._bundles
        for _ in range(MAX_LOOKS):
            if leading is None or bundles is None or self._in_force is None:
                break
            with suppress(BadInput, OSError):
                if await self._make(bundles, leading, self._in_force):
                    leading.tell()
                break
            await asyncio.sleep(POLL_SECONDS)
        kept = self._kept
        return (0, 0) if kept is None else (kept.standing.epoch, kept.standing.generation)

    # As node.

    async def _follow(self) -> None:
        kept = self._kept
        assert kept is not None, "it follows"
        identity = await asyncio.to_thread(self._identity, kept.name)
        following = self._following = Following(
            lambda: self._kept or kept, self._folders(), identity.file, self._put, self._look
        )
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look_often())
            group.create_task(following.run())

    async def _put(self, sealed: Sealed, manifest: Manifest, files: Mapping[str, bytes]) -> None:
        kept = self._kept
        assert kept is not None, "it follows"
        self._putting = True
        try:
            async with self._changing:
                self._kept, changed = await asyncio.to_thread(
                    put, self._state_dir, self._folders(), kept, sealed, manifest, files
                )
            await asyncio.to_thread(go_by, self._state_dir, changed)
        except client.Refused as error:
            log.error("fleet: what was taken is not in force: %s", error)
        finally:
            self._putting = False
            self._say(Stands(self.status()))

    async def _have_carried(self, order: CarryOut) -> None:
        """Have the primary carry out a command, and tell how it ended once the change is here."""
        following = self._following
        try:
            if following is None:
                raise BadInput("this server is no node of a fleet now: type it again")
            done = await following.carry(order.person, order.arguments, CARRY_SECONDS)
            await self._until_here((done.epoch, done.generation))
            self._say(CarriedOut(order.number, done.refused, done.code, done.out, done.err))
        except (BadInput, OSError) as error:
            self._say(CarriedOut(order.number, reason_of(error), 0, "", ""))

    async def _until_here(self, place: tuple[int, int]) -> None:
        """Until this node goes by a bundle; after a while its status says why it does not."""
        for _ in range(MAX_LOOKS * 4):
            kept = self._kept
            here = (0, 0) if kept is None else (kept.standing.epoch, kept.standing.generation)
            if here >= place and not self._putting:
                return
            await asyncio.sleep(POLL_SECONDS / 4)

    # What is told.

    def _members(self, kept: Kept) -> tuple[MemberState, ...]:
        """All members by name, each as it told last."""
        known = {each.name: each for each in self._told()}
        if self._own is not None:
            known[kept.name] = self._own.state
        reachable = self._reachable(kept)
        return tuple(
            _state(each, known.get(each.name), is_reachable=each.name in reachable)
            for each in sorted(self._all(kept), key=lambda each: each.name)
        )

    def _told(self) -> tuple[MemberState, ...]:
        if self._leading is not None:
            return tuple(self._leading.states.values())
        return () if self._following is None else self._following.states

    def _all(self, kept: Kept) -> tuple[Member, ...]:
        return kept.standing.members if self._leading is None else self._leading.members

    def _reachable(self, kept: Kept) -> frozenset[str]:
        if self._leading is not None:
            return self._leading.reachable | {kept.name}
        if self._following is None or not self._following.is_reachable:
            return frozenset((kept.name,))
        return frozenset(each.name for each in self._following.states if each.is_reachable) | {kept.name}

    def _findings(self, members: tuple[MemberState, ...]) -> list[Finding]:
        kept = self._kept
        if kept is None:
            return [
                finding(
                    "warning",
                    "this server is in no fleet yet: sm-dns fleet invite on the primary, then sm-dns fleet join here",
                )
            ]
        found = [finding("error", "{reason}", reason=self._problem)] if self._problem else []
        if kept.role == "primary" and self._listen is None:
            found.append(finding("error", "nodes cannot reach this primary: fleet.listen is not configured"))
        if self._following is not None and not self._following.is_reachable:
            why = self._following.problem
            found.append(
                finding("warning", "the primary of the fleet is not reachable: {reason}", reason=why)
            )
        if self._rival:
            found.append(finding("error", "{reason}", reason=self._rival))
        if self._meanwhile:
            found.append(
                finding(
                    "warning",
                    "{count} changes were made here alone while another server led, and are not in force: "
                    "sm-dns fleet status shows them",
                    count=len(self._meanwhile),
                )
            )
        for each in members:
            if self._leading is not None and not each.is_reachable:
                found.append(finding("warning", "the node {name} is not reachable", name=each.name))
            elif each.name != kept.name and each.seen is not None and not each.is_in_force:
                found.append(
                    finding(
                        "error",
                        "the server {name} does not answer by what it took: {reason}",
                        name=each.name,
                        reason=each.problem,
                    )
                )
        return found


def _manifest(kept: Kept) -> Manifest | None:
    return None if kept.sealed is None else read_manifest(kept.sealed.manifest)


def _what(kept: Kept | None) -> object:
    """What must not change under who leads or follows."""
    if kept is None:
        return None
    standing = kept.standing
    return kept.role, kept.name, standing.fleet, standing.epoch, {each.name for each in standing.members}


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
