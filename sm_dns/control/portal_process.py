"""The portal as the control process sees it: its sockets, its process, what it is told. Resolving does without it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sm_dns.control.listeners import Address, open_streams, text
from sm_dns.control.worker_process import Program, WorkerProcess

PORTAL = Program("sm_dns.portal.process", "portal")


@dataclass(frozen=True)
class PortalSockets:
    """The portal's listening sockets: HTTP, and HTTPS."""

    http: list[socket.socket]
    https: list[socket.socket]

    def close(self) -> None:
        """Close every socket."""
        for sock in (*self.http, *self.https):
            sock.close()

    def addresses(self) -> list[str]:
        """What is listened on: http://ADDRESS:PORT, https://ADDRESS:PORT."""
        return [
            *(f"http://{text(sock.getsockname())}" for sock in self.http),
            *(f"https://{text(sock.getsockname())}" for sock in self.https),
        ]


def open_portal(
    http: Iterable[Address], https: Iterable[Address], handed: Iterable[socket.socket] = ()
) -> PortalSockets:
    """The portal's sockets: those that the service manager `handed` over, and others opened here.

    Raises `BadInput` that says who holds a port.
    """
    by_address = {sock.getsockname()[:2]: sock for sock in handed}
    plain = _open(http, by_address)
    try:
        return PortalSockets(plain, _open(https, by_address))
    except BaseException:
        for sock in plain:
            sock.close()
        raise


def _open(wanted: Iterable[Address], handed: dict[Address, socket.socket]) -> list[socket.socket]:
    addresses = list(wanted)
    return [
        *(handed[address] for address in addresses if address in handed),
        *open_streams(address for address in addresses if address not in handed),
    ]


def split_off(
    sockets: Iterable[socket.socket], addresses: Iterable[Address]
) -> tuple[list[socket.socket], list[socket.socket]]:
    """Of the sockets of the service manager those that are the portal's, and the others."""
    wanted = set(addresses)
    portal: list[socket.socket] = []
    others: list[socket.socket] = []
    for sock in sockets:
        is_portal = sock.type == socket.SOCK_STREAM and sock.getsockname()[:2] in wanted
        (portal if is_portal else others).append(sock)
    return portal, others


class Portal:
    """The portal's process, kept alive; nothing where no page is served."""

    def __init__(self, sockets: PortalSockets, rehearsal: float, generation: Callable[[], Path]) -> None:
        kinds = {"http": sockets.http, "https": sockets.https}
        self._process = (
            WorkerProcess(0, kinds, rehearsal, generation, PORTAL) if any(kinds.values()) else None
        )
        self._generation = generation
        self._loading: asyncio.Task[dict[str, Any]] | None = None

    async def run(self) -> None:
        """Keep it alive until cancelled."""
        if self._process is not None:
            await self._process.run()

    def adopt(self) -> None:
        """Have it take up the newest generation. One that is down does so as it starts."""
        if self._process is not None:
            self._loading = asyncio.get_running_loop().create_task(self._process.load(self._generation()))

    async def status(self) -> dict[str, Any] | None:
        """Its pid, restarts, ends of late and figures; None where there is none."""
        if self._process is None:
            return None
        process = self._process
        told = {"pid": process.pid, "restarts": process.restarts, "ends": process.ends.figures()}
        return {**told, **await process.stats()}
