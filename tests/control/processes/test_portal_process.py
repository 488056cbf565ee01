"""The portal as the control process has it: none without an address, another process when one comes late."""

from __future__ import annotations

import asyncio
import socket
from functools import partial
from pathlib import Path

from sm_dns.control.processes.portal_process import Portal
from sm_dns.listen.listeners import Place, close_all, open_place
from sm_dns.policy.clients.presence import Present
from sm_dns.portal.settings import PORTAL_FILE
from tests.support.contracts import NO_SWITCHES
from tests.support.processes import eventually, until
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


def test_one_that_takes_the_place_of_another_knows_who_is_where(site: Site) -> None:
    person = "staff:a1234"
    press = f'{{name: press, clients: ["{person}"], mode: off}}'
    text = (
        site.config.read_text()
        .replace("10.0.0.0/8", "127.0.0.0/8")
        .replace("groups: [", f"groups: [{press}, ")
    )
    site.config.write_text(text)
    directory = site.compile().directory
    opened = open_place(Place("http", "127.0.0.1", 0))[0]
    sockets = {"http": opened["http"], "https": []}

    async def look() -> None:
        portal = Portal(sockets, 0.0, lambda: directory, NO_SWITCHES)
        portal.start()
        await portal.know({"127.0.0.1": Present((person,), 4e9)})
        for _ in range(2):
            is_open = partial(_is_open, opened["http"][0])
            await asyncio.to_thread(eventually, is_open, "it is open to somebody who is known")
            await portal.listen(sockets)
        await portal.stop()

    try:
        asyncio.run(look())
    finally:
        close_all([opened])


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


def _is_open(sock: socket.socket) -> bool:
    """Whether it says that the site is open to us and shall be tried again."""
    return b"HTTP/1.1 503" in _answer(sock, "netflix.com", "/")


def _answer(sock: socket.socket, host: str = "x", path: str = "/notice") -> bytes:
    with socket.create_connection(sock.getsockname()[:2], timeout=30) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return connection.recv(4096)
