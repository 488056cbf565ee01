"""What a real dnsmasq tells by DHCP and in router advertisements, and answers that are damaged."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.lan.dhcp_told import DhcpTold, inform, read_answer
from sm_dns.lan.router_told import read_advertisement
from tests.conftest import require
from tests.support.network import Network, network
from tests.support.processes import REPOSITORY, Process, eventually

NUMBER = b"\x01\x02\x03\x04"
OURS, OTHER = "10.77.0.5", "9.9.9.9"
OURS6 = "fd77::5"


def answer(*options: bytes) -> bytes:
    """An answer of a server with these options."""
    question = bytearray(inform(NUMBER, OURS, bytes(6)))
    question[0] = 2
    return bytes(question[:240]) + b"".join(options) + b"\xff"


def told(net: Network, device: str, call: str) -> Any:
    """What a function gives on a device of a network; None while it has no address by IPv6 yet."""
    program = (
        "import json; from sm_dns.lan.dhcp_told import ask_dhcp; from sm_dns.lan.router_told import ask_routers;"
        f"print(json.dumps([[*map(str, (each.name_servers))] for each in {call}]))"
    )
    command = (*net.on(device), sys.executable, "-c", program)
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY)
    return None if done.returncode else json.loads(done.stdout)


def test_a_real_server_tells_what_it_gives(tmp_path: Path) -> None:
    require("dnsmasq", "ip")
    with network() as net:
        net.give("server", "switch", "fd77::1/64")
        net.plug_in("pc", "02:00:00:00:77:11", OURS)
        words = (
            "--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--user=root", "--no-ping",
            "--dhcp-range=10.77.0.100,10.77.0.110,255.255.255.0,1h", f"--dhcp-option=6,{OURS},{OTHER}",
            "--enable-ra", "--dhcp-range=fd77::,ra-stateless,64", f"--dhcp-option=option6:dns-server,[{OURS6}]",
            f"--dhcp-leasefile={tmp_path / 'leases'}", f"--pid-file={tmp_path / 'pid'}", "--interface=switch",
        )  # fmt: skip
        dnsmasq = Process((*net.server, "dnsmasq", *words), tmp_path / "dnsmasq")
        try:
            by_dhcp = f"ask_dhcp('lan', '{OURS}', 2.0)"
            eventually(lambda: told(net, "pc", by_dhcp) == [[OURS, OTHER]], "an answer by DHCP")
            eventually(lambda: told(net, "pc", "ask_routers('lan', 2.0)") == [[OURS6]], "an advertisement")
        finally:
            dnsmasq.stop()
        assert told(net, "pc", f"ask_dhcp('lan', '{OURS}', 0.2)") == []


def test_an_answer_is_read() -> None:
    data = answer(
        b"\x35\x01\x05", b"\x00", b"\x36\x04\x0a\x00\x00\x01", b"\x06\x08\x0a\x00\x00\x05\x09\x09\x09\x09"
    )
    assert read_answer(data, NUMBER, "10.0.0.9") == DhcpTold("10.0.0.1", ("10.0.0.5", "9.9.9.9"))
    assert read_answer(answer(b"\x35\x01\x05"), NUMBER, "10.0.0.9") == DhcpTold("10.0.0.9", ())


@pytest.mark.parametrize(
    "data", [answer(b"\x35\x01\x02"), answer(), inform(NUMBER, OURS, b""), b"", answer(b"\x35\x01\x05")[:200]]
)
def test_what_is_no_answer_is_none(data: bytes) -> None:
    assert read_answer(data, NUMBER, "10.0.0.9") is None
    assert read_answer(answer(b"\x35\x01\x05"), b"\x09\x09\x09\x09", "10.0.0.9") is None


@given(st.binary(max_size=400))
def test_whatever_comes_is_read_without_a_fault(data: bytes) -> None:
    read_answer(data, NUMBER, "10.0.0.9")
    read_answer(answer(b"\x35\x01\x05") + data, NUMBER, "10.0.0.9")
    read_advertisement(data)
    read_advertisement(bytes(16) + data)


def test_name_servers_whose_time_is_over_are_left_out() -> None:
    address = bytes.fromhex("fd770000000000000000000000000005")
    for lifetime, found in ((600, (OURS6,)), (0, ())):
        option = bytes((25, 3, 0, 0)) + lifetime.to_bytes(4) + address
        assert read_advertisement(bytes((134, *bytes(15))) + b"\x01\x01" + bytes(6) + option) == found
