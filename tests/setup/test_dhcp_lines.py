"""The lines for DHCP are those of this network, and real servers take them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from sm_dns.setup.dhcp_lines import dhcp_lines
from tests.conftest import require
from tests.support.setting_up import FINDINGS

BOTH = {
    each.server: each.lines
    for each in dhcp_lines(["10.0.0.5", "10.0.0.6", "fd00::5"], FINDINGS.lan_addresses)
}


def test_each_kind_of_server_has_its_lines_with_the_network_in_them() -> None:
    assert BOTH["dnsmasq"] == (
        "dhcp-option=option:dns-server,10.0.0.5,10.0.0.6",
        "dhcp-option=option6:dns-server,[fd00::5]",
    )
    assert "-ScopeId 10.0.0.0 -DnsServer 10.0.0.5,10.0.0.6" in BOTH["Windows Server"][0]
    assert 'address="10.0.0.0/24"' in BOTH["MikroTik"][0]
    assert BOTH["radvd"] == ("RDNSS fd00::5 { AdvRDNSSLifetime 600; };",)


def test_an_address_family_that_there_is_not_has_no_lines() -> None:
    assert "radvd" not in {each.server for each in dhcp_lines(["10.0.0.5"], FINDINGS.lan_addresses)}
    assert "Windows Server" not in {each.server for each in dhcp_lines(["fd00::5"], FINDINGS.lan_addresses)}
    assert dhcp_lines([], FINDINGS.lan_addresses) == ()


def test_dnsmasq_takes_them(tmp_path: Path) -> None:
    require("dnsmasq")
    file = tmp_path / "dnsmasq.conf"
    file.write_text("\n".join(("dhcp-range=10.0.0.50,10.0.0.90", *BOTH["dnsmasq"])) + "\n")
    done = subprocess.run(["dnsmasq", "--test", f"--conf-file={file}"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_kea_takes_them(tmp_path: Path) -> None:
    require("kea-dhcp4", "kea-dhcp6")
    for family in ("4", "6"):
        (line,) = BOTH[f"Kea (Dhcp{family})"]
        content = json.loads("{" + line + "}")
        file = tmp_path / f"kea{family}.json"
        lfc = {"type": "memfile", "persist": False}
        file.write_text(json.dumps({f"Dhcp{family}": {"lease-database": lfc, **content}}))
        done = subprocess.run([f"kea-dhcp{family}", "-t", str(file)], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_isc_dhcpd_takes_them(tmp_path: Path) -> None:
    require("dhcpd")
    four, six = BOTH["ISC dhcpd"]
    for family, line, subnet in (
        ("-4", four, "subnet 10.0.0.0 netmask 255.255.255.0 {}"),
        ("-6", six, "subnet6 fd00::/64 {}"),
    ):
        file, leases = tmp_path / f"dhcpd{family}.conf", tmp_path / "leases"
        leases.touch()
        file.write_text(f"{line}\n{subnet}\n")
        done = subprocess.run(
            ["dhcpd", family, "-t", "-cf", str(file), "-lf", str(leases)], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
