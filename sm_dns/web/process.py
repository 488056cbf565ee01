"""The dashboard's process: `python -m sm_dns.web.process JSON`, started and heard by the control process.

It says `ready ADDRESSES` and then a line every second. It ends when its standard input does: nobody is there any
more who would look after it. It is nice to the workers, and no query waits for it.
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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from sm_dns.builder.plans.web import HTTP
from sm_dns.generation.web import WebPlan, WebStart
from sm_dns.ipc.web_words import Answering, CannotStart, Missing, beat, say
from sm_dns.listen.listeners import Place, open_place
from sm_dns.serve.clients.tls import server_context
from sm_dns.util.errors import BadInput
from sm_dns.util.fingerprint import fingerprint
from sm_dns.util.log_lines import log_to_stderr
from sm_dns.util.message import Message, reason_of
from sm_dns.util.typed_json import from_json
from sm_dns.web.app import application
from sm_dns.web.data.backend import Backend
from sm_dns.web.data.prewarm import warm
from sm_dns.web.data.status_feed import SAMPLE_SECONDS
from sm_dns.web.http.connection_slots import Places
from sm_dns.web.http.protocol import Handshake, PunctualProtocol
from sm_dns.web.pages.pages import Pages
from sm_dns.web.site import Site

BACKLOG = 128
KEEP_ALIVE_SECONDS = 10
END_SECONDS = 1
RETRY_SECONDS = 5.0
NICENESS = 5

log = logging.getLogger(__name__)


class _Server(uvicorn.Server):
    """One of several in a process: signals are not its own."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def main() -> None:
    """Entry point."""
    start = from_json(WebStart, json.loads(sys.argv[1]))
    log_to_stderr()
    with suppress(OSError):  # a filter of system calls may forbid it
        os.nice(NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is for the control process
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        asyncio.run(serve(start))
    except (BadInput, OSError) as error:
        say(CannotStart(reason_of(error)))
        sys.exit(1)


async def serve(start: WebStart) -> None:
    """Answer until told to stop, or until the parent is gone. Raises `BadInput` and `OSError` where it cannot."""
    plan = start.plan
    backend = Backend(plan, start.config, start.state_dir, start.rehearsal)
    site = Site(backend)
    pages = Pages(site)
    front = Front(plan, application(site, pages), _context(plan))
    front.open()
    _tell_first_run(backend, front.addresses)
    front.tell()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    others = [stop.wait(), beat(), _look_after(site, front.context), _hear_the_end(), front.keep_open()]
    warming = asyncio.ensure_future(asyncio.to_thread(warm, site, pages))
    warming.add_done_callback(_warmed)
    await asyncio.wait(map(asyncio.ensure_future, others), return_when=asyncio.FIRST_COMPLETED)
    failed = await front.end()
    site.figures.close()
    if failed:
        log.error("the dashboard failed: %s", failed)
    os._exit(len(failed))  # threads may be in the middle of something long; nothing of theirs is half written


class Front:
    """The addresses of the dashboard, each with a server. One that cannot be had is tried again.

    Raises `BadInput` where none can be had.
    """

    def __init__(self, plan: WebPlan, app: ASGIApp, context: ssl.SSLContext | None) -> None:
        self.context = context
        self.addresses: list[str] = []
        self._app = app
        self._connections = Places()
        self._missing: dict[Place, Message] = {}
        self._wanted: list[tuple[Place, ssl.SSLContext | None]] = [
            (Place("web", host, port), tls)
            for places, tls in ((plan.plain, None), (plan.encrypted, context))
            for host, port in places
        ]
        self._servers: list[_Server] = []
        self._serving: list[asyncio.Task[None]] = []

    def open(self) -> None:
        """Serve at every address that can be had and is not served yet. Needs a running event loop."""
        open_already = len(self.addresses)
        for place, tls in self._wanted[:]:
            try:
                (sockets,) = open_place(place)
            except BadInput as error:
                self._missing[place] = error.reason
                continue
            self._missing.pop(place, None)
            self._wanted.remove((place, tls))
            server = _Server(_config(self._app, self._connections, tls))
            self._servers.append(server)
            self._serving.append(asyncio.get_running_loop().create_task(server.serve(sockets["web"])))
            self.addresses.append(_url("http" if tls is None else "https", sockets["web"][0]))
        if not open_already and not self.addresses:
            place, reason = next(iter(self._missing.items()))
            raise BadInput("{place}: {reason}", place=place, reason=reason)

    def tell(self) -> None:
        """Tell our parent where we answer, and where not."""
        say(Answering(tuple(self.addresses)))
        for place, reason in self._missing.items():
            say(Missing(Message("{place}: {reason}", place=place, reason=reason)))

    async def keep_open(self) -> None:
        """Try again what is missing; returns when a server has ended."""
        while not any(each.done() for each in self._serving):
            await asyncio.wait(self._serving, timeout=RETRY_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if self._missing:
                before = dict(self._missing)
                self.open()
                if self._missing != before:
                    self.tell()

    async def end(self) -> list[BaseException | None]:
        """End all servers; why those failed that had ended already."""
        failed = [each.exception() for each in self._serving if each.done()]
        for server in self._servers:
            server.should_exit = True
        await asyncio.wait(self._serving, timeout=END_SECONDS)
        return failed


def _tell_first_run(backend: Backend, addresses: list[str]) -> None:
    if backend.accounts.prepare_first_run():
        log.warning(
            "the dashboard waits for its first run: open %s/first-run; the token is in %s",
            addresses[0],
            backend.accounts.first_run_file,
        )


def _config(app: ASGIApp, places: Places, context: ssl.SSLContext | None) -> uvicorn.Config:
    def connection(**given: Any) -> asyncio.Protocol:
        def inner() -> PunctualProtocol:
            return PunctualProtocol(places, **given)

        return inner() if context is None else Handshake(places, context, inner)

    config = uvicorn.Config(
        app,
        http="h11",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        backlog=BACKLOG,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=END_SECONDS,
    )
    config.load()
    config.http_protocol_class = connection  # type: ignore[assignment]
    return config


def _context(plan: WebPlan) -> ssl.SSLContext | None:
    if plan.certificate is None or plan.key is None:
        return None
    return server_context(Path(plan.certificate), Path(plan.key), HTTP)


def _url(scheme: str, sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}:{port}"


def _warmed(done: asyncio.Future[None]) -> None:
    if not done.cancelled() and done.exception() is not None:
        log.error("the pages could not be made ready", exc_info=done.exception())


async def _look_after(site: Site, context: ssl.SSLContext | None) -> None:
    """Look how the service is, and take up a renewed certificate."""
    plan = site.backend.plan
    files = [Path(path) for path in (plan.certificate, plan.key) if path]
    seen = fingerprint(files)
    while True:
        await asyncio.to_thread(site.backend.look)
        await asyncio.sleep(SAMPLE_SECONDS)
        found = fingerprint(files)
        if context is not None and found != seen:
            seen = found
            try:
                context.load_cert_chain(files[0], files[1], password="")
            except (OSError, ssl.SSLError) as error:
                log.error("the renewed certificate cannot be used, the old one stays: %s", error)


async def _hear_the_end() -> None:
    """Wait until nobody holds our standard input any more."""
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()


if __name__ == "__main__":
    main()
