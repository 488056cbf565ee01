"""The unit in the office: a machine with a systemd of its own, installed as the documents say, and a phone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.office.building import ORDINARY, OUTSIDE, SECOND, SOCIAL, building, tell
from tests.e2e.office.clients import Client
from tests.e2e.office.servers import Router
from tests.support.installed import installed_machine
from tests.support.processes import eventually

ADDRESS = "10.77.0.53"
CONFIGURATION = f"""\
listen: ["{ADDRESS}:53", "127.0.0.1:53"]
upstreams: ["{OUTSIDE}"]
schedules: {{default: {{}}}}
groups: [{{name: office, clients: ["10.77.0.0/16"]}}]
categories: {{social: {{action: deny}}}}
portal: {{listen: ["{ADDRESS}:80"], name: notis.example}}
monitoring: {{enabled: false}}
"""
pytestmark = pytest.mark.timeout(180)


def configure(place: Path) -> None:
    """What an administrator writes into `/etc/sm-dns`."""
    (place / "sm-dns.yaml").write_text(CONFIGURATION)
    (place / "zones").mkdir(exist_ok=True)
    (place / "zones" / "social.txt").write_text(f"{SOCIAL}\n")


def test_a_phone_asks_the_unit(tmp_path: Path) -> None:
    with building(tmp_path, "udhcpc", "nsenter") as office, installed_machine(tmp_path, configure) as server:
        tell("A resolver that systemd runs, on a machine of its own")
        office.connect_machine(server.leader, f"{ADDRESS}/24")
        server.well("systemctl", "enable", "--now", "sm-dns")
        Router(office, ()).tell(ADDRESS)
        phone = Client(office, "phone", SECOND)
        phone.boot_phone()
        phone.wait_for(ADDRESS)
        assert phone.ask(ORDINARY) == [OUTSIDE]
        assert phone.ask(SOCIAL) == [ADDRESS]
        tell(f"the phone has {phone.address}; {ORDINARY} is {OUTSIDE}, {SOCIAL} the block page")
        server.well("systemctl", "kill", "--kill-whom=main", "-s", "KILL", "sm-dns")
        eventually(lambda: phone.ask(SOCIAL) == [ADDRESS], "systemd has started it again")
        tell("its process is killed: systemd starts it again, and the phone has its answers")
