"""What is missing is tried again, by itself: addresses, the control socket, a policy that could not be made."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from sm_dns.control import netlink
from sm_dns.control.generations import Generations
from sm_dns.control.left_out import LeftOut
from sm_dns.control.listeners import OF_PORTAL, Place
from sm_dns.control.listening import RETRY_SECONDS, Listening
from sm_dns.control.portal_process import Portal
from sm_dns.control.server import ControlServer
from sm_dns.control.workers import Workers

RECOMPILE_SECONDS = (
    60.0  # between two tries of files that could not be used; a file that changes is tried at once
)


class Repairs:
    """Knows what the service does without; `turn` is to be called often."""

    def __init__(
        self,
        listening: Listening,
        generations: Generations,
        workers: Workers,
        portal: Portal,
        server: ControlServer,
        left_out: LeftOut,
    ) -> None:
        self._listening = listening
        self._generations = generations
        self._workers = workers
        self._portal = portal
        self._server = server
        self._left_out = left_out
        self._tried = self._compiled = asyncio.get_running_loop().time()
        self._handing: asyncio.Task[None] | None = None

    def turn(self) -> None:
        """Try again what is due, and tell what is missing."""
        now = asyncio.get_running_loop().time()
        if now - self._tried >= RETRY_SECONDS:
            self._tried = now
            self._take_in(self._listening.retry())
            self._server.open()
            self._follow_links()
        if now - self._compiled >= RECOMPILE_SECONDS:
            self._compiled = now
            if self._generations.last_error or self._generations.current.service.left_out:
                self._generations.request()
            elif not self._generations.current.directory.is_dir():
                self._generations.distrust()  # a worker that starts would find none
        self.tell()

    def _follow_links(self) -> None:
        """Have the policy made anew where the networks on our own links have changed and it depends on them."""
        seen = self._generations.current.service.own_links
        with suppress(OSError):
            if seen and list(netlink.own_links()) != seen:
                self._generations.request()

    def adopt(self) -> None:
        """Another generation is in force: open what it names and the one before did not."""
        self._take_in(self._listening.want(self._generations.current.service))
        self.tell()

    def tell(self) -> None:
        """Have it said what is missing now."""
        found = {**self._listening.left_out, **self._generations.current.service.left_out}
        if self._server.problem:
            found["control socket"] = self._server.problem
        self._left_out.update(found)

    def _take_in(self, opened: list[Place]) -> None:
        if opened:
            self._handing = asyncio.get_running_loop().create_task(self._hand_out(opened, self._handing))

    async def _hand_out(self, opened: list[Place], before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        await self._workers.listen(self._listening.of_workers(opened))
        if any(place.kind in OF_PORTAL for place in opened):
            await self._portal.listen(self._listening.of_portal())
