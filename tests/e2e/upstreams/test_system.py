"""The servers of this host, as its resolv.conf names them, with the real service on a network of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import require
from tests.support.network import Network, network
from tests.support.processes import Process, eventually
from tests.support.server import House

PC = "02:00:00:00:77:11"
# What is mounted on a file shows what is written into that file, not what takes its name.
OVER = 'mount --bind "$0" /etc/resolv.conf && exec "$@"'


@pytest.fixture
def net() -> Iterator[Network]:
    require("dig", "dnsmasq", "unshare")
    with network() as made:
        made.plug_in("first", PC, "10.77.0.11")
        made.plug_in("second", "02:00:00:00:77:12", "10.77.0.12")
        yield made


@pytest.fixture
def upstreams(net: Network, tmp_path: Path) -> Iterator[None]:
    """Two that give each its own address for every name below wide.example."""
    words = ("--keep-in-foreground", "--no-resolv", "--no-hosts", "--conf-file=/dev/null", "--user=root")
    processes = [
        Process(
            (*net.on(device), "dnsmasq", *words, f"--address=/wide.example/{answer}", "--interface=lan"),
            tmp_path / device,
        )
        for device, answer in (("first", "192.0.2.1"), ("second", "192.0.2.2"))
    ]
    try:
        yield
    finally:
        for process in processes:
            process.stop()


def test_they_are_followed_from_an_empty_file_to_another_network(
    net: Network, upstreams: None, tmp_path: Path
) -> None:
    resolv_conf = tmp_path / "resolv.conf"
    resolv_conf.write_text("# the network is not up yet\n")
    house = House(tmp_path, ["system"])
    house.write("limits: {queries_per_second: 100000}")
    numbers = iter(range(10_000))
    question = ("dig", "+short", "+tries=1", "+time=6", "-p", str(house.port), "@127.0.0.1")

    def answer() -> str:
        """Each question is another, so that none is answered from the cache."""
        command = (*net.server, *question, f"n{next(numbers)}.wide.example")
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout

    server = house.start(prefix=(*net.server, "unshare", "--mount", "sh", "-c", OVER, str(resolv_conf)))
    try:
        assert answer() == ""
        assert any("no upstream" in finding["text"] for finding in house.status()["findings"])
        resolv_conf.write_text("nameserver 10.77.0.11\n")
        eventually(lambda: answer() == "192.0.2.1\n", "the first is asked")
        assert not any("no upstream" in finding["text"] for finding in house.status()["findings"])
        resolv_conf.write_text("nameserver 10.77.0.12\n")
        eventually(lambda: answer() == "192.0.2.2\n", "the second is asked")
        assert house.status()["generation"] == 1  # nobody reloaded anything
        resolv_conf.write_text("# nobody\n")
        old = "/etc/resolv.conf names no server any more"
        eventually(
            lambda: any(old in finding["text"] for finding in house.status()["findings"]), "that is told"
        )
        assert answer() == "192.0.2.2\n"
        resolv_conf.write_text("nameserver 10.77.0.11\n")
        eventually(lambda: answer() == "192.0.2.1\n", "the first is asked again")
        assert not any(old in finding["text"] for finding in house.status()["findings"])
        assert "Traceback" not in server.err
    finally:
        house.close()
