"""The primary's end of the talk: members connect, are told of each bundle at once, and get the files that they
lack."""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
import zlib
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from sm_dns.fleet import encryption, invitations
from sm_dns.fleet.bundle import MAX_MEMBERS, Member
from sm_dns.fleet.bundles import Bundles
from sm_dns.fleet.contents import Folders
from sm_dns.fleet.identity import key_of
from sm_dns.fleet.invitations import WrongTokens
from sm_dns.fleet.talk import (
    BEAT_SECONDS,
    FROM_NODE,
    FROM_PRIMARY,
    PART_BYTES,
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
    Part,
    Refused,
    Tell,
    Want,
    Wanted,
)
from sm_dns.fleet.wire import Gone, Wire
from sm_dns.ipc.fleet import MemberState
from sm_dns.settings.endpoint import parse_endpoint
from sm_dns.settings.types import is_name
from sm_dns.state.audit import Trail
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message

MAX_CONNECTIONS = 128
MAX_STRANGERS = 8  # connections that have not yet said who they are
FIRST_WORD_SECONDS = 10.0  # for the handshake, and for the first message
MAX_CARRIED = 4  # commands of one node at once

log = logging.getLogger(__name__)

Talk = Wire[FromPrimary, FromNode]
CarryOut = Callable[[str, Carry], Awaitable[Carried]]
"""Carry out a command that came from the node of this name."""
NoteHead = Callable[[str, int, str], None]
"""Keep the head of a member's audit: its name, the number of the record, its hash."""


@dataclass
class _Session:
    """A node that is connected. told: the digest of the bundle it was told of."""

    talk: Talk
    name: str
    told: str
    news: asyncio.Event
    carrying: set[asyncio.Task[None]] = field(default_factory=set)


class Leading:
    """Listens for members. `changed` is called when a member has joined."""

    def __init__(
        self,
        bundles: Bundles,
        folders: Folders,
        own: Path,
        state_dir: Path,
        trail: Trail,
        carry_out: CarryOut,
        note_head: NoteHead,
        changed: Callable[[], None],
    ) -> None:
        self.states: dict[str, MemberState] = {}
        self.joined: list[Member] = []
        self._bundles = bundles
        self._folders = folders
        self._own = own
        self._state_dir = state_dir
        self._trail = trail
        self._carry_out = carry_out
        self._note_head = note_head
        self._changed = changed
        self._sessions: dict[str, _Session] = {}
        self._connections = self._strangers = 0
        self._wrong = WrongTokens()
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
        self._context = encryption.listening(self._own, self.members)
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
        return found.name

    def _join(self, said: Join, certificate: bytes) -> Joined:
        """Make a member of who knows the secret of an invitation. Raises `BadInput` and `OSError`."""
        now = time.monotonic()
        if self._wrong.are_too_many(now):
            raise BadInput("too many wrong invitations were shown: try again in ten minutes")
        member = _member(said, certificate)
        if invitations.without(self._state_dir, said.secret, time.time()) is None:
            self._wrong.note(now)
            raise BadInput("the invitation is not known here, was used, or has ended: make another one")
        others = [each for each in self.members if each.name != member.name]
        leader = self._bundles.kept.name
        if member.name == leader:
            raise BadInput("{name} is the name of the primary: give this server another one", name=leader)
        if len(others) >= MAX_MEMBERS:
            raise BadInput("more than {most} members", most=MAX_MEMBERS)
        with self._trail.turn() as turn:
            left = invitations.without(self._state_dir, said.secret, time.time())
            if left is None:
                raise BadInput("the invitation is not known here, was used, or has ended: make another one")
            turn.change("fleet joined", member.name, why="", detail={"address": member.address}, files=[left])
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
                await session.talk.send(Everybody(tuple(self.states.values())))
                with suppress(TimeoutError):
                    async with asyncio.timeout(BEAT_SECONDS):
                        await session.news.wait()
        session.talk.close()

    async def _heard(self, session: _Session, said: FromNode) -> None:
        if isinstance(said, Want):
            for wanted in said.files:
                await self._send_file(session.talk, wanted)
        elif isinstance(said, Tell):
            self.states[session.name] = replace(said.state, name=session.name, role="node")
            self._note_address(session.name, said.state.address)
            self._note_head(session.name, said.head_seq, said.head_hash)
        elif isinstance(said, Carry):
            if len(session.carrying) >= MAX_CARRIED:
                reason = Message("too many commands at once: try again")
                await session.talk.send(Carried(said.number, reason, 0, "", "", 0, 0))
                return
            task = asyncio.get_running_loop().create_task(self._carry(session, said))
            session.carrying.add(task)
            task.add_done_callback(session.carrying.discard)
        else:
            raise Gone("it says who it is a second time")

    def _note_address(self, name: str, address: str) -> None:
        """A node may come to be one that can be promoted, or no more."""
        member = next((each for each in self.members if each.name == name), None)
        if member is not None and member.address != address and _is_address(address):
            others = [each for each in self.joined if each.name != name]
            self.joined = [*others, replace(member, address=address)]
            self._changed()

    async def _carry(self, session: _Session, said: Carry) -> None:
        carried = await self._carry_out(session.name, said)
        with suppress(Gone):
            await session.talk.send(carried)

    async def _send_file(self, talk: Talk, wanted: Wanted) -> None:
        data = await asyncio.to_thread(self._bundles.content, wanted.digest, self._folders)
        if data is None:
            await talk.send(Part(wanted.digest, "gone", is_last=True))
            return
        kind, packed = await asyncio.to_thread(self._packed, wanted, data)
        for part, is_last in _parts(packed):
            await talk.send(Part(wanted.digest, kind, is_last), part)

    def _packed(self, wanted: Wanted, data: bytes) -> tuple[Literal["whole", "difference"], bytes]:
        change = self._bundles.difference(wanted.digest, wanted.have)
        if change is not None and len(change) < len(data):
            return "difference", zlib.compress(change)
        return "whole", zlib.compress(data)


def _parts(data: bytes) -> Iterator[tuple[bytes, bool]]:
    for at in range(0, len(data), PART_BYTES):
        yield data[at : at + PART_BYTES], at + PART_BYTES >= len(data)


def _member(said: Join, certificate: bytes) -> Member:
    """Who wants to join. Raises `BadInput`."""
    if not is_name(said.name):
        raise BadInput("{name!r} is no name of a server", name=said.name)
    if not _is_address(said.address):
        raise BadInput("{address!r} is no address with a port", address=said.address)
    return Member(said.name, key_of(certificate), certificate, said.address)


def _is_address(text: str) -> bool:
    """Whether it is one, or says that there is none."""
    try:
        return not text or str(parse_endpoint(text)) == text
    except ValueError:
        return False
