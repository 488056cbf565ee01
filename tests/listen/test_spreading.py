"""Real sockets that share a port: each name comes to one of them, whoever asks and however it is written."""

from __future__ import annotations

import select
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from sm_dns.listen.listeners import Place, close_all, open_place
from sm_dns.listen.spreading import spread_by_name
from tests.support.messages import COOKIE, query

WORKERS = 3


@contextmanager
def shared_port(address: str = "127.0.0.1") -> Iterator[list[socket.socket]]:
    opened = open_place(Place("listen", address, 0), WORKERS)
    try:
        yield [sockets["udp"][0] for sockets in opened]
    finally:
        close_all(opened)


def taker(sockets: list[socket.socket], message: bytes) -> int:
    """Which of them gets a datagram of a client that nobody has seen."""
    with closing(socket.socket(sockets[0].family, socket.SOCK_DGRAM)) as client:
        client.sendto(message, sockets[0].getsockname())
        (ready,), _, _ = select.select(sockets, [], [], 60)
        assert ready.recv(4_096) == message
        return sockets.index(ready)


@pytest.mark.parametrize("address", ["127.0.0.1", pytest.param("::1", marks=pytest.mark.ipv6)])
def test_a_name_comes_to_the_same_worker_from_every_port(address: str) -> None:
    with shared_port(address) as sockets:
        for number in range(8):
            name = f"www.shop{number}.example.com"
            asked = [query(name, id=each) for each in range(6)]
            asked += [query(name.upper(), id=7), query(name, id=8, use_edns=0, options=[COOKIE])]
            assert len({taker(sockets, message) for message in asked}) == 1


def test_names_are_spread_over_all_of_them() -> None:
    with shared_port() as sockets:
        takers = [taker(sockets, query(f"www.shop{number}.example.com")) for number in range(300)]
        assert all(takers.count(which) > 60 for which in range(WORKERS))


@pytest.mark.parametrize("length", [0, 1, 11, 12, 13, 16, 19, 24, 4_096])
def test_what_is_no_question_comes_to_one_of_them(length: int) -> None:
    with shared_port() as sockets:
        assert taker(sockets, bytes(range(256)) * 16 if length == 4_096 else bytes(range(length))) < WORKERS


def test_where_the_kernel_has_no_such_filter_it_spreads_in_its_own_way() -> None:
    """On a socket that is not of this kind it refuses, as an old kernel does everywhere."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, theirs:
        assert not spread_by_name(ours, 2)
