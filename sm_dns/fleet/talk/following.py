"""A node's end of the talk: it connects out, takes each bundle that may be taken, and tells how it is."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path

from sm_dns.fleet.bundles.bundle import Manifest, Member, Sealed
from sm_dns.fleet.bundles.contents import Folders
from sm_dns.fleet.bundles.standing import acceptable, is_known
from sm_dns.fleet.heads import Proof, ToldHead
from sm_dns.fleet.members.standing_file import Kept
from sm_dns.fleet.talk import encryption
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
    Offer,
    Prove,
    Proved,
    Refused,
    Tell,
)
from sm_dns.fleet.talk.proving import PROOF_SECONDS, Prover, proved
from sm_dns.fleet.talk.questions import Questions
from sm_dns.fleet.talk.receiving import received
from sm_dns.fleet.talk.wire import Gone, Wire, refusal
from sm_dns.ipc.fleet import MemberState
from sm_dns.settings.endpoint import parse_endpoint
from sm_dns.util.errors import BadInput
from sm_dns.util.message import NOTHING, Message, reason_of

CONNECT_SECONDS = 5.0
FIRST_PAUSE = 0.5  # seconds between two tries, doubled up to the longest
LONGEST_PAUSE = 5.0

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
    except OSError as error:
        raise Gone(refusal(error)) from error
    talk: Talk = Wire(reader, writer, FROM_NODE, FROM_PRIMARY)
    if talk.certificate != member.certificate:
        talk.close()
        raise Gone("its certificate is not that of {name}", name=member.name)
    return talk


def hello(kept: Kept) -> Hello:
    """The first word of a member."""
    standing = kept.standing
    return Hello(PROTOCOL, kept.name, standing.epoch, standing.generation, standing.digest)


def leaders(kept: Kept) -> list[Member]:
    """Whom a member asks: who leads, then the others that may."""
    others = [each for each in kept.standing.members if each.may_lead and each.name != kept.name]
    return sorted(others, key=lambda each: each.name != kept.standing.leader)


async def _first(talk: Talk) -> tuple[FromPrimary, bytes]:
    """What is said first. Raises `Gone`, as of who was shut out: asyncio hangs up without the reason by TLS."""
    try:
        return await talk.receive(SILENCE_SECONDS)
    except Gone as gone:
        raise Gone(
            "it is there and does not talk with this server ({reason}): was this one shut out (sm-dns fleet leave), "
            "or does it have another key than it had?",
            reason=gone,
        ) from gone


class Following:
    """Keeps a node with whoever leads. `note_heads` keeps those of the others; `prove` is for our own audit.
    `told`: how this server is and its head, asked for each `Tell`."""

    def __init__(
        self,
        kept: Callable[[], Kept],
        folders: Folders,
        own: Path,
        put: Put,
        told: Callable[[], Awaitable[Tell]],
        note_heads: Callable[[tuple[ToldHead, ...]], None],
        prove: Prover,
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
        self._carried: Questions[Carried] = Questions()
        self._proofs: Questions[Proved] = Questions()
        self._note_heads = note_heads
        self._prove = prove
        self._proving: set[asyncio.Task[None]] = set()
        self._offered: Sealed | None = None  # while another one is being taken

    async def run(self) -> None:
        """Until cancelled."""
        pause = FIRST_PAUSE
        while True:
            for number, member in enumerate(leaders(self._kept())):
                loop = asyncio.get_running_loop()
                began = loop.time()
                try:
                    await self._with(member)
                except Gone as gone:
                    if not number:  # the others listen only where they were promoted meanwhile
                        self._note(member, reason_of(gone))
                except (BadInput, OSError) as error:
                    self._note(member, reason_of(error))
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
        unanswered = Message(
            "the primary did not say how it ended: look there (sm-dns audit show) before it is typed again"
        )
        return await self._carried.ask(
            lambda number: talk.send(Carry(number, person, arguments)), seconds, unanswered
        )

    async def proof_of(self, name: str, seqs: tuple[int, ...]) -> Proof:
        """What another member says of its audit. Raises `BadInput`."""
        talk = self._talk
        if talk is None:
            raise BadInput("the primary of the fleet is not reachable")
        unanswered = Message("it did not answer")
        said = await self._proofs.ask(
            lambda number: talk.send(Prove(number, name, seqs)), PROOF_SECONDS, unanswered
        )
        if said.refused:
            raise BadInput(said.refused)
        return said.proof

    async def _answer(self, talk: Talk, said: Prove) -> None:
        with suppress(Gone):
            await talk.send(await proved(said, self._prove))

    async def _with(self, member: Member) -> None:
        kept = self._kept()
        talk = await connect(self._own, member, kept.standing.members)
        telling = asyncio.get_running_loop().create_task(self._keep_telling(talk, kept))
        try:
            said, body = await _first(talk)
            if isinstance(said, Offer):  # whoever leads no more is left before anything else is heard from it
                await self._take(talk, Sealed(body, said.signature))
                said, body = await talk.receive(SILENCE_SECONDS)
            self._talk, self.is_reachable, self.problem = talk, True, NOTHING
            while True:
                await self._heard(talk, said, body)
                said, body = await talk.receive(SILENCE_SECONDS)
        finally:
            self._talk, self.is_reachable = None, False
            self._carried.end()
            self._proofs.end()
            telling.cancel()
            await asyncio.wait([telling])
            talk.close()

    async def _heard(self, talk: Talk, said: FromPrimary, body: bytes) -> None:
        if isinstance(said, Offer):
            await self._take(talk, Sealed(body, said.signature))
            with suppress(Gone):
                await talk.send(await self._told())
        elif isinstance(said, Everybody):
            self._note_everybody(said)
        elif isinstance(said, Carried):
            self._carried.answer(said.number, said)
        elif isinstance(said, Proved):
            self._proofs.answer(said.number, said)
        elif isinstance(said, Prove):
            task = asyncio.get_running_loop().create_task(self._answer(talk, said))
            self._proving.add(task)
            task.add_done_callback(self._proving.discard)
        elif isinstance(said, Refused):
            raise BadInput(said.reason)
        else:
            raise Gone("it says what was not asked for")

    def _note_everybody(self, said: Everybody) -> None:
        self.states = said.members
        self._note_heads(said.heads)

    async def _keep_telling(self, talk: Talk, kept: Kept) -> None:
        """Say who this is, and how it is again and again, also while a bundle is being taken."""
        with suppress(Gone):
            await talk.send(hello(kept))
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
        files = await received(talk, manifest, self._folders, self._heard_meanwhile)
        if files is not None:  # else something has changed there since: another bundle comes
            await self._put(sealed, manifest, files)

    def _heard_meanwhile(self, said: FromPrimary, body: bytes) -> None:
        if isinstance(said, Offer):
            self._offered = Sealed(body, said.signature)
        elif isinstance(said, Everybody):
            self._note_everybody(said)
        elif isinstance(said, Carried):
            self._carried.answer(said.number, said)
        elif not isinstance(said, Prove | Proved):  # who proves is asked again
            raise Gone("it says what was not asked for")
