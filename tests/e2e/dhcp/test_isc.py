"""A failover pair of ISC dhcpd and real clients: one of the two ends, the other goes on."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.dhcp import Office, dhcp_office, holds
from tests.support.network import SERVER
from tests.support.processes import Process, eventually

SECOND = "10.77.0.2"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with dhcp_office(tmp_path, "dhcpd") as made:
        yield made


def dhcpd(office: Office, name: str, own: str, peer: str, role: str) -> Process:
    """One of the pair, its leases in `NAME.leases`."""
    leases, config = office.directory / f"{name}.leases", office.directory / f"{name}.conf"
    leases.touch()
    only_primary = "mclt 300; split 128;" if role == "primary" else ""
    config.write_text(
        f"""\
authoritative; default-lease-time 600; max-lease-time 600; ping-check off;
failover peer "office" {{
  {role}; address {own}; port 647; peer address {peer}; peer port 647;
  max-response-delay 3; max-unacked-updates 10; load balance max seconds 0; {only_primary}
}}
subnet 10.77.0.0 netmask 255.255.255.0 {{
  pool {{ failover peer "office"; range 10.77.0.50 10.77.0.99; }}
}}
"""
    )
    on = office.net.server if role == "primary" else office.net.on(name)
    link = "switch" if role == "primary" else "lan"
    files = ("-cf", str(config), "-lf", str(leases), "-pf", str(office.directory / f"{name}.pid"))
    return office.run(name, "dhcpd", "-4", "-f", "-d", *files, link, on=on)


def test_the_second_of_a_pair_goes_on(office: Office) -> None:
    office.net.plug_in("second", "02:00:00:00:77:02", SECOND)
    first = dhcpd(office, "first", SERVER, SECOND, "primary")
    dhcpd(office, "second", SECOND, SERVER, "secondary")
    files = [office.directory / "first.leases", office.directory / "second.leases"]
    eventually(
        lambda: all(holds(file, "my state normal", "binding state backup") for file in files),
        "both are a pair",
    )
    office.watch(*map(str, files))
    office.plug_in("pc", "other", "guest")
    office.take("pc")
    office.known(1)
    office.ask("pc")
    eventually(lambda: all(holds(file, "3c:22:fb:00:00:01") for file in files), "both know of it")
    first.stop(signal.SIGKILL)
    eventually(lambda: holds(files[1], "communications-interrupted"), "the second goes on alone")
    for device in ("pc", "other", "guest"):
        office.take(device)
    office.known(3)
    office.ask("pc", "other", "guest")
    assert office.findings() == []
    assert office.figure() == (2, 1)
