"""The kernel's own neighbour table, and messages that are damaged."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.lan import netlink
from sm_dns.lan.netlink import neighbour_table, read_neighbour
from sm_dns.monitor.identity.neighbours import Neighbour
from tests.conftest import require
from tests.support.network import IP, Network, network
from tests.support.processes import REPOSITORY

DEVICES = {"pc": "02:00:00:00:77:11", "phone": "02:00:00:00:77:12"}


def told(net: Network, table: str) -> Any:
    """What a function of `netlink` gives on the server of a network."""
    program = f"import json; from sm_dns.lan.netlink import {table}; print(json.dumps({table}()))"
    command = (*net.server, sys.executable, "-c", program)
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=REPOSITORY)
    return json.loads(done.stdout)


def ip(net: Network, words: str) -> None:
    """Run `ip` on it."""
    subprocess.run((*net.server, IP, *words.split()), check=True)


def test_the_kernels_table_is_read_as_ip_reads_it() -> None:
    require("ip")
    pc, phone = DEVICES["pc"], DEVICES["phone"]
    with network() as net:
        for number, (device, hardware) in enumerate(DEVICES.items(), 11):
            net.plug_in(device, hardware, f"10.77.0.{number}")
        for neighbour in (
            f"10.77.0.11 lladdr {pc} dev switch nud stale",
            f"10.77.0.12 lladdr {phone} dev switch nud stale",
            f"fd00::11 lladdr {pc} dev switch nud reachable",
            f"fd00::12 lladdr {pc} dev switch nud failed",
            f"10.77.0.99 lladdr {pc} dev switch nud noarp",
            f"fd00::1 lladdr {phone} dev switch router nud stale",
        ):
            ip(net, f"neigh replace {neighbour}")
        found = told(net, "neighbour_table")
    assert {Neighbour(*row) for row in found} == {
        Neighbour("10.77.0.11", pc, False),
        Neighbour("10.77.0.12", phone, False),
        Neighbour("fd00::11", pc, False),
        Neighbour("fd00::1", phone, True),
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
