"""What is found of a host: of one that is a folder, and of this one."""

from __future__ import annotations

from pathlib import Path

from sm_dns.lan.own_addresses import DefaultRoute, OwnAddress
from sm_dns.resolve.forwarding.upstream import UpstreamAddress
from sm_dns.setup.findings import HostFindings, Looks, ResolvConf, look_at
from sm_dns.setup.host import Host, run
from sm_dns.setup.upstream_seen import UpstreamSeen
from tests.setup.test_port_holder import STUB, kernel

OFFICE = OwnAddress("ens18", "10.0.0.5", 8, True, True, False)
OFFICE6 = OwnAddress("ens18", "fd00::5", 64, True, True, False)
PASSING = OwnAddress("ens18", "fd00::1234", 64, True, False, True)
LOOPBACK = OwnAddress("lo", "127.0.0.1", 8, False, True, False)
BRIDGE = OwnAddress("virbr0", "192.168.122.1", 24, True, True, False)
ADDRESSES = (OFFICE6, LOOPBACK, OFFICE, PASSING, BRIDGE)
NO_LOOKS = Looks(lambda: (), lambda: (), lambda _: (), lambda: False)


def found_of(root: Path, looks: Looks = NO_LOOKS) -> HostFindings:
    return look_at(Host(root), looks)


def test_addresses_of_the_office_are_those_of_the_link_that_leads_out(tmp_path: Path) -> None:
    routes = (DefaultRoute("ens18", "10.0.0.1", 4),)
    found = found_of(tmp_path, Looks(lambda: ADDRESSES, lambda: routes, lambda _: (), lambda: False))
    assert found.lan_addresses == (OFFICE, OFFICE6)


def test_without_a_way_out_those_of_all_links_are_taken(tmp_path: Path) -> None:
    found = found_of(tmp_path, Looks(lambda: ADDRESSES, lambda: (), lambda _: (), lambda: False))
    assert found.lan_addresses == (OFFICE, BRIDGE, OFFICE6)


def test_behind_the_stub_stand_the_name_servers_of_resolved(tmp_path: Path) -> None:
    for folder in ("etc", "run/systemd/resolve", "run/systemd/system"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "etc/resolv.conf").symlink_to("../run/systemd/resolve/stub-resolv.conf")
    (tmp_path / "run/systemd/resolve/stub-resolv.conf").write_text("nameserver 127.0.0.53\n")
    (tmp_path / "run/systemd/resolve/resolv.conf").write_text("nameserver 10.0.0.2\nnameserver fd00::2\n")
    (tmp_path / "etc/localtime").symlink_to("/usr/share/zoneinfo/Asia/Kuala_Lumpur")
    asked: list[str] = []

    def asking(servers: tuple[UpstreamAddress, ...]) -> tuple[UpstreamSeen, ...]:
        asked.extend(map(str, servers))
        return ()

    looks = Looks(lambda: (), lambda: (), asking, lambda: True)
    kernel(tmp_path, (STUB, "systemd-resolve", "systemd-resolved", "/system.slice/systemd-resolved.service"))
    found = found_of(tmp_path, looks)
    link = "../run/systemd/resolve/stub-resolv.conf"
    assert found.resolv_conf == ResolvConf(link, True, ("10.0.0.2", "fd00::2"))
    assert asked == ["10.0.0.2:53", "[fd00::2]:53"]
    assert (found.clock.timezone, found.has_systemd, found.is_intercepted) == (
        "Asia/Kuala_Lumpur",
        True,
        True,
    )
    assert [each.kind for each in found.colliding("0.0.0.0")] == ["resolved"]
    assert found.colliding("10.0.0.5") == () and found.colliding("0.0.0.0", 5335) == ()


def test_an_absolute_link_is_meant_from_the_root_that_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "run/systemd/resolve").mkdir(parents=True)
    (tmp_path / "etc/resolv.conf").symlink_to("/run/systemd/resolve/resolv.conf")
    (tmp_path / "run/systemd/resolve/resolv.conf").write_text("nameserver 10.0.0.9\n")
    assert found_of(tmp_path).resolv_conf == ResolvConf(
        "/run/systemd/resolve/resolv.conf", False, ("10.0.0.9",)
    )


def test_an_empty_root_has_nothing_and_raises_nothing(tmp_path: Path) -> None:
    found = found_of(tmp_path)
    assert found.resolv_conf == ResolvConf("", False, ())
    assert (found.clock.timezone, found.has_systemd, found.holders) == ("", False, ())


def test_this_host_can_be_looked_at() -> None:
    found = look_at(Host(), Looks(upstreams=lambda _: (), intercepted=lambda: False))
    assert "127.0.0.1" in {each.address for each in found.addresses}


def test_a_command_that_there_is_not_is_told_and_raises_nothing() -> None:
    assert run(["sm-dns-no-such-command"]).code == 127
    assert run(["sh", "-c", "echo yes; exit 3"]) == type(run(["true"]))(3, "yes")
