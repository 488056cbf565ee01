"""Kea and real clients: a clean-up of its leases, a renewal, its control socket."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import lacking
from tests.support.dhcp import Office, dhcp_office, holds
from tests.support.processes import eventually

HOOK = next(
    Path("/usr/lib").glob("*/kea/hooks/libdhcp_lease_cmds.so"),
    Path("/usr/lib/kea/hooks/libdhcp_lease_cmds.so"),
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with dhcp_office(tmp_path, "kea-dhcp4") as made:
        yield made


def kea(office: Office, **more: Any) -> Path:
    """Start Kea, which tidies up its leases every two seconds; its lease file."""
    leases = office.directory / "kea-leases4.csv"
    settings = {
        "interfaces-config": {"interfaces": ["switch"], "dhcp-socket-type": "raw"},
        "lease-database": {"type": "memfile", "persist": True, "name": str(leases), "lfc-interval": 2},
        "valid-lifetime": 600,
        "subnet4": [{"id": 1, "subnet": "10.77.0.0/24", "pools": [{"pool": "10.77.0.50 - 10.77.0.99"}]}],
        **more,
    }
    config = office.directory / "kea.json"
    config.write_text(json.dumps({"Dhcp4": settings}))
    places = {"KEA_LOCKFILE_DIR": str(office.directory), "KEA_PIDFILE_DIR": str(office.directory)}
    office.run("kea", "kea-dhcp4", "-c", str(config), **places)
    eventually(leases.exists, "Kea is there")
    return leases


def test_a_clean_up_unmaps_nobody(office: Office) -> None:
    office.plug_in("pc", "other", "guest")  # Kea listens on a link that is up
    leases = kea(office)
    beside = leases.with_name(leases.name + ".2")
    office.watch(str(leases))
    for device in ("pc", "other", "guest"):
        office.take(device)
    office.known(3)
    eventually(lambda: holds(beside, "3c:22:fb:00:00:03") and not holds(leases, "3c:22"), "Kea has tidied up")
    office.ask("pc", "guest")
    office.take("pc")  # renews
    eventually(
        lambda: holds(leases, "3c:22:fb:00:00:01") or holds(beside, "3c:22:fb:00:00:03"), "it is on record"
    )
    office.ask("pc", "other")
    assert office.findings() == []
    office.house.stop()
    office.house.start(prefix=office.net.server)  # who starts anew reads what the clean-up kept
    office.known(3)
    assert office.figure() == (2, 1)


def test_the_control_socket_tells_the_same(office: Office) -> None:
    if not HOOK.exists():
        lacking("the hook lease_cmds of Kea")
    socket = office.directory / "kea.sock"
    control = {"socket-type": "unix", "socket-name": str(socket)}
    office.plug_in("pc", "guest")
    kea(office, **{"control-socket": control, "hooks-libraries": [{"library": str(HOOK)}]})
    eventually(socket.exists, "the socket is there")
    office.watch({"kea_socket": str(socket)})
    for device in ("pc", "guest"):
        office.take(device)
    office.known(2)
    office.ask("pc", "guest")
    office.take("pc")
    assert office.findings() == []
    assert office.figure() == (1, 1)
