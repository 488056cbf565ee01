"""Names of the LAN's devices: from a lease file to the workers, and to who asks them."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from sm_dns.generation.lan import LanPlan
from sm_dns.lan.names import LanNames
from sm_dns.lan.records import LanRows
from tests.conftest import require
from tests.support.contracts import lease_file
from tests.support.processes import eventually
from tests.support.server import House

FAR = 4_000_000_000


class Told:
    def __init__(self, file: Path) -> None:
        self.rows: list[LanRows] = []
        self.names = LanNames(self._take, lambda: 1_000.0)
        self.names.configure(LanPlan("office.example", (lease_file(file),)))

    async def _take(self, rows: LanRows) -> None:
        self.rows.append(rows)

    def look(self) -> None:
        asyncio.run(self.names.look())


def dnsmasq(*lines: tuple[str, str, str]) -> str:
    return "".join(f"{FAR} {device} {address} {host} *\n" for device, address, host in lines)


def test_only_what_changes_is_told(tmp_path: Path) -> None:
    file = tmp_path / "leases"
    file.write_text(dnsmasq(("02:00:00:00:00:01", "10.0.0.9", "laptop")))
    told = Told(file)
    told.look()
    told.look()
    assert [len(rows) for rows in told.rows] == [2]
    file.write_text(
        dnsmasq(("02:00:00:00:00:01", "10.0.0.9", "laptop"), ("02:00:00:00:00:02", "10.0.0.8", "pc"))
    )
    told.look()
    told.names.configure(None)
    told.look()
    assert [len(rows) for rows in told.rows] == [2, 4, 0]


def test_a_file_that_cannot_be_read_keeps_what_it_said_and_is_told_of(tmp_path: Path) -> None:
    file = tmp_path / "leases"
    file.write_text(dnsmasq(("02:00:00:00:00:01", "10.0.0.9", "laptop")))
    told = Told(file)
    told.look()
    file.unlink()
    told.look()
    assert len(told.rows) == 1
    ((finding,),) = (told.names.findings(),)
    assert str(finding.text).startswith(f"names of the LAN: {file}")
    file.write_text(dnsmasq(("02:00:00:00:00:01", "10.0.0.7", "laptop")))
    told.look()
    assert told.names.findings() == []
    assert len(told.rows) == 2


def test_devices_are_found_by_name_and_by_address(tmp_path: Path) -> None:
    require("dig")
    leases = tmp_path / "dhcp.leases"
    ends = int(time.time()) + 86_400
    many = [
        f"{ends} 02:00:00:00:{n >> 8:02x}:{n & 255:02x} 10.9.{n >> 8}.{n & 255} pc{n} *\n"
        for n in range(1_300)
    ]
    leases.write_text("".join(many))
    house = House(tmp_path, ["192.0.2.1"])
    house.zones.mkdir(exist_ok=True)
    (house.zones / "local.zone").write_text("10.0.0.2 pc7.office.example\n")
    house.write(
        f"monitoring: {{leases: [{leases}]}}",
        "lan_names: {domain: office.example, from: leases}",
        "workers: 2",
    )
    try:
        house.start()
        eventually(lambda: house.dig("pc9.office.example").data == ["10.9.0.9"], "the name is there")
        assert house.dig("PC1299.office.example").data == ["10.9.5.19"]
        assert house.dig("pc7.office.example").data == ["10.0.0.2"]  # never over local.zone
        assert house.dig("9.0.9.10.in-addr.arpa", "PTR").data == ["pc9.office.example."]
        assert house.dig("pc9.office.example", "AAAA").status == "NOERROR"
        (told,) = house.json("explain", "pc9.office.example")
        assert (told["stage"], told["answers"]) == ("local", ["pc9.office.example. 60 A 10.9.0.9"])
        leases.write_text(f"{ends} 02:00:00:00:00:09 10.9.0.77 pc9 *\n")
        eventually(lambda: house.dig("pc9.office.example").data == ["10.9.0.77"], "the name has moved")
        house.write("workers: 2")
        eventually(lambda: house.dig("77.0.9.10.in-addr.arpa", "PTR").status == "NXDOMAIN", "names are off")
    finally:
        house.close()
