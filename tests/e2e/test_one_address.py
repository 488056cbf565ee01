"""Many behind one address: connections, a flood and questions that must be answered, all of the same client."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.branch import PROBES
from tests.support.network import SERVER, Network, network
from tests.support.server import House

BRANCH = "02:00:00:00:77:11"
SECONDS = 110


@pytest.fixture
def net() -> Iterator[Network]:
    with network() as made:
        made.plug_in("branch", BRANCH, "10.77.0.11")
        yield made


@pytest.mark.timeout(2 * SECONDS)
def test_a_flood_and_300_connections_leave_room_for_questions(net: Network, tmp_path: Path) -> None:
    house = House(tmp_path, ["192.0.2.1"])
    house.write(listen=[f"{SERVER}:{house.port}"], clients=["10.77.0.0/24"])
    branch = (sys.executable, "-m", "tests.support.branch", SERVER, str(house.port), "facebook.com")
    try:
        house.start("--at", "2026-08-10T10:00:00", prefix=net.server)  # working hours: denied
        done = subprocess.run(
            (*net.on("branch"), *branch), capture_output=True, text=True, timeout=SECONDS, check=False
        )
        assert done.returncode == 0, done.stderr
        assert int(done.stdout) >= 0.99 * PROBES
    finally:
        house.close()
