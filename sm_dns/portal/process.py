"""The portal's process: HTTP listeners, the policy in force, and a channel to the control process.

It speaks the same JSON lines as a data worker: one JSON argument to start with, `load` for another generation,
`stats` as a sign of life. Without its control process it ends. It runs at a lower priority than resolving.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import ssl
import sys
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from sm_dns.i18n import catalogue
from sm_dns.ipc.figures import PortalFigures
from sm_dns.ipc.orders import (
    ANSWERS,
    ORDERS,
    Answer,
    Begin,
    Begun,
    Failed,
    Heeded,
    HeedSwitches,
    KnowPresence,
    Knows,
    Load,
    Loaded,
    Noted,
    NoteStandings,
    OfPortal,
    Order,
    PortalStart,
    Ready,
    Requested,
    TakeRequests,
    TellFigures,
)
from sm_dns.policy import snapshot
from sm_dns.policy.clients.presence import Present
from sm_dns.policy.clients.switches import Switch, read_file
from sm_dns.portal.http.server import HttpServer
from sm_dns.portal.respond import Responder
from sm_dns.portal.settings import PortalSettings, read_details
from sm_dns.util.errors import BadInput
from sm_dns.util.log_lines import log_to_stderr
from sm_dns.util.message import NOTHING, Message, reason_of
from sm_dns.util.typed_json import from_json

NICENESS = 10
MAX_LINE = 64 * 1024

log = logging.getLogger(__name__)


class Portal:
    """Everything the process holds."""

    def __init__(self, start: PortalStart) -> None:
        catalogue.load()
        directory = start.generation
        self._is_rehearsal = bool(start.rehearsal)
        details = self._details(
            directory
        )  # both are read first: while they cannot be, the channel is not taken
        self._switches_file = start.switches
        self._switches: tuple[Switch, ...] = ()
        self._responder = Responder(snapshot.load(directory), details)
        self._heed_switches()
        self._server = HttpServer(self._responder, lambda: time.time() + start.rehearsal)
        self._plain = [_socket(fd) for fd in start.http]
        self._encrypted = [_socket(fd) for fd in start.https]
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_2
        self._channel = socket.socket(fileno=start.control)
        self._use_certificate(details)

    async def run(self) -> None:
        """Serve until the control process is gone."""
        reader, writer = await asyncio.open_connection(sock=self._channel, limit=MAX_LINE)
        for sock in self._plain:
            await self._server.listen(sock)
        for sock in self._encrypted:
            await self._server.listen(sock, self._tls)
        writer.write(ANSWERS.line(Ready(self._responder.snapshot.generation, without_policy=NOTHING)))
        with suppress(OSError):
            while line := await reader.readline():
                writer.write(ANSWERS.line(self._obey(ORDERS.read(line))))

    def _obey(self, order: Order) -> Answer:
        if isinstance(order, HeedSwitches):
            return self._heed_switches()
        if isinstance(order, KnowPresence):
            rows = ((key, Present(identities, until)) for key, identities, until in order.rows)
            self._responder.presence.take(rows, order.gone)
            return Knows()
        if isinstance(order, Begin):
            return Begun()  # it serves pages already: nobody keeps them
        if isinstance(order, Load):
            return self._load(order.generation)
        if isinstance(order, TellFigures):
            return OfPortal(PortalFigures(self._server.requests, self._server.turned_away))
        if isinstance(order, TakeRequests):
            return Requested(self._responder.desk.hand_over())
        if isinstance(order, NoteStandings):
            self._responder.desk.note(order.rows, first=order.first)
            return Noted()
        return Failed(Message("is nothing for a portal"))

    def _load(self, directory: Path) -> Loaded | Failed:
        """Swap to another generation; what cannot be read changes nothing."""
        try:
            details, new = self._details(directory), snapshot.load(directory)
        except BadInput as error:
            return Failed(reason_of(error))
        old = self._responder.snapshot
        self._responder.adopt(new.switched(self._switches), details)
        old.names.close()
        self._use_certificate(details)
        return Loaded(new.generation)

    def _heed_switches(self) -> Heeded | Failed:
        """Answer by the switches that the file holds now; one that cannot be read changes nothing."""
        try:
            self._switches = read_file(self._switches_file)
        except (BadInput, OSError) as error:
            return Failed(reason_of(error))
        responder = self._responder
        responder.adopt(responder.snapshot.switched(self._switches), responder.details)
        return Heeded(len(self._switches))

    def _details(self, directory: Path) -> PortalSettings:
        """The portal's part of a generation; in an hour that is only played nobody asks. Raises `BadInput`."""
        details = read_details(directory)
        return replace(details, requests=None) if self._is_rehearsal else details

    def _use_certificate(self, details: PortalSettings) -> None:
        """Shake hands with the certificate as its file is now; with the last good one where that cannot be used."""
        if details.certificate is None or details.key is None:
            return
        try:
            # The empty password keeps OpenSSL from asking for one on a terminal.
            self._tls.load_cert_chain(details.certificate, details.key, password="")
        except (OSError, ssl.SSLError) as error:
            log.error("the portal's certificate %s cannot be used: %s", details.certificate, error)


def _socket(fd: int) -> socket.socket:
    sock = socket.socket(fileno=fd)
    sock.setblocking(False)
    return sock


async def _until_ended(portal: Portal) -> None:
    task = asyncio.current_task()
    assert task is not None, "called by asyncio.run"
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    await portal.run()


def main() -> None:
    """Entry point: `python -m sm_dns.portal.process JSON`."""
    log_to_stderr()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is for the control process
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with suppress(OSError):
        os.nice(NICENESS)
    start = from_json(PortalStart, json.loads(sys.argv[1]))
    try:
        portal = Portal(start)
    except BadInput as error:
        socket.socket(fileno=start.control).send(ANSWERS.line(Failed(reason_of(error))))
        sys.exit(2)
    with suppress(asyncio.CancelledError):
        asyncio.run(_until_ended(portal))


if __name__ == "__main__":
    main()
