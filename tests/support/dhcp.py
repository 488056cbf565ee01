"""An office in namespaces: a DHCP server that is real, clients that ask it, and sm-dns beside it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.conftest import require
from tests.support.dig import dig
from tests.support.network import COMMAND_SECONDS, IP, SERVER, Network, network
from tests.support.processes import Process, eventually
from tests.support.server import QUICK, House

LISTED = "www.netflix.com"  # denied at all times: no upstream is asked
DEVICES = {name: f"3c:22:fb:00:00:0{number}" for number, name in enumerate(("pc", "other", "guest"), 1)}
STAFF = f"device,staff\n{DEVICES['pc']},officer1\n{DEVICES['other']},officer2\n"

_SCRIPT = f"""\
#!/bin/sh
case "$reason" in
  BOUND|RENEW|REBIND|REBOOT) {IP} addr replace "$new_ip_address/24" dev "$interface" ;;
  EXPIRE|FAIL|RELEASE) {IP} addr flush dev "$interface" ;;
esac
"""


class Office:
    """Devices are known by their names in `DEVICES`."""

    def __init__(self, directory: Path, net: Network) -> None:
        self.directory = directory
        self.net = net
        self.house = House(directory, ["192.0.2.1"], QUICK)
        self._servers: list[Process] = []
        self._asked = 0
        (directory / "staff.csv").write_text(STAFF)
        (directory / "client.sh").write_text(_SCRIPT)
        (directory / "client.sh").chmod(0o755)
        (directory / "client.conf").write_text("initial-delay 0;\ntimeout 30;\n")

    def run(self, name: str, *command: str, on: Sequence[str] = (), **environment: str) -> Process:
        """Start a server in the namespace of the switch, or in another."""
        process = Process([*(on or self.net.server), *command], self.directory / name, environment)
        self._servers.append(process)
        return process

    def watch(self, *sources: object) -> None:
        """Start sm-dns on sources of leases."""
        plan = {"leases": sources, "staff_map": "staff.csv", "neighbours": False, "base": 10}
        self.house.write(
            f"monitoring: {json.dumps(plan)}",
            listen=[f"{SERVER}:{self.house.port}"],
            clients=["10.77.0.0/24"],
        )
        self.house.start(prefix=self.net.server)

    def plug_in(self, *devices: str) -> None:
        """Devices on the switch, without an address."""
        for device in devices:
            self.net.connect(device, DEVICES[device])

    def take(self, device: str) -> None:
        """Have a device ask for an address, or renew the one it has."""
        self._client(device, "-1")
        self._client(device, "-x")

    def give_back(self, device: str) -> None:
        """Have a device release its address."""
        self._client(device, "-r")

    def ask(self, *devices: str) -> None:
        """A question of each, and wait until it is counted."""
        for device in devices:
            assert dig(SERVER, self.house.port, LISTED, prefix=self.net.on(device)).data == ["0.0.0.0"]
        self._asked += len(devices)
        eventually(lambda: self._counted() == self._asked, "the questions are counted")

    def known(self, count: int) -> None:
        """Wait until so many devices are known."""
        eventually(
            lambda: self.house.status()["monitoring"].get("devices") == count, f"{count} devices are known"
        )

    def figure(self) -> tuple[int, int]:
        """How many staff were seen, by the coverage of a report, and how many that nobody knows. Ends sm-dns."""
        assert self.house.stop() == 0
        now, day = datetime.now(UTC), timedelta(days=1)  # the office's date may be another than that of UTC
        dates = ("--from", str((now - day).date()), "--to", str((now + day).date()))
        done = self.house.run("report", "usage", *dates, "--format", "json")
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found["coverage"]["staff_seen"], found["coverage"]["unmapped_seen"]

    def findings(self) -> list[str]:
        """What `status` says of leases."""
        texts = (one["text"] for one in self.house.status()["findings"])
        return [text for text in texts if "leases" in text]

    def close(self) -> None:
        """End everything."""
        self.house.close()
        for server in self._servers:
            server.stop()

    def _counted(self) -> int:
        return sum(line[-1] for line in self.house.status()["monitoring"]["counted"])

    def _client(self, device: str, what: str) -> None:
        state = self.directory / device
        files = ("-lf", f"{state}.leases", "-pf", f"{state}.pid")
        own = ("-cf", str(self.directory / "client.conf"), "-sf", str(self.directory / "client.sh"))
        command = (*self.net.on(device), "dhclient", "-4", what, *own, *files, "lan")
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=2 * COMMAND_SECONDS, check=False
        )
        assert done.returncode == 0, done.stderr


@contextmanager
def dhcp_office(directory: Path, *programs: str) -> Iterator[Office]:
    """An office, where the machine has the programs and namespaces."""
    require("dig", "dhclient", *programs)
    with network() as net:
        office = Office(directory, net)
        try:
            yield office
        finally:
            office.close()


def holds(path: Path, *texts: str) -> bool:
    """Whether a file is there and holds each text."""
    return path.exists() and all(text in path.read_text(errors="replace") for text in texts)
