"""The primary's end of the talk: members connect, are told of each bundle at once, and get the files that they
lack."""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sm_dns.fleet.bundles.bundle import Member
from sm_dns.fleet.bundles.contents import Folders
from sm_dns.fleet.bundles.making import Bundles
from sm_dns.fleet.heads import Proof, ToldHead
from sm_dns.fleet.talk import encryption
from sm_dns.fleet.talk.admitting import Admission, is_address
from sm_dns.fleet.talk.messages import (
    BEAT_SECONDS,
    FROM_NODE,
    FROM_PRIMARY,
    PROTOCOL,
    SILENCE_SECONDS,
    Carried,
    Carry,
    Everybody,
    FromNode,
    FromPrimary,
    Hello,
    Join,
    Joined,
    Offer,
    Prove,
    Proved,
    Refused,
    Tell,
    Want,
)
from sm_dns.fleet.talk.proving import PROOF_SECONDS, Prover, proved
from sm_dns.fleet.talk.questions import Questions
from sm_dns.fleet.talk.sending import send_file
from sm_dns.fleet.talk.wire import Gone, Wire
from sm_dns.ipc.fleet import MemberState
from sm_dns.state.audit import Trail
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message

MAX_CONNECTIONS = 128
MAX_STRANGERS = 8  # connections that have not yet said who they are
FIRST_WORD_SECONDS = 10.0  # for the handshake, and for the first message
MAX_BUSY = 4  # commands and proofs of one node at once

log = logging.getLogger(__name__)

Talk = Wire[FromPrimary, FromNode]
CarryOut = Callable[[str, Carry], Awaitable[Carried]]
"""Carry out a command that came from the node of this name."""
NoteHeads = Callable[[tuple[ToldHead, ...]], tuple[ToldHead, ...]]
"""Keep the heads of the nodes' audits; what all are to be told, our own with it."""


@dataclass
class _Session:
    """A node that is connected. told: the digest of the bundle it was told of."""

    talk: Talk
    name: str
    told: str
    news: asyncio.Event
    busy: set[asyncio.Task[None]] = field(default_factory=set)
    proofs: Questions[Proved] = field(default_factory=Questions)


class Leading:
    """Listens for members. `changed` is called when a member has joined."""

    def __init__(
        self,
        bundles: Bundles,
        folders: Folders,
        file: Path,
        state_dir: Path,
        trail: Trail,
        carry_out: CarryOut,
        note_heads: NoteHeads,
        prove: Prover,
        own: Callable[[], MemberState | None],
        changed: Callable[[], None],
    ) -> None:
        self.states: dict[str, MemberState] = {}
        self.joined: list[Member] = []
        self.places: dict[str, tuple[int, int]] = {}  # epoch and generation by which each node came
        self._bundles = bundles
        self._folders = folders
        self._file = file
        self._own = own
        self._carry_out = carry_out
        self._note_heads = note_heads
        self._prove = prove
        self._heads: dict[str, ToldHead] = {}
        self._changed = changed
        self._sessions: dict[str, _Session] = {}
        self._connections = self._strangers = 0
        self._admission = Admission(state_dir, trail)
        self._context: ssl.SSLContext | None = None
        self._server: asyncio.Server | None = None

    @property
    def members(self) -> tuple[Member, ...]:
        """All that are known, those too that joined since the last bundle."""
        known = {each.name: each for each in (*self._bundles.kept.standing.members, *self.joined)}
        return tuple(known.values())

    @property
    def reachable(self) -> frozenset[str]:
        """The names of those that are connected."""
        return frozenset(self._sessions)

    async def open(self, host: str, port: int) -> None:
        """Listen. Raises `OSError`."""
        self._context = encryption.listening(self._file, self.members)
        self._server = await asyncio.start_server(
            self._serve, host, port, ssl=self._context, ssl_handshake_timeout=FIRST_WORD_SECONDS
        )

    async def close(self) -> None:
        """End every connection."""
        if self._server is not None:
            self._server.close()
        for session in self._sessions.values():
            session.talk.close()

    def tell(self) -> None:
        """There is another bundle: tell everybody at once."""
        for session in self._sessions.values():
            session.news.set()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk: Talk = Wire(reader, writer, FROM_PRIMARY, FROM_NODE)
        if self._connections >= MAX_CONNECTIONS or self._strangers >= MAX_STRANGERS:
            talk.close()
            return
        self._connections += 1
        try:
            await self._met(talk)
        except Gone as gone:
            log.info("fleet: %s: %s", talk.address, gone)
        except (BadInput, OSError) as error:
            log.warning("fleet: %s: %s", talk.address, error)
        except asyncio.CancelledError:
            pass  # the process ends; asyncio of Python 3.11 would log it as an error
        finally:
            self._connections -= 1
            talk.close()

    async def _met(self, talk: Talk) -> None:
        self._strangers += 1
        try:
            said, body = await talk.receive(FIRST_WORD_SECONDS)
        finally:
            self._strangers -= 1
        try:
            if isinstance(said, Join | Hello) and said.protocol != PROTOCOL:
                raise BadInput("it speaks another version of sm-dns: install the same one on every server")
            if isinstance(said, Join):
                await talk.send(await asyncio.to_thread(self._join, said, body))
            elif isinstance(said, Hello):
                await self._attend(_Session(talk, self._known(talk, said), said.digest, asyncio.Event()))
            else:
                raise Gone("it does not say who it is")
        except BadInput as error:
            await talk.send(Refused(error.message))
            raise

    def _known(self, talk: Talk, said: Hello) -> str:
        """The name of a member. Raises `BadInput` for a stranger."""
        shown = talk.certificate
        found = next((each for each in self.members if shown and each.certificate == shown), None)
        if found is None or found.name != said.name:
            raise BadInput("it is no member of this fleet")
        self.places[found.name] = (said.epoch, said.generation)
        return found.name

    def _join(self, said: Join, certificate: bytes) -> Joined:
        """Make a member of who knows the secret of an invitation. Raises `BadInput` and `OSError`."""
        leader = self._bundles.kept.name
        member = self._admission.admitted(said, certificate, self.members, leader)
        self.joined = [each for each in self.joined if each.name != member.name] + [member]
        assert self._context is not None, "who joins is connected"
        encryption.trust(self._context, [member])
        self._changed()
        standing = self._bundles.kept.standing
        return Joined(standing.fleet, standing.epoch, leader, self.members)

    async def _attend(self, session: _Session) -> None:
        """Talk with a node until it is gone."""
        before = self._sessions.get(session.name)
        if before is not None:
            before.talk.close()
        self._sessions[session.name] = session
        speaking = asyncio.get_running_loop().create_task(self._speak(session))
        try:
            while True:
                said, _ = await session.talk.receive(SILENCE_SECONDS)
                await self._heard(session, said)
        finally:
            speaking.cancel()
            await asyncio.wait([speaking])
            session.proofs.end()
            if self._sessions.get(session.name) is session:
                del self._sessions[session.name]

    async def _speak(self, session: _Session) -> None:
        with suppress(Gone):
            while True:
                session.news.clear()
                sealed = self._bundles.kept.sealed
                if sealed is not None and sealed.digest != session.told:
                    session.told = sealed.digest
                    await session.talk.send(Offer(sealed.signature), sealed.manifest)
                await session.talk.send(
                    Everybody(self._everybody(), self._note_heads(tuple(self._heads.values())))
                )
                with suppress(TimeoutError):
                    async with asyncio.timeout(BEAT_SECONDS):
                        await session.news.wait()
        session.talk.close()

    def _everybody(self) -> tuple[MemberState, ...]:
        """How all are: ourselves, and the nodes as they told last."""
        own = self._own()
        nodes = (replace(each, is_reachable=name in self._sessions) for name, each in self.states.items())
        return (*nodes, *((own,) if own is not None else ()))

    async def proof_of(self, name: str, seqs: tuple[int, ...]) -> Proof:
        """What a node says of its audit. Raises `BadInput` where it cannot be asked."""
        session = self._sessions.get(name)
        if session is None:
            raise BadInput("the node {name} is not reachable", name=name)
        said = await session.proofs.ask(
            lambda number: session.talk.send(Prove(number, name, seqs)),
            PROOF_SECONDS,
            Message("it did not answer"),
        )
        if said.refused:
            raise BadInput(said.refused)
        return said.proof

    async def _answer(self, session: _Session, said: Prove) -> None:
        """Say what records of our own audit are, or have another node say it."""

        async def prove(seqs: tuple[int, ...]) -> Proof:
            return await self.proof_of(said.name, seqs)

        own = said.name == self._bundles.kept.name
        with suppress(Gone):
            await session.talk.send(await proved(said, self._prove if own else prove))

    async def _heard(self, session: _Session, said: FromNode) -> None:
        if isinstance(said, Want):
            for wanted in said.files:
                await send_file(session.talk, wanted, self._bundles, self._folders)
        elif isinstance(said, Tell):
            self.states[session.name] = replace(said.state, name=session.name, role="node")
            self._note_address(session.name, said.state.address)
            self._heads[session.name] = ToldHead(session.name, said.head_seq, said.head_hash)
        elif isinstance(said, Carry):
            if len(session.busy) >= MAX_BUSY:
                reason = Message("too many commands at once: try again")
                await session.talk.send(Carried(said.number, reason, 0, "", "", 0, 0))
                return
            self._in_the_background(session, self._carry(session, said))
        elif isinstance(said, Proved):
            session.proofs.answer(said.number, said)
        elif isinstance(said, Prove):
            self._in_the_background(session, self._answer(session, said))
        else:
            raise Gone("it says who it is a second time")

    def _in_the_background(self, session: _Session, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        session.busy.add(task)
        task.add_done_callback(session.busy.discard)

    def _note_address(self, name: str, address: str) -> None:
        """A node may come to be one that can be promoted, or no more."""
        member = next((each for each in self.members if each.name == name), None)
        if member is not None and member.address != address and is_address(address):
            others = [each for each in self.joined if each.name != name]
            self.joined = [*others, replace(member, address=address)]
            self._changed()

    async def _carry(self, session: _Session, said: Carry) -> None:
        carried = await self._carry_out(session.name, said)
        with suppress(Gone):
            await session.talk.send(carried)
