"""What lies between this server and an upstream goes silent, or the upstream's host starts anew, and nothing says so.

The way back is taken away on the upstream's host, so that this server's own links, addresses and routes stay as they
are.
"""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import require
from tests.support.certificates import make_certificate
from tests.support.network import IP, SERVER, Network, network
from tests.support.processes import PYTHON, Process, eventually
from tests.support.server import House

FIRST, SECOND = "10.77.0.11", "10.77.0.12"
PORTS = {"tcp": 53, "tls": 853, "https": 443}
ANSWER = "192.0.2.1"  # that of tests.support.far_upstream
SECONDS = 6  # within which everybody is told something: the 5 of a client, and one for a busy machine

every_scheme = pytest.mark.parametrize("scheme", PORTS)


class Far:
    """An upstream of one scheme on a host of the network."""

    def __init__(self, net: Network, device: str, address: str, scheme: str, directory: Path) -> None:
        self._directory = directory / device
        self._directory.mkdir()
        self._on = net.on(device)
        self._starts = 0
        files: tuple[str, ...] = ()
        if scheme != "tcp":
            certificate, key = make_certificate(self._directory)
            files = (str(certificate), str(key))
            self.trusted = {"SSL_CERT_FILE": files[0]}
        else:
            self.trusted = {}
        name = "" if scheme == "tcp" else "dns.example@"
        self.url = f"{scheme}://{name}{address}:{PORTS[scheme]}{'/q' if scheme == 'https' else ''}"
        self._words = (scheme, address, str(PORTS[scheme]), *files)
        self.start()

    def start(self) -> None:
        self._starts += 1
        command = (*self._on, PYTHON, "-m", "tests.support.far_upstream", *self._words)
        self._process = Process(command, self._directory / f"far-{self._starts}")
        eventually(lambda: "ready" in self._process.out, "the upstream listens")

    def kill(self) -> None:
        self._process.stop(signal.SIGKILL)

    def goes_silent(self) -> None:
        """Whatever it says is lost from now on, and so is every handshake with it."""
        subprocess.run((*self._on, IP, "route", "add", "blackhole", f"{SERVER}/32"), check=True)

    def forget(self, ports: list[str]) -> None:
        """Let no answer through to these ports of ours any more, as a router that forgot those connections."""
        for port in ports:
            rule = ("rule", "add", "to", f"{SERVER}/32", "ipproto", "tcp", "dport", port, "blackhole")
            subprocess.run((*self._on, IP, *rule), check=True)

    def is_heard(self) -> None:
        subprocess.run((*self._on, IP, "route", "del", "blackhole", f"{SERVER}/32"), check=True)


class Asked:
    """A server in the network, and what it says to question after question."""

    def __init__(self, net: Network, house: House) -> None:
        self._where = net.server
        self._house = house
        self._numbers = iter(range(10_000))

    def says(self) -> str:
        """The status or the address; "" is silence. Each question is another, so that none is in the cache."""
        question = ("dig", "+tries=1", f"+time={SECONDS}", "-p", str(self._house.port), "@127.0.0.1")
        name = f"n{next(self._numbers)}.wide.example"
        done = subprocess.run((*self._where, *question, name), capture_output=True, text=True, check=False)
        if ANSWER in done.stdout:
            return ANSWER
        return done.stdout.partition("status: ")[2].partition(",")[0]

    def ports(self) -> list[str]:
        """From which the server has connections to upstreams."""
        command = (*self._where, "ss", "-Htn", "state", "established", "dst", f"{FIRST}/32")
        lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
        return [line.split()[2].rpartition(":")[2] for line in lines]


@pytest.fixture
def net() -> Iterator[Network]:
    require("dig", "ss")
    with network() as made:
        made.plug_in("first", "02:00:00:00:77:11", FIRST)
        made.plug_in("second", "02:00:00:00:77:12", SECOND)
        yield made


@pytest.fixture
def first(net: Network, tmp_path: Path, scheme: str) -> Iterator[Far]:
    far = Far(net, "first", FIRST, scheme, tmp_path)
    try:
        yield far
    finally:
        far.kill()


@pytest.fixture
def second(net: Network, tmp_path: Path) -> Iterator[Far]:
    far = Far(net, "second", SECOND, "tcp", tmp_path)
    try:
        yield far
    finally:
        far.kill()


def start(net: Network, tmp_path: Path, upstreams: list[str], trusted: dict[str, str]) -> tuple[House, Asked]:
    house = House(tmp_path, upstreams)
    house.write("strategy: failover")
    house.start(prefix=net.server, environment=trusted)
    return house, Asked(net, house)


@every_scheme
def test_another_upstream_answers_while_the_way_to_the_first_is_silent(
    net: Network, first: Far, second: Far, tmp_path: Path
) -> None:
    house, asked = start(net, tmp_path, [first.url, second.url], first.trusted)
    try:
        assert [asked.says() for _ in range(3)] == [ANSWER] * 3
        first.goes_silent()
        assert [asked.says() for _ in range(5)] == [ANSWER] * 5
    finally:
        house.close()


@every_scheme
def test_a_router_on_the_way_forgets_the_connection(net: Network, first: Far, tmp_path: Path) -> None:
    house, asked = start(net, tmp_path, [first.url], first.trusted)
    try:
        assert [asked.says() for _ in range(3)] == [ANSWER] * 3
        ports = asked.ports()
        assert ports
        first.forget(ports)
        assert [asked.says() for _ in range(5)] == [ANSWER] * 5
        assert not set(ports) & set(asked.ports())
    finally:
        house.close()


@every_scheme
def test_the_same_upstream_answers_as_soon_as_it_is_heard_again(
    net: Network, first: Far, tmp_path: Path
) -> None:
    house, asked = start(net, tmp_path, [first.url], first.trusted)
    try:
        assert [asked.says() for _ in range(3)] == [ANSWER] * 3
        first.goes_silent()
        assert [asked.says() for _ in range(3)] == ["SERVFAIL"] * 3
        first.is_heard()
        assert [asked.says() for _ in range(3)] == [ANSWER] * 3
    finally:
        house.close()


@every_scheme
def test_the_host_of_the_upstream_starts_anew(net: Network, first: Far, tmp_path: Path) -> None:
    house, asked = start(net, tmp_path, [first.url], first.trusted)
    try:
        assert [asked.says() for _ in range(3)] == [ANSWER] * 3
        first.goes_silent()
        first.kill()  # and nobody hears of it
        first.start()
        first.is_heard()
        assert [asked.says() for _ in range(5)] == [ANSWER] * 5
    finally:
        house.close()
