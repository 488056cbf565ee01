"""The portal as the control process sees it: its sockets, its process, what it is told. Resolving does without it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from sm_dns.control.processes.worker_process import Program, WorkerProcess
from sm_dns.ipc.orders import Answer, Noted, NoteStandings, OfPortal, PortalStart, Requested, TakeRequests
from sm_dns.ipc.status import PortalStatus
from sm_dns.ipc.visitor_requests import ROWS_A_LINE, RequestStanding, Wanted
from sm_dns.listen.listeners import Sockets
from sm_dns.policy.clients.presence import Rows

PORTAL = Program("sm_dns.portal.process", "portal", PortalStart)


class Portal:
    """The portal's process, kept alive; nothing where no page is served."""

    def __init__(
        self, sockets: Sockets, rehearsal: float, generation: Callable[[], Path], switches: Path
    ) -> None:
        self._sockets = sockets
        self._rehearsal = rehearsal
        self._generation = generation
        self._switches = switches
        self._presence: Rows = {}
        self._process: WorkerProcess | None = None
        self._running: asyncio.Task[None] | None = None
        self._loading: asyncio.Task[Answer | None] | None = None

    def start(self) -> None:
        """Begin where there is something to listen on; needs a running event loop."""
        if any(self._sockets.values()):
            self._process = WorkerProcess(
                0, self._sockets, self._rehearsal, self._generation, self._switches, PORTAL
            )
            self._running = asyncio.get_running_loop().create_task(self._process.run())

    async def stop(self) -> None:
        """End it."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running])

    async def listen(self, sockets: Sockets) -> None:
        """Answer on these sockets instead, by another process: it holds nothing that a visitor would miss."""
        await self.stop()
        self._sockets = sockets
        self.start()
        await self.know(self._presence)

    def adopt(self) -> None:
        """Have it take up the newest generation. One that is down does so as it starts."""
        if self._process is not None:
            self._loading = asyncio.get_running_loop().create_task(self._process.load(self._generation()))

    async def heed_switches(self) -> Answer | None:
        """Have it go by the switches as they are now; its answer, None where there is none."""
        return None if self._process is None else await self._process.heed_switches()

    async def know(self, presence: Rows) -> None:
        """Have it go by what clients are known as. One that is down, or comes in its place, does so as it starts."""
        self._presence = presence
        if self._process is not None:
            await self._process.standing.know(presence)

    def took_nothing(self) -> bool:
        """Whether it could not read what it was to load since this was last asked: then another is to be made."""
        if self._process is None or not self._process.distrusts:
            return False
        self._process.distrusts = False
        return True

    async def take_requests(self) -> tuple[Wanted, ...]:
        """What visitors asked for since this was last called; nothing of a process that is down."""
        answer = None if self._process is None else await self._process.told(TakeRequests())
        return answer.requests if isinstance(answer, Requested) else ()

    async def note_standings(self, rows: Sequence[RequestStanding]) -> int | None:
        """Have it show how requests stand; the process that took it, None where none did."""
        process = self._process
        if process is None:
            return None
        for at in range(0, max(len(rows), 1), ROWS_A_LINE):
            answer = await process.told(NoteStandings(tuple(rows[at : at + ROWS_A_LINE]), first=not at))
            if not isinstance(answer, Noted):
                return None
        return process.pid

    @property
    def pid(self) -> int | None:
        """Of the process that answers now."""
        return None if self._process is None else self._process.pid

    async def status(self) -> PortalStatus | None:
        """How it is; None where there is none."""
        if self._process is None:
            return None
        process = self._process
        found = await process.figures()
        return PortalStatus(
            pid=process.pid,
            restarts=process.restarts,
            ends=process.ends.figures(),
            figures=found.stats if isinstance(found, OfPortal) else None,
        )
