"""This server as primary: it makes bundles of what is in force here, listens, and looks whether it was succeeded."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from pathlib import Path

from sm_dns.fleet.bundles.bundle import Member
from sm_dns.fleet.bundles.making import Bundles, NotInForce
from sm_dns.fleet.carried import ACTION, checked
from sm_dns.fleet.heads import EVERY_SECONDS, Proof, ToldHead, prove
from sm_dns.fleet.members.identity import Identity
from sm_dns.fleet.members.succession import step_down, successor
from sm_dns.fleet.talk.leading import Leading
from sm_dns.fleet.talk.messages import Carried, Carry
from sm_dns.fleet.this_server import ThisServer
from sm_dns.fleet.verifying import verified
from sm_dns.ipc import children
from sm_dns.ipc.fleet import MemberState
from sm_dns.state import audit
from sm_dns.state.audit import Trail
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding, finding
from sm_dns.util.fingerprint import fingerprint
from sm_dns.util.message import NOTHING, Message, reason_of

POLL_SECONDS = 0.5  # how often it is looked whether a file has changed
REOPEN_SECONDS = 5.0  # between two tries to listen
PROBE_SECONDS = 5.0  # between two looks whether another one was promoted
LATE_SECONDS = 30.0  # after which it is said that a change here goes nowhere
MAX_LOOKS = 20  # for a bundle with what a carried command changed, `POLL_SECONDS` apart


class AsPrimary:
    """`run` until cancelled."""

    def __init__(self, server: ThisServer, identity: Identity) -> None:
        self._server = server
        self._identity = identity
        self._problem: Message = NOTHING  # why nobody is told of what is here
        self._closed: Message = NOTHING  # why it does not listen
        self._rival: Message = NOTHING  # who else leads in our epoch
        self._late_since = 0.0
        config, kept = server.start.config, server.member()
        self._bundles = Bundles(config, server.state_dir, identity, kept)
        self._leading = Leading(
            self._bundles,
            server.folders(),
            identity.file,
            server.state_dir,
            Trail(server.state_dir / audit.FILE, "service"),
            self._carry_out,
            self._note_heads,
            self.proof,
            lambda: None if server.own is None else server.own.state,
            server.poked.set,
        )
        self._leading.joined = [identity.member(server.address)]

    @property
    def members(self) -> tuple[Member, ...]:
        """All, those too that joined since the last bundle."""
        return self._leading.members

    @property
    def told(self) -> tuple[MemberState, ...]:
        """How the nodes are."""
        return tuple(self._leading.states.values())

    @property
    def reachable(self) -> frozenset[str]:
        """The nodes that are connected."""
        return self._leading.reachable

    def findings(self) -> list[Finding]:
        """What wants a person."""
        found = [
            finding("error", "{reason}", reason=each)
            for each in (self._problem, self._closed, self._rival)
            if each
        ]
        if self._server.listen is None:
            found.append(finding("error", "nodes cannot reach this primary: fleet.listen is not configured"))
        found += [
            finding("warning", "the node {name} is not reachable", name=each.name)
            for each in self.members
            if each.name not in self.reachable and each.name != self._identity.name
        ]
        epoch, own = self._server.place
        found += [
            finding(
                "error",
                "the node {name} has generation {generation}, and this server is at {own}: where it was restored "
                "from a backup, promote the server that has what is wanted (sm-dns fleet promote)",
                name=name,
                generation=generation,
                own=own,
            )
            for name, (theirs, generation) in self._leading.places.items()
            if theirs == epoch and generation > own
        ]
        return found

    async def run(self) -> None:
        """Lead."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._server.look_often())
                group.create_task(self._look_for_successor())
                group.create_task(self._keep_listening())
                group.create_task(self._keep_making())
                group.create_task(self._verify_often())
        finally:
            await self._leading.close()

    async def proof_of(self, name: str, seqs: tuple[int, ...]) -> Proof:
        """What a node says of its audit. Raises `BadInput` where it cannot be asked."""
        return await self._leading.proof_of(name, seqs)

    async def _keep_listening(self) -> None:
        listen = self._server.listen
        while listen is not None:
            try:
                await self._leading.open(listen.address, listen.port)
                self._closed = NOTHING
                return
            except OSError as error:
                self._closed = Message("{address}: {reason}", address=listen, reason=reason_of(error))
                await asyncio.sleep(REOPEN_SECONDS)

    async def _keep_making(self) -> None:
        """Make a bundle as soon as something else is in force here."""
        seen: object = None
        while True:
            found = await asyncio.to_thread(self._seen)
            if self._server.in_force is not None and (found != seen or self._late_since):
                try:
                    await self._make(self._server.in_force)
                    self._problem, self._late_since, seen = NOTHING, 0.0, found
                except NotInForce as error:
                    self._late_since = self._late_since or time.monotonic()
                    if time.monotonic() - self._late_since > LATE_SECONDS:
                        self._problem = error.message
                except (BadInput, OSError) as error:
                    self._problem, self._late_since = reason_of(error), time.monotonic()
            self._server.poked.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(POLL_SECONDS):
                    await self._server.poked.wait()

    async def _make(self, in_force: Path) -> None:
        """Make the next bundle where there is reason for one, and tell everybody."""
        async with self._server.changing:
            if await asyncio.to_thread(self._bundles.make, in_force, self.members):
                self._server.kept = self._bundles.kept
                self._leading.tell()
                self._server.tell()

    async def _look_for_successor(self) -> None:
        """Step down as soon as somebody is met who was promoted meanwhile."""
        while True:
            kept = self._server.member()
            manifest, self._rival = await successor(self._identity.file, kept)
            if manifest is not None:
                async with self._server.changing:
                    await asyncio.to_thread(step_down, self._server.state_dir, kept, manifest)
                return  # what is kept says that this is a node now: it begins anew
            await asyncio.sleep(PROBE_SECONDS)

    async def _verify_often(self) -> None:
        """Hold every audit against what is kept here; what is wrong is a finding."""
        while True:
            await asyncio.sleep(EVERY_SECONDS)
            await verified(self._server, self)

    def _seen(self) -> object:
        """What a bundle is made of, as far as looking tells."""
        there = fingerprint(path for _, path in self._server.folders().there())
        return there, self._server.in_force, self.members

    def _note_heads(self, told: tuple[ToldHead, ...]) -> tuple[ToldHead, ...]:
        """Keep what nodes told of their audits; our own with it, for them to keep."""
        own = self._server.own
        every = told if own is None else (*told, ToldHead(self._identity.name, own.head_seq, own.head_hash))
        with suppress(BadInput, OSError):  # the next one is kept
            self._server.heads.note(every, self._identity.name)
        return every

    async def proof(self, seqs: tuple[int, ...]) -> Proof:
        """Of this server's own audit. Raises `BadInput` and `OSError`."""
        return await asyncio.to_thread(prove, self._server.state_dir, seqs)

    async def _done(self, node: str, person: str, arguments: tuple[str, ...]) -> tuple[int, str, str]:
        """Exit code, output and errors of a command; of an action of a dashboard 0, and what came of it."""
        config = self._server.start.config
        if arguments[0] == ACTION:
            return 0, await children.do_for_dashboard(config, node, arguments[1]), ""
        return await children.carry_out(config, person, node, arguments)

    async def _carry_out(self, node: str, said: Carry) -> Carried:
        """Carry out a command for a node; it is told the bundle in which the change is."""
        try:
            arguments = checked(said.arguments)
            code, out, err = await self._done(node, said.person, arguments)
        except (BadInput, OSError) as error:
            return Carried(said.number, reason_of(error), 0, "", "", 0, 0)
        for _ in range(MAX_LOOKS):
            with suppress(BadInput, OSError):
                if self._server.in_force is not None:
                    await self._make(self._server.in_force)
                break
            await asyncio.sleep(POLL_SECONDS)
        return Carried(said.number, NOTHING, code, out, err, *self._server.place)
