"""Sockets that were opened while the service runs, on their way to those who answer on them, in order."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from sm_dns.control.processes.portal_process import Portal
from sm_dns.control.processes.workers import Workers
from sm_dns.listen.addresses import Listening
from sm_dns.listen.listeners import OF_PORTAL, Place


class HandingOut:
    """Hands the sockets of one opening out after those of the one before."""

    def __init__(self, listening: Listening, workers: Workers, portal: Portal) -> None:
        self._listening = listening
        self._workers = workers
        self._portal = portal
        self._last: asyncio.Task[None] | None = None

    def give(self, opened: Sequence[Place]) -> None:
        """Have workers and portal answer at what came to be open. Needs a running event loop."""
        if opened:
            self._last = asyncio.get_running_loop().create_task(self._give(opened, self._last))

    async def _give(self, opened: Sequence[Place], before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        await self._workers.listen(self._listening.of_workers(opened))
        if any(place.kind in OF_PORTAL for place in opened):
            await self._portal.listen(self._listening.of_portal())
