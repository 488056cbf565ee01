"""The dashboard's process: `python -m sm_dns.web.main JSON`, started and heard by the control process.

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

from sm_dns.control.watch import fingerprint
from sm_dns.control.web_plan import WebPlan
from sm_dns.control.web_planning import HTTP
from sm_dns.errors import BadInput
from sm_dns.log_lines import log_to_stderr
from sm_dns.serve.tls import server_context
from sm_dns.web.app import application
from sm_dns.web.desk import Desk
from sm_dns.web.pages import Pages
from sm_dns.web.places import Places
from sm_dns.web.protocol import Handshake, PunctualProtocol
from sm_dns.web.site import Site
from sm_dns.web.status_feed import SAMPLE_SECONDS
from sm_dns.web.warm import warm

BEAT_SECONDS = 1.0
BACKLOG = 128
KEEP_ALIVE_SECONDS = 10
END_SECONDS = 1
NICENESS = 5

log = logging.getLogger(__name__)


class _Server(uvicorn.Server):
    """One of several in a process: signals are not its own."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def main() -> None:
    """Entry point."""
    start = json.loads(sys.argv[1])
    log_to_stderr()
    with suppress(OSError):  # a filter of system calls may forbid it
        os.nice(NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal's Ctrl-C is for the control process
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        asyncio.run(serve(start))
    except (BadInput, OSError) as error:
        log.error("the dashboard cannot start: %s", error)
        sys.exit(1)


async def serve(start: dict[str, Any]) -> None:
    """Answer until told to stop, or until the parent is gone. Raises `BadInput` and `OSError` where it cannot."""
    plan = WebPlan(**start["plan"])
    desk = Desk(plan, Path(start["config"]), Path(start["state_dir"]), start["rehearsal"])
    site = Site(desk)
    pages = Pages(site)
    context = _context(plan)
    servers, addresses = _open(plan, application(site, pages), context)
    _tell_first_run(desk, addresses)
    print("ready", *addresses, flush=True)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    serving = [asyncio.ensure_future(server.serve(sockets)) for server, sockets in servers]
    others = [stop.wait(), _beat(), _look_after(site, context), _hear_the_end()]
    warming = asyncio.ensure_future(asyncio.to_thread(warm, site, pages))
    warming.add_done_callback(_warmed)
    await asyncio.wait([*serving, *map(asyncio.ensure_future, others)], return_when=asyncio.FIRST_COMPLETED)
    failed = [each.exception() for each in serving if each.done()]
    for server, _ in servers:
        server.should_exit = True
    await asyncio.wait(serving, timeout=END_SECONDS)
    site.figures.close()
    if failed:
        log.error("the dashboard failed: %s", failed)
    os._exit(len(failed))  # threads may be in the middle of something long; nothing of theirs is half written


def _open(
    plan: WebPlan, app: ASGIApp, context: ssl.SSLContext | None
) -> tuple[list[tuple[_Server, list[socket.socket]]], list[str]]:
    """Listen everywhere: a server with its sockets in the clear, one with those under TLS, and all addresses."""
    plain = [_listen(*place) for place in plan.plain]
    encrypted = [_listen(*place) for place in plan.encrypted]
    places = Places()
    servers = [
        (_Server(_config(app, places, tls)), sockets)
        for sockets, tls in ((plain, None), (encrypted, context))
        if sockets
    ]
    return servers, [_url("http", each) for each in plain] + [_url("https", each) for each in encrypted]


def _tell_first_run(desk: Desk, addresses: list[str]) -> None:
    if desk.accounts.prepare_first_run():
        log.warning(
            "the dashboard waits for its first run: open %s/first-run; the token is in %s",
            addresses[0],
            desk.accounts.first_run_file,
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


def _listen(address: str | int, port: str | int) -> socket.socket:
    family = socket.AF_INET6 if ":" in str(address) else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    if family == socket.AF_INET6:
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((str(address), int(port)))
    sock.listen(BACKLOG)
    return sock


def _url(scheme: str, sock: socket.socket) -> str:
    host, port = sock.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}:{port}"


def _warmed(done: asyncio.Future[None]) -> None:
    if not done.cancelled() and done.exception() is not None:
        log.error("the pages could not be made ready", exc_info=done.exception())


async def _beat() -> None:
    """Say that we live."""
    while True:
        await asyncio.sleep(BEAT_SECONDS)
        print("well", flush=True)


async def _look_after(site: Site, context: ssl.SSLContext | None) -> None:
    """Sample the queries, and take up a renewed certificate."""
    plan = site.desk.plan
    files = [Path(path) for path in (plan.certificate, plan.key) if path]
    seen = fingerprint(files)
    while True:
        await asyncio.to_thread(site.desk.status.sample)
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
