"""This server in its fleet, as everything in this process knows it: what is kept, how it is, what is in force."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from sm_dns.fleet.bundles.contents import Folders, folders
from sm_dns.fleet.heads import HeadBook
from sm_dns.fleet.members import standing_file
from sm_dns.fleet.members.identity import Identity, load_or_make
from sm_dns.fleet.members.standing_file import Kept
from sm_dns.fleet.own_state import look
from sm_dns.fleet.talk.messages import BEAT_SECONDS, Tell
from sm_dns.generation.fleet import FleetStart
from sm_dns.ipc.fleet import FleetWord
from sm_dns.settings.endpoint import Endpoint
from sm_dns.settings.load import load_settings


class ThisServer:
    """`say` tells the control process, `tell` it how the fleet stands. `changing` is held by who changes what is
    kept."""

    def __init__(self, start: FleetStart, say: Callable[[FleetWord], None], tell: Callable[[], None]) -> None:
        self.start = start
        self.state_dir = start.state_dir
        self.say = say
        self.tell = tell
        self.listen = None if start.plan.listen is None else Endpoint(*start.plan.listen)
        self.kept: Kept | None = None
        self.own: Tell | None = None
        self.in_force: Path | None = None
        self.poked = asyncio.Event()
        self.changing = asyncio.Lock()
        self.heads = HeadBook(start.state_dir)

    def member(self) -> Kept:
        """What is kept, of who leads or follows."""
        assert self.kept is not None, "who leads or follows is in a fleet"
        return self.kept

    @property
    def place(self) -> tuple[int, int]:
        """The bundle that it goes by: epoch and generation."""
        return (0, 0) if self.kept is None else (self.kept.standing.epoch, self.kept.standing.generation)

    @property
    def address(self) -> str:
        """Where it listens as primary, or ""."""
        return "" if self.listen is None else str(self.listen)

    def identity(self, name: str) -> Identity:
        """Who it is. Raises `BadInput` and `OSError`."""
        return load_or_make(standing_file.folder(self.state_dir), name)

    def folders(self) -> Folders:
        """Where its files lie. Raises `BadInput`."""
        return folders(load_settings(self.start.config))

    async def look(self) -> Tell:
        """How it is now."""
        self.own = await asyncio.to_thread(look, self.state_dir, self.member(), self.address)
        return self.own

    async def look_often(self) -> None:
        """Know how it is, until cancelled."""
        while True:
            await self.look()
            await asyncio.sleep(BEAT_SECONDS)
