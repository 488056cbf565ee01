"""A node's end of the talk: it connects out, takes each bundle that may be taken, and tells how it is."""

from __future__ import annotations

import asyncio
import logging
import ssl
import zlib
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path

from sm_dns.fleet import encryption
from sm_dns.fleet.bundle import MAX_FILE_BYTES, FileNote, Manifest, Member, Sealed, digest_of
from sm_dns.fleet.contents import Folders
from sm_dns.fleet.differences import applied
from sm_dns.fleet.standing import NotTaken, acceptable, check_files, is_known
from sm_dns.fleet.standing_file import Kept
from sm_dns.fleet.talk import (
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
from sm_dns.util.errors import BadInput
from sm_dns.util.files import is_there, read_regular
from sm_dns.util.message import NOTHING, Message

CONNECT_SECONDS = 5.0
FIRST_PAUSE = 0.5  # seconds between two tries, doubled up to the longest
LONGEST_PAUSE = 5.0
PART_SECONDS = 60.0  # within which the next part of a file must come
MAX_OVERHEAD = 64 << 10  # octets by which a difference may be longer than the file that it makes

log = logging.getLogger(__name__)

Talk = Wire[FromNode, FromPrimary]
Put = Callable[[Sealed, Manifest, Mapping[str, bytes]], Awaitable[None]]
"""Put a bundle in place; raises `BadInput` and `OSError`."""


async def connect(own: Path, member: Member, members: tuple[Member, ...]) -> Talk:
    """A connection to a member, who is who it must be. Raises `Gone`."""
    endpoint = parse_endpoint(member.address)
    context = encryption.asking(own, members)
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            reader, writer = await asyncio.open_connection(endpoint.address, endpoint.port, ssl=context)
    except TimeoutError as error:
        raise Gone("it cannot be reached") from error
    except (OSError, ssl.SSLError) as error:
        raise Gone(str(error)) from error
    talk: Talk = Wire(reader, writer, FROM_NODE, FROM_PRIMARY)
    if talk.certificate != member.certificate:
        talk.close()
        raise Gone(f"its certificate is not that of {member.name}")
    return talk


def hello(kept: Kept) -> Hello:
    """The first word of a member."""
    standing = kept.standing
    return Hello(PROTOCOL, kept.name, standing.epoch, standing.generation, standing.digest)


def leaders(kept: Kept) -> list[Member]:
    """Whom a member asks: who leads, then the others that may."""
    others = [each for each in kept.standing.members if each.may_lead and each.name != kept.name]
    return sorted(others, key=lambda each: each.name != kept.standing.leader)


class Following:
    """Keeps a node with whoever leads. `told`: how this server is and its head, asked for each `Tell`."""

    def __init__(
        self,
        kept: Callable[[], Kept],
        folders: Folders,
        own: Path,
        put: Put,
        told: Callable[[], Awaitable[Tell]],
    ) -> None:
        self.is_reachable = False
        self.problem: Message = NOTHING
        self.states: tuple[MemberState, ...] = ()
        self._kept = kept
        self._folders = folders
        self._own = own
        self._put = put
        self._told = told
        self._talk: Talk | None = None
        self._carried: dict[int, asyncio.Future[Carried]] = {}
        self._number = 0
        self._offered: Sealed | None = None  # while another one is being taken

    async def run(self) -> None:
        """Until cancelled."""
        pause = FIRST_PAUSE
        while True:
            for member in leaders(self._kept()):
                loop = asyncio.get_running_loop()
                began = loop.time()
                try:
                    await self._with(member)
                except Gone as gone:
                    self._note(member, Message("{reason}", reason=str(gone)))
                except (BadInput, OSError) as error:
                    self._note(member, Message("{reason}", reason=str(error)))
                if loop.time() - began > SILENCE_SECONDS:
                    pause = FIRST_PAUSE
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _note(self, member: Member, why: Message) -> None:
        problem = Message(
            "{name} ({address}): {reason}", name=member.name, address=member.address, reason=why
        )
        if problem != self.problem:
            log.warning("fleet: %s", problem)
        self.problem = problem

    async def carry(self, person: str, arguments: tuple[str, ...], seconds: float) -> Carried:
        """Have a command carried out by the primary. Raises `BadInput` where it cannot be reached."""
        talk = self._talk
        if talk is None:
            raise BadInput(
                "this server is a node of a fleet and cannot reach its primary: nothing is changed. Type it there "
                "or, where the primary is lost, promote a node (sm-dns fleet promote)"
            )
        self._number += 1
        number = self._number
        answer: asyncio.Future[Carried] = asyncio.get_running_loop().create_future()
        self._carried[number] = answer
        try:
            await talk.send(Carry(number, person, arguments))
            async with asyncio.timeout(seconds):
                return await answer
        except (Gone, TimeoutError, asyncio.CancelledError) as error:
            raise BadInput(
                "the primary did not say how it ended: look there (sm-dns audit show) before you type it again"
            ) from error
        finally:
            del self._carried[number]

    async def _with(self, member: Member) -> None:
        kept = self._kept()
        talk = await connect(self._own, member, kept.standing.members)
        telling: asyncio.Task[None] | None = None
        try:
            await talk.send(hello(kept))
            said, body = await talk.receive(SILENCE_SECONDS)
            if isinstance(said, Offer):  # whoever leads no more is left before anything is believed of it
                await self._take(talk, Sealed(body, said.signature))
                said, body = await talk.receive(SILENCE_SECONDS)
            telling = asyncio.get_running_loop().create_task(self._keep_telling(talk))
            self._talk, self.is_reachable, self.problem = talk, True, NOTHING
            while True:
                await self._heard(talk, said, body)
                said, body = await talk.receive(SILENCE_SECONDS)
        finally:
            self._talk, self.is_reachable = None, False
            for waiting in self._carried.values():
                waiting.cancel()
            if telling is not None:
                telling.cancel()
                await asyncio.wait([telling])
            talk.close()

    async def _heard(self, talk: Talk, said: FromPrimary, body: bytes) -> None:
        if isinstance(said, Offer):
            await self._take(talk, Sealed(body, said.signature))
            with suppress(Gone):
                await talk.send(await self._told())
        elif isinstance(said, Everybody):
            self.states = said.members
        elif isinstance(said, Carried):
            self._note_carried(said)
        elif isinstance(said, Refused):
            raise BadInput(said.reason)
        else:
            raise Gone("it says what was not asked for")

    async def _keep_telling(self, talk: Talk) -> None:
        with suppress(Gone):
            while True:
                await talk.send(await self._told())
                await asyncio.sleep(BEAT_SECONDS)

    async def _take(self, talk: Talk, sealed: Sealed) -> None:
        """Take a bundle: what it says of itself first, then the files that are not here, then all of it together.

        Raises `NotTaken`, `BadInput`, `OSError` and `Gone`; what was in force stays then.
        """
        offered: Sealed | None = sealed
        while offered is not None:
            await self._take_one(talk, offered)
            offered, self._offered = self._offered, None

    async def _take_one(self, talk: Talk, sealed: Sealed) -> None:
        standing = self._kept().standing
        if is_known(sealed, standing):
            return
        manifest = acceptable(sealed, standing)
        here = await asyncio.to_thread(self._here, manifest)
        files = {note.name: here[note.name] for note in manifest.files if _is(here.get(note.name), note)}
        missing = [note for note in manifest.files if note.name not in files]
        if missing:
            wanted = tuple(Wanted(note.name, note.digest, _digest(here.get(note.name))) for note in missing)
            await talk.send(Want(wanted))
        for note in missing:
            data = await self._received(talk, note, here.get(note.name, b""))
            if data is not None:
                files[note.name] = data
        if files.keys() != {note.name for note in manifest.files}:
            return  # something has changed there since: another bundle comes
        check_files(manifest, files)
        await self._put(sealed, manifest, files)

    def _here(self, manifest: Manifest) -> dict[str, bytes]:
        """What is here under the names of a bundle."""
        found: dict[str, bytes] = {}
        for note in manifest.files:
            path = self._folders.place(note.name)
            with suppress(BadInput):
                if is_there(path):
                    found[note.name] = read_regular(path, limit=MAX_FILE_BYTES)
        return found

    async def _received(self, talk: Talk, note: FileNote, here: bytes) -> bytes | None:
        """A file that was asked for, part by part. Raises `NotTaken` and `Gone`."""
        unpacking = zlib.decompressobj()
        data = bytearray()
        while True:
            said, body = await talk.receive(PART_SECONDS)
            if not isinstance(said, Part):
                self._heard_meanwhile(said, body)
                continue
            if said.digest != note.digest:
                raise Gone("it sends what was not asked for")
            if said.kind == "gone":
                return None
            most = note.size + MAX_OVERHEAD
            try:
                data += unpacking.decompress(body, most + 1 - len(data))
            except zlib.error as error:
                raise Gone(f"it sends what cannot be unpacked: {error}") from error
            if len(data) > most or unpacking.unconsumed_tail:
                raise NotTaken("{name} is not what was signed", name=note.name)
            if said.is_last:
                return applied(here, bytes(data), note.size) if said.kind == "difference" else bytes(data)

    def _heard_meanwhile(self, said: FromPrimary, body: bytes) -> None:
        if isinstance(said, Offer):
            self._offered = Sealed(body, said.signature)
        elif isinstance(said, Everybody):
            self.states = said.members
        elif isinstance(said, Carried):
            self._note_carried(said)
        else:
            raise Gone("it says what was not asked for")

    def _note_carried(self, said: Carried) -> None:
        waiting = self._carried.get(said.number)
        if waiting is not None and not waiting.done():
            waiting.set_result(said)


def _is(data: bytes | None, note: FileNote) -> bool:
    return data is not None and len(data) == note.size and digest_of(data) == note.digest


def _digest(data: bytes | None) -> str:
    return "" if data is None else digest_of(data)
