"""dnsmasq and real clients: a renewal, and a release that takes the line out of its file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.dhcp import Office, dhcp_office, holds
from tests.support.processes import eventually


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with dhcp_office(tmp_path, "dnsmasq") as made:
        yield made


def test_a_renewal_and_a_release(office: Office) -> None:
    leases = office.directory / "dnsmasq.leases"
    office.run(
        "dnsmasq",
        *("dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--user=root", "--no-ping"),
        *("--interface=switch", "--dhcp-range=10.77.0.50,10.77.0.99,10m", f"--dhcp-leasefile={leases}"),
        f"--pid-file={office.directory / 'dnsmasq.pid'}",
    )
    eventually(leases.exists, "dnsmasq is there")
    office.watch(str(leases))
    office.plug_in("pc", "guest", "other")
    for device in ("pc", "guest"):
        office.take(device)
    office.known(2)
    office.take("pc")
    office.ask("pc", "guest")
    office.give_back("guest")
    eventually(lambda: not holds(leases, "3c:22:fb:00:00:03"), "the lease is released")
    office.take("other")
    office.known(3)
    office.ask("pc", "other")
    assert office.findings() == []
    assert office.figure() == (2, 1)
