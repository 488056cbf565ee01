"""This host's own addresses and routes, beside what `ip` says of a network of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.lan.own_addresses import OwnAddress, default_routes, own_addresses, read_address, read_route
from tests.conftest import require
from tests.support.network import IP, Network, network
from tests.support.processes import REPOSITORY

PROGRAM = """
import json
from sm_dns.lan.own_addresses import default_routes, own_addresses, own_links
from sm_dns.util.typed_json import to_json
print(json.dumps([to_json(own_addresses()), to_json(default_routes()), own_links()]))
"""


def told(net: Network) -> Any:
    command = (*net.server, sys.executable, "-c", PROGRAM)
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=REPOSITORY)
    return json.loads(done.stdout)


def ip(net: Network, *words: str) -> str:
    command = (*net.server, IP, *words)
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_addresses_and_default_routes_are_those_that_ip_shows() -> None:
    require("ip")
    with network() as net:
        ip(net, *["addr", "add", "2001:db8:5::1/64", "dev", "switch", "nodad"])
        ip(net, *["addr", "add", "10.78.0.9/16", "dev", "switch", "valid_lft", "600", "preferred_lft", "300"])
        ip(net, *["route", "add", "default", "via", "10.77.0.254"])
        ip(net, *["-6", "route", "add", "default", "via", "fe80::1", "dev", "switch"])
        ip(net, *["route", "add", "198.51.100.0/24", "via", "10.77.0.254"])
        addresses, routes, _ = told(net)
        shown = json.loads(ip(net, "-json", "addr"))
    found = [OwnAddress(**each) for each in addresses]
    assert {(each.interface, each.address, each.prefix) for each in found} == {
        (link["ifname"], each["local"], each["prefixlen"]) for link in shown for each in link["addr_info"]
    }
    by_address = {each.address: each for each in found}
    assert str(by_address["10.78.0.9"].network) == "10.78.0.0/16"
    assert not by_address["10.78.0.9"].is_lasting
    assert by_address["2001:db8:5::1"].is_lasting and by_address["2001:db8:5::1"].is_everywhere
    assert not by_address["::1"].is_everywhere and not by_address["127.0.0.1"].is_everywhere
    assert sorted((each["interface"], each["gateway"], each["version"]) for each in routes) == [
        ("switch", "10.77.0.254", 4),
        ("switch", "fe80::1", 6),
    ]


def test_those_of_this_host_can_be_read() -> None:
    assert "127.0.0.1" in {each.address for each in own_addresses()}
    assert all(each.interface and each.version in (4, 6) for each in default_routes())


@given(st.binary(max_size=80))
def test_any_message_is_read_or_passed_over(message: bytes) -> None:
    assert len(read_address(message)) <= 1
    assert len(read_route(message)) <= 1


def test_the_networks_on_our_own_links_are_those_that_others_are_on() -> None:
    require("ip")
    with network() as net:
        for address in ("2001:db8:5::1/64", "fd00:7::1/64", "203.0.113.9/32"):
            ip(net, "addr", "add", address, "dev", "switch")
        *_, links = told(net)
    assert links == ["10.77.0.0/24", "2001:db8:5::/64", "fd00:7::/64"]
