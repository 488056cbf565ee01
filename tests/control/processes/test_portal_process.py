"""The portal as the control process has it: none without an address, another process when one comes late."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from sm_dns.control.processes.portal_process import Portal
from sm_dns.listen.listeners import Place, close_all, open_place
from sm_dns.portal.settings import PORTAL_FILE
from tests.support.contracts import NO_SWITCHES
from tests.support.processes import until
from tests.support.site import Site


def test_without_sockets_there_is_no_process() -> None:
    async def look() -> None:
        portal = Portal({"http": [], "https": []}, 0.0, Path, NO_SWITCHES)
        portal.start()
        portal.adopt()
        assert await portal.status() is None
        await portal.stop()

    asyncio.run(look())


def test_an_address_that_comes_late_is_answered_too(site: Site) -> None:
    directory = site.compile().directory
    opened = [open_place(Place("http", "127.0.0.1", 0))[0] for _ in range(2)]
    one, both = ({"http": [each["http"][0] for each in some], "https": []} for some in (opened[:1], opened))

    async def look() -> None:
        portal = Portal(one, 0.0, lambda: directory, NO_SWITCHES)
        portal.start()
        await portal.listen(both)
        for sock in both["http"]:
            assert b"HTTP/1.1 403" in await asyncio.to_thread(_answer, sock)
        await until_gone(portal)

    async def until_gone(portal: Portal) -> None:
        await portal.stop()
        status = await portal.status()
        assert status is not None and status.pid is None

    try:
        asyncio.run(look())
    finally:
        close_all(opened)


def test_one_that_cannot_read_its_generation_has_another_made(site: Site) -> None:
    directory = site.compile().directory
    good = (directory / PORTAL_FILE).read_bytes()
    (directory / PORTAL_FILE).write_text("{}")
    opened = open_place(Place("http", "127.0.0.1", 0))[0]

    async def look() -> None:
        portal = Portal({"http": opened["http"], "https": []}, 0.0, lambda: directory, NO_SWITCHES)
        portal.start()
        await until(portal.took_nothing, "it says that it could read nothing")
        assert not portal.took_nothing()
        (directory / PORTAL_FILE).write_bytes(good)
        assert b"HTTP/1.1 403" in await asyncio.to_thread(_answer, opened["http"][0])
        status = await portal.status()
        assert status is not None and "agency: missing" in str(status.ends.what)
        await portal.stop()

    try:
        asyncio.run(look())
    finally:
        close_all([opened])


def _answer(sock: socket.socket) -> bytes:
    with socket.create_connection(sock.getsockname()[:2], timeout=30) as connection:
        connection.sendall(b"GET /notice HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        return connection.recv(4096)
