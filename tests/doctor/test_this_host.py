"""What of this host keeps questions out, or the hours from being kept."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from sm_dns.doctor import this_host
from sm_dns.doctor.examined import Examined
from sm_dns.doctor.this_host import examine_clock, examine_disk, examine_firewall, examine_port
from sm_dns.settings.endpoint import Endpoint
from sm_dns.setup.host import Host, Ran
from sm_dns.setup.port_holder import PortHolder

STUB = PortHolder("127.0.0.53", "udp", "resolved", "systemd-resolve", 7, "systemd-resolved.service", "")
NAMED = PortHolder(
    "10.0.0.5", "udp", "other", "named", 8, "named.service", "sudo systemctl disable --now named.service"
)
OURS = PortHolder("10.0.0.5", "udp", "ours", "sm-dns", 9, "sm-dns.service", "")
SHUT = '{"nftables": [{"chain": {"hook": "input", "policy": "drop"}}, {"rule": {"expr": ["dport", %d]}}]}'


def lines(examined: Examined) -> list[tuple[str, str, str]]:
    return [(each.level, str(each.text), each.command) for each in examined.advice]


def host(**said: tuple[int, str]) -> Host:
    """One whose commands say this; the others are not there."""

    def run(command: Sequence[str]) -> Ran:
        name = " ".join(command).replace(" ", "_").replace("-", "_")
        return Ran(*said.get(name, (127, "")))

    return Host(runner=run)


def test_who_has_the_port_is_named_with_what_makes_it_let_go() -> None:
    at_office, everywhere = [Endpoint("10.0.0.5", 53)], [Endpoint("0.0.0.0", 53)]
    assert examine_port(at_office, [STUB, OURS]).is_well
    assert lines(examine_port(at_office, [STUB, NAMED])) == [
        ("error", "port 53 of 10.0.0.5 belongs to named.service", NAMED.command)
    ]
    [(_, text, command)] = lines(examine_port(everywhere, [STUB, OURS]))
    assert "127.0.0.53 belongs to systemd-resolved.service" in text and command == "sudo sm-dns setup"
    assert examine_port([Endpoint("0.0.0.0", 5335)], [STUB, NAMED]).is_well


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ({"ufw_status": (0, "Status: active\n22/tcp ALLOW Anywhere")}, "error"),
        ({"ufw_status": (0, "Status: active\n53 ALLOW 10.0.0.0/8")}, ""),
        ({"ufw_status": (0, "Status: active\n53/udp ALLOW 10.0.0.0/8")}, ""),
        ({"ufw_status": (0, "Status: inactive")}, ""),
        ({"firewall_cmd___state": (0, "running"), "firewall_cmd___query_service=dns": (1, "no")}, "error"),
        ({"firewall_cmd___state": (0, "running"), "firewall_cmd___query_service=dns": (0, "yes")}, ""),
        ({"nft___json_list_ruleset": (0, SHUT % 22)}, "warning"),
        ({"nft___json_list_ruleset": (0, SHUT % 53)}, ""),
        ({"nft___json_list_ruleset": (0, SHUT.replace("drop", "accept") % 22)}, ""),
        ({"nft___json_list_ruleset": (0, "no JSON")}, ""),
        ({}, ""),
    ],
)
def test_a_firewall_that_keeps_questions_out_is_found(said: dict[str, tuple[int, str]], level: str) -> None:
    found = examine_firewall(host(**said))
    assert [each.level for each in found.advice] == ([level] if level else [])
    assert found.is_well is not bool(level)


@pytest.mark.parametrize(("kept", "level"), [(True, ""), (False, "warning"), (None, "note")])
def test_a_clock_that_nobody_keeps_is_told(
    kept: bool | None, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(this_host, "is_synchronised", lambda: kept)
    assert [each.level for each in examine_clock().advice] == ([level] if level else [])


def test_a_disk_without_room_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert examine_disk(tmp_path / "not" / "there" / "yet").is_well
    usage = shutil.disk_usage(tmp_path)
    full = type(usage)(usage.total, usage.total, this_host.LEAST_FREE - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: full)
    [(level, text, _)] = lines(examine_disk(tmp_path))
    assert level == "error" and "only 199 MB are free" in text
