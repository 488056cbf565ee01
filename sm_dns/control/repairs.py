"""What is missing is tried again, by itself: addresses, the control socket, a policy that could not be made."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from sm_dns.control.parts import Parts
from sm_dns.ipc.server import ControlServer
from sm_dns.lan import own_addresses
from sm_dns.listen.addresses import RETRY_SECONDS

# Between two tries of files that could not be used; one that changes is tried at once.
RECOMPILE_SECONDS = 60.0


class Repairs:
    """Knows what the service does without; `turn` is to be called often."""

    def __init__(self, parts: Parts, server: ControlServer) -> None:
        self._parts = parts
        self._server = server
        self._tried = self._compiled = asyncio.get_running_loop().time()

    def turn(self) -> None:
        """Try again what is due, and tell what is missing."""
        now = asyncio.get_running_loop().time()
        if now - self._tried >= RETRY_SECONDS:
            self._tried = now
            self._parts.handing_out.give(self._parts.listening.retry())
            self._server.open()
            self._follow_links()
        if now - self._compiled >= RECOMPILE_SECONDS:
            self._compiled = now
            if self._parts.generations.last_error or self._parts.generations.current.service.left_out:
                self._parts.generations.request()
            elif not self._parts.generations.current.directory.is_dir():
                self._parts.generations.distrust()  # a worker that starts would find none
        if self._parts.workers.took_nothing() or self._parts.portal.took_nothing():
            self._parts.generations.distrust()
        self.tell()

    def _follow_links(self) -> None:
        """Have the policy made anew where the networks on our own links have changed and it depends on them."""
        seen = self._parts.generations.current.service.own_links
        with suppress(OSError):
            if seen and tuple(own_addresses.own_links()) != seen:
                self._parts.generations.request()

    def tell(self) -> None:
        """Have it said what is missing now."""
        found = {**self._parts.listening.left_out, **self._parts.generations.current.service.left_out}
        if self._server.problem is not None:
            found["control socket"] = self._server.problem
        self._parts.left_out.update(found)
