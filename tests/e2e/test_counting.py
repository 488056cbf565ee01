"""RPT-1 with real devices: each has an interface and an address of its own, and leases change hands under way."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import require
from tests.support.dig import dig
from tests.support.network import SERVER, Network, network
from tests.support.processes import eventually
from tests.support.server import QUICK, House

LISTED = "www.netflix.com"  # denied at all times: no upstream is asked
DEVICES = {
    name: f"3c:22:fb:00:00:0{number}" for number, name in enumerate(("pc", "phone", "other", "guest"), 1)
}
STAFF = f"""\
device,staff,department
{DEVICES["pc"]},officer1,Finance
{DEVICES["phone"]},officer1,Finance
{DEVICES["other"]},officer2,Audit
"""


class Office:
    """A service on a network of its own, with a DHCP server that is played."""

    def __init__(self, directory: Path, net: Network) -> None:
        self._net = net
        self._leases = directory / "leases"
        self.house = House(directory, ["192.0.2.1"], QUICK)
        (directory / "staff.csv").write_text(STAFF)
        self.house.write(
            "monitoring: {leases: [leases], staff_map: staff.csv, neighbours: false, base: 40}",
            listen=[f"{SERVER}:{self.house.port}"],
            clients=["10.77.0.0/24"],
        )

    def lease(self, **holders: str) -> None:
        """Write the lease file anew, as dnsmasq does."""
        draft = self._leases.with_suffix(".new")
        end = int(time.time()) + 3600
        draft.write_text("".join(f"{end} {DEVICES[name]} {at} * *\n" for name, at in holders.items()))
        draft.replace(self._leases)

    def ask(self, device: str) -> None:
        told = dig(SERVER, self.house.port, LISTED, prefix=self._net.on(device))
        assert told.data == ["0.0.0.0"]

    def counted(self) -> int:
        """How many questions have been taken from the workers."""
        return sum(line[-1] for line in self.house.status()["monitoring"]["counted"])

    def report(self, kind: str) -> dict[str, Any]:
        now, day = datetime.now(UTC), timedelta(days=1)  # the office's date may be another than that of UTC
        dates = ("--from", str((now - day).date()), "--to", str((now + day).date()))
        done = self.house.run("report", kind, *dates, "--band", "00:00-24:00", "--format", "json")
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found


@pytest.fixture
def net() -> Iterator[Network]:
    require("dig")
    with network() as made:
        yield made


@pytest.fixture
def office(tmp_path: Path, net: Network) -> Iterator[Office]:
    made = Office(tmp_path, net)
    try:
        yield made
    finally:
        made.house.close()


def test_each_person_counts_once_while_devices_change_their_addresses(office: Office, net: Network) -> None:
    for device, address in (("pc", "10.77.0.11"), ("phone", "10.77.0.12"), ("other", "10.77.0.13")):
        net.plug_in(device, DEVICES[device], address)
    office.lease(pc="10.77.0.11", phone="10.77.0.12", other="10.77.0.13")
    office.house.start(prefix=net.server)
    for device in ("pc", "pc", "phone", "other"):
        office.ask(device)
    eventually(lambda: office.counted() == 4, "four questions are counted")

    # The computer gets a new address, officer2's device takes its old one, and a guest comes.
    net.move("pc", "10.77.0.14")
    net.move("other", "10.77.0.11")
    net.plug_in("guest", DEVICES["guest"], "10.77.0.13")
    office.lease(pc="10.77.0.14", phone="10.77.0.12", other="10.77.0.11", guest="10.77.0.13")
    eventually(lambda: office.house.status()["monitoring"]["devices"] == 4, "the guest is known")
    office.ask("phone")  # the pull that takes this is the first wholly after the change
    eventually(lambda: office.counted() == 5, "the fifth is counted")
    for device in ("pc", "other", "guest", "guest"):
        office.ask(device)
    assert office.house.stop() == 0

    usage = office.report("usage")
    assert (usage["count"], usage["mark"], usage["unmapped"], usage["queries"]) == (None, "small", 1, 9)
    assert [usage["coverage"][name] for name in ("staff_seen", "unmapped_seen")] == [2, 1]
