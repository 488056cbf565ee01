"""The kernel's own neighbour table, and messages that are damaged."""

from __future__ import annotations

import json
import struct
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.control import netlink
from sm_dns.control.netlink import neighbour_table, read_neighbour
from sm_dns.monitor.identity.neighbours import Neighbour
from tests.conftest import require
from tests.support.network import IP, network
from tests.support.processes import REPOSITORY

TELL = "import json; from sm_dns.control.netlink import neighbour_table; print(json.dumps(neighbour_table()))"
DEVICES = {"pc": "02:00:00:00:77:11", "phone": "02:00:00:00:77:12"}


def test_the_kernels_table_is_read_as_ip_reads_it() -> None:
    require("ip")
    with network() as net:
        for number, (device, hardware) in enumerate(DEVICES.items(), 11):
            net.plug_in(device, hardware, f"10.77.0.{number}")
            words = (
                "neigh",
                "replace",
                f"10.77.0.{number}",
                "lladdr",
                hardware,
                "dev",
                "switch",
                "nud",
                "stale",
            )
            subprocess.run((*net.server, IP, *words), check=True)
        others = (("fd00::11", "reachable"), ("fd00::12", "failed"), ("10.77.0.99", "noarp"))
        for address, state in others:
            words = ("neigh", "replace", address, "lladdr", DEVICES["pc"], "dev", "switch", "nud", state)
            subprocess.run((*net.server, IP, *words), check=True)
        router = (
            "neigh",
            "replace",
            "fd00::1",
            "lladdr",
            DEVICES["phone"],
            "dev",
            "switch",
            "router",
            "nud",
            "stale",
        )
        subprocess.run((*net.server, IP, *router), check=True)
        done = subprocess.run(
            (*net.server, sys.executable, "-c", TELL),
            capture_output=True,
            text=True,
            check=True,
            cwd=REPOSITORY,
        )
    assert {Neighbour(*row) for row in json.loads(done.stdout)} == {
        Neighbour("10.77.0.11", DEVICES["pc"], False),
        Neighbour("10.77.0.12", DEVICES["phone"], False),
        Neighbour("fd00::11", DEVICES["pc"], False),
        Neighbour("fd00::1", DEVICES["phone"], True),
    }


def test_this_hosts_own_table_can_be_read() -> None:
    assert all(each.address and each.link for each in neighbour_table())


def test_an_error_of_the_kernel_is_an_error() -> None:
    with pytest.raises(OSError, match="not permitted"):
        raise netlink._error(struct.pack("=i", -1))


@given(st.binary(max_size=80))
def test_any_message_is_read_or_passed_over(message: bytes) -> None:
    assert len(read_neighbour(message)) <= 1
    assert all(kind >= 0 for kind, _ in netlink._messages(message))


LINKS = "import json; from sm_dns.control.netlink import own_links; print(json.dumps(own_links()))"


def test_the_networks_on_our_own_links_are_those_that_others_are_on() -> None:
    with network() as net:
        for address in ("2001:db8:5::1/64", "fd00:7::1/64", "203.0.113.9/32"):
            subprocess.run((*net.server, IP, "addr", "add", address, "dev", "switch"), check=True)
        done = subprocess.run(
            (*net.server, sys.executable, "-c", LINKS),
            capture_output=True,
            text=True,
            check=True,
            cwd=REPOSITORY,
        )
    assert json.loads(done.stdout) == ["10.77.0.0/24", "2001:db8:5::/64", "fd00:7::/64"]


@given(st.binary(max_size=60))
def test_any_message_about_an_address_is_read_or_passed_over(message: bytes) -> None:
    assert len(netlink.read_own(message)) <= 1
