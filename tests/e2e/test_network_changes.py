"""The network changes under the resolver: its own address over IPv4 and IPv6. Three questions are lost at most."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import require
from tests.support.network import IP, Network, network
from tests.support.processes import Process, eventually
from tests.support.server import House

PC = "02:00:00:00:77:11"
MAX_LOST = 3


@pytest.fixture
def net() -> Iterator[Network]:
    require("dig", "dnsmasq")
    with network() as made:
        made.plug_in("upstream", PC, "10.77.0.11")
        for where, words in (
            (made.server, ("addr", "add", "fd00:77::1/64", "dev", "switch", "nodad")),
            (made.on("upstream"), ("addr", "add", "fd00:77::11/64", "dev", "lan", "nodad")),
        ):
            subprocess.run((*where, IP, *words), check=True)
        yield made


@pytest.fixture
def upstream(net: Network, tmp_path: Path) -> Iterator[Process]:
    """One that answers every name below wide.example."""
    words = (
        "dnsmasq",
        "--keep-in-foreground",
        "--no-resolv",
        "--no-hosts",
        "--conf-file=/dev/null",
        "--user=root",
    )
    address = (
        "--address=/wide.example/192.0.2.7",
        "--listen-address=10.77.0.11,fd00:77::11",
        "--bind-interfaces",
    )
    process = Process((*net.on("upstream"), *words, *address), tmp_path / "dnsmasq")
    try:
        yield process
    finally:
        process.stop()


@pytest.mark.ipv6
@pytest.mark.parametrize("way", ["10.77.0.11", "fd00:77::11", "10.77.0.11 over TCP"])
def test_its_own_address_changes(way: str, net: Network, upstream: Process, tmp_path: Path) -> None:
    server, _, stream = way.partition(" over ")
    house = House(tmp_path, [f"tcp://{server}" if stream else server])
    numbers = iter(range(10_000))

    def resolves() -> bool:
        """Each question is another, so that none is answered from the cache."""
        command = ("dig", "+short", "+tries=1", "+time=6", "-p", str(house.port), "@127.0.0.1")
        done = subprocess.run(
            (*net.server, *command, f"n{next(numbers)}.wide.example"),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout == "192.0.2.7\n"

    try:
        house.start(prefix=net.server)
        eventually(resolves, "names resolve")
        assert all(resolves() for _ in range(20))  # every socket of the pool has been used
        old, new = ("10.77.0.1/24", "10.77.0.7/24") if "." in server else ("fd00:77::1/64", "fd00:77::7/64")
        nodad = () if "." in server else ("nodad",)
        subprocess.run((*net.server, IP, "addr", "del", old, "dev", "switch"), check=True)
        subprocess.run((*net.server, IP, "addr", "add", new, "dev", "switch", *nodad), check=True)
        answers = [resolves() for _ in range(20)]
        assert answers.count(False) <= MAX_LOST, answers
        assert all(answers[MAX_LOST:])
    finally:
        house.close()
