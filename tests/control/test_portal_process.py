"""The portal's sockets: opened, handed over by the service manager, and a port that somebody has."""

from __future__ import annotations

import asyncio
import socket
from contextlib import closing
from pathlib import Path

import pytest

from sm_dns.control.portal_process import Portal, PortalSockets, open_portal, split_off
from sm_dns.errors import BadInput


@pytest.mark.ipv6
def test_sockets_are_opened_and_told() -> None:
    with closing(open_portal([("127.0.0.1", 0), ("::1", 0)], [("127.0.0.1", 0)])) as found:
        ports = [sock.getsockname()[1] for sock in (*found.http, *found.https)]
        assert found.addresses() == [
            f"http://127.0.0.1:{ports[0]}",
            f"http://[::1]:{ports[1]}",
            f"https://127.0.0.1:{ports[2]}",
        ]
        for sock in (*found.http, *found.https):
            socket.create_connection(sock.getsockname()[:2]).close()


@pytest.mark.parametrize("which", [0, 1])
def test_a_port_that_is_taken_says_by_whom(which: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        places = [[("127.0.0.1", 0)], [("127.0.0.1", 0)]]
        places[which] = [("127.0.0.1", other.getsockname()[1])]
        with pytest.raises(BadInput, match=r"listen 127\.0\.0\.1:\d+: the port is in use by "):
            open_portal(places[0], places[1])


def test_sockets_of_the_service_manager_are_taken() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as page,
        socket.create_server(("127.0.0.1", 0)) as dns,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
    ):
        udp.bind(page.getsockname())
        place = page.getsockname()[:2]
        ours, others = split_off([page, dns, udp], [place])
        assert ours == [page]
        assert others == [dns, udp]
        with closing(open_portal([place, ("127.0.0.1", 0)], [], ours)) as found:
            assert found.http[0] is page
            assert len(found.http) == 2


def test_without_sockets_there_is_no_process() -> None:
    async def look() -> None:
        portal = Portal(PortalSockets([], []), 0.0, Path)
        await portal.run()
        portal.adopt()
        assert await portal.status() is None

    asyncio.run(look())
