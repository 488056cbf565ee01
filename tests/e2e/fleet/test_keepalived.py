"""Two nodes with one address by Debian's keepalived (VRRP): one dies, in each way, and few questions are lost."""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import require
from tests.e2e.fleet.fleet import wait_until
from tests.support.network import Network, network
from tests.support.processes import PYTHON, REPOSITORY, Process
from tests.support.server import COMMAND, House

SHARED = "10.77.0.53"
LOST_SECONDS = 3.0
ASK_SECONDS = 0.1
PORT = 53

CONFIG = """\
global_defs {{
  router_id {name}
  script_user root
  enable_script_security
}}
vrrp_script sm_dns {{
  script "{script}"
  interval 1
  timeout 2
  fall 1
  rise 2
}}
vrrp_instance dns {{
  version 3
  state BACKUP
  interface lan
  virtual_router_id 53
  priority {priority}
  advert_int 0.5
  virtual_ipaddress {{
    {shared}/24
  }}
  track_script {{
    sm_dns
  }}
}}
"""


class Node(House):
    """A server with a keepalived beside it, on a device of its own."""

    def __init__(self, directory: Path, office: Network, name: str, address: str, priority: int) -> None:
        directory.mkdir()
        super().__init__(directory, ["192.0.2.1"])
        self.write(listen=[f"0.0.0.0:{PORT}"], clients=["10.0.0.0/8", "127.0.0.0/8"])
        self.prefix = office.on(name)
        self._name = name
        self._priority = priority
        self.keepalived: Process | None = None
        self.address = address

    def begin(self) -> None:
        """Start both."""
        self.start(prefix=self.prefix)
        script = self.directory / "healthy.sh"
        script.write_text(
            f"#!/bin/sh\nPYTHONPATH={REPOSITORY} SM_DNS_PURE_PYTHON=1 "
            f"exec {' '.join(COMMAND)} healthy --config {self.config}\n"
        )
        script.chmod(0o700)
        config = self.directory / "keepalived.conf"
        text = CONFIG.format(name=self._name, script=script, priority=self._priority, shared=SHARED)
        config.write_text(text)
        own = [f"--{what}={self.directory / what}" for what in ("pid", "vrrp_pid")]
        command = ("keepalived", "--dont-fork", "--log-console", "--vrrp", f"--use-file={config}", *own)
        self.keepalived = Process((*self.prefix, *command), self.directory / "keepalived")

    def kill(self) -> None:
        """Kill the service, its workers too, at once."""
        assert self.server is not None
        workers = self.worker_pids()
        self.server.send(signal.SIGKILL)
        for pid in workers:
            os.kill(pid, signal.SIGKILL)

    def close(self) -> None:
        if self.keepalived is not None:
            self.keepalived.stop()
        super().close()


class Client:
    """Somebody in the office who asks the shared address again and again."""

    def __init__(self, office: Network, folder: Path) -> None:
        self._log = folder / "asked.jsonl"
        script = folder / "asking.py"
        script.write_text(ASKING)
        command = (*office.on("client"), PYTHON, str(script), SHARED, str(PORT), str(self._log))
        self._process = Process(command, folder / "client")

    def answered(self, since: float) -> list[float]:
        """The instants of answers."""
        lines = self._log.read_text().splitlines() if self._log.exists() else []
        return [at for at in map(float, lines) if at >= since]

    def longest_silence(self, since: float, until: float) -> float:
        """The longest time in which nothing was answered."""
        instants = [since, *(at for at in self.answered(since) if at <= until), until]
        return max(after - before for before, after in itertools.pairwise(instants))

    def stop(self) -> None:
        self._process.stop()


ASKING = f"""
import secrets, socket, sys, time
host, port, log = sys.argv[1], int(sys.argv[2]), sys.argv[3]
question = bytes.fromhex("0100000100000000000003") + b"www\\x07netflix\\x03com\\0" + bytes.fromhex("00010001")
with open(log, "a", buffering=1) as out:
    while True:
        began = time.time()
        number = secrets.token_bytes(2)
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
                sock.settimeout({ASK_SECONDS})
                sock.sendto(number + question, (host, port))
                reply = sock.recv(512)
                if reply[:2] == number and reply[3] & 15 == 0:
                    print(time.time(), file=out)
        except OSError:
            pass
        time.sleep(max(0, {ASK_SECONDS} - (time.time() - began)))
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Network, Node, Node, Client]]:
    require("keepalived", "dig")
    folder = tmp_path_factory.mktemp("vrrp")
    with network() as lan:
        for number, name in enumerate(("one", "two", "client"), 1):
            lan.plug_in(name, f"02:00:00:00:77:1{number}", f"10.77.0.1{number}")
        one = Node(folder / "one", lan, "one", "10.77.0.11", 150)
        two = Node(folder / "two", lan, "two", "10.77.0.12", 100)
        client = Client(lan, folder)
        try:
            for node in (one, two):
                node.begin()
            wait_until(lambda: client.answered(0), f"nobody answers: {one.keepalived and one.keepalived.out}")
            yield lan, one, two, client
        finally:
            client.stop()
            one.close()
            two.close()


def _settle(client: Client) -> None:
    """Until it has been answered without a gap for three seconds."""
    wait_until(lambda: len(client.answered(time.time() - 3)) > 20, "it does not settle", 40)


def test_a_service_that_is_killed_and_one_that_comes_back(
    office: tuple[Network, Node, Node, Client],
) -> None:
    _, one, _, client = office
    _settle(client)
    began = time.time()
    one.kill()
    time.sleep(5)
    lost = client.longest_silence(began, time.time() - 0.5)
    print(f"the service of the master was killed: nothing was answered for {lost:.2f} s")
    assert lost <= LOST_SECONDS
    one.start(prefix=one.prefix)
    began = time.time()
    time.sleep(6)
    back = client.longest_silence(began, time.time() - 0.5)
    print(f"it came back: nothing was answered for {back:.2f} s")
    assert back <= LOST_SECONDS


def test_a_machine_that_is_gone(office: tuple[Network, Node, Node, Client]) -> None:
    lan, _, _, client = office
    _settle(client)
    began = time.time()
    lan.unplug("one")
    time.sleep(5)
    lost = client.longest_silence(began, time.time() - 0.5)
    print(f"the machine of the master was gone: nothing was answered for {lost:.2f} s")
    assert lost <= LOST_SECONDS
