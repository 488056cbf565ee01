"""An office of two floors, a subnet each, at one gateway; beyond it an outside of the tests' own, and no other.

The gateway is the namespace in which the switches of both floors are. On the first floor are the servers, at
addresses of their own; clients come on either floor without one.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import require
from tests.support.network import COMMAND_SECONDS, IP, SERVER, Network, network
from tests.support.processes import PYTHON, Process
from tests.support.server import House

FIRST, SECOND = "switch", "upper"  # the switches of the floors
GATEWAYS = {FIRST: SERVER, SECOND: "10.77.1.1"}
PREFIXES = {FIRST: "fd77:0:0:1::", SECOND: "fd77:0:0:2::"}
_HARDWARE = {SECOND: "02:00:00:00:77:02", "beyond": "02:00:00:00:77:09"}
OUTSIDE, BEFORE_OUTSIDE = "10.77.9.80", "10.77.9.1"
ORDINARY, SOCIAL = "kerja.example", "sosial.example"  # both are served outside
SITE = "A site of the world outside"
_FORWARDING = ("ipv4/ip_forward", "ipv6/conf/all/forwarding")
_BEGUN = time.monotonic()


def tell(line: str) -> None:
    """A line of the story, with the seconds since it began: `pytest -s` shows it at once."""
    print(f"{time.monotonic() - _BEGUN:6.1f} s  {line}", flush=True)


class Building:
    """Hosts are known by their names. `directory` is where they keep their files."""

    def __init__(self, directory: Path, net: Network) -> None:
        self.directory = directory
        self.net = net
        self._running: list[Process] = []
        self.houses: list[House] = []
        self._hosts = 0

    def open(self) -> None:
        """The gateway forwards, and outside are a resolver and the sites it knows."""
        self.net.give("server", FIRST, f"{PREFIXES[FIRST]}1/64")
        self.net.add_switch(SECOND, _HARDWARE[SECOND], f"{GATEWAYS[SECOND]}/24", f"{PREFIXES[SECOND]}1/64")
        self.net.add_switch("beyond", _HARDWARE["beyond"], f"{BEFORE_OUTSIDE}/24")
        for setting in _FORWARDING:
            subprocess.run((*self.net.server, "sh", "-c", f"echo 1 >/proc/sys/net/{setting}"), check=True)
        self.connect("outside", "beyond")
        self.net.give("outside", "lan", f"{OUTSIDE}/24")
        self.net.route("outside", BEFORE_OUTSIDE)
        (self.directory / "site").mkdir()
        (self.directory / "site" / "index.html").write_text(f"<title>{SITE}</title><h1>{SITE}</h1>")
        words = ("--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--user=root")
        known = (f"--address=/{name}/{OUTSIDE}" for name in (ORDINARY, SOCIAL))
        pid = f"--pid-file={self.directory / 'outside.pid'}"
        self.run("outside-names", "dnsmasq", *words, *known, pid, on="outside")
        web = ("-m", "http.server", "80", "--bind", OUTSIDE, "--directory", str(self.directory / "site"))
        self.run("outside-web", PYTHON, *web, on="outside")

    def connect(self, host: str, switch: str = FIRST) -> str:
        """A host on a switch, without an address; its hardware address."""
        self._hosts += 1
        hardware = _hardware(self._hosts)
        self.net.connect(host, hardware, switch)
        return hardware

    def connect_machine(self, leader: int, *addresses: str) -> None:
        """A machine of its own on the first floor, known by its first process; each address with its length."""
        self._hosts += 1
        self.net.connect_machine(leader, _hardware(self._hosts))
        for words in (
            ("link", "set", "lan", "up"),
            *(("addr", "add", each, "dev", "lan") for each in addresses),
            ("route", "add", "default", "via", GATEWAYS[FIRST]),
        ):
            subprocess.run(("nsenter", "-t", str(leader), "-n", IP, *words), check=True)

    def add_server(self, host: str, *addresses: str) -> None:
        """A host on the first floor with addresses of its own, each with its length."""
        self.connect(host)
        self.net.give(host, "lan", *addresses)
        self.net.route(host, GATEWAYS[FIRST])
        if any(":" in address for address in addresses):
            self.net.route(host, f"{PREFIXES[FIRST]}1")

    def run(self, name: str, *command: str, on: str = "server", **environment: str) -> Process:
        """Start a program on a host, the gateway where none is named; it ends with the building."""
        process = Process((*self.net.on(on), *command), self.directory / name, environment)
        self._running.append(process)
        return process

    def said(self, on: str, *command: str) -> str:
        """What a command prints on a host, however it ends."""
        done = subprocess.run(
            (*self.net.on(on), *command), capture_output=True, text=True, timeout=COMMAND_SECONDS, check=False
        )
        return done.stdout.strip()

    def close(self) -> None:
        """End everything that was started."""
        for house in self.houses:
            house.close()
        for process in reversed(self._running):
            process.stop()


def _hardware(number: int) -> str:
    return f"3c:22:fb:00:00:{number:02x}"


@contextmanager
def building(directory: Path, *programs: str) -> Iterator[Building]:
    """One for the length of a block. Skips the test where the machine lacks a program, or namespaces."""
    require("dig", "dnsmasq", *programs)
    with network() as net:
        made = Building(directory, net)
        try:
            made.open()
            yield made
        finally:
            made.close()
