"""What systemd is told, so that the service runs by what is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.setup.host import Host
from sm_dns.setup.service import Need, bring_up, is_up, take_down
from sm_dns.util.errors import BadInput
from tests.support.setting_up import running_host

NO_SOCKET = {"is-active sm-dns.socket": 3, "is-enabled sm-dns.socket": 1}


@pytest.mark.parametrize(
    ("codes", "need", "told"),
    [
        ({"is-active sm-dns.service": 3}, "reload", ["enable --now sm-dns.service"]),
        ({}, "reload", ["reload sm-dns.service"]),
        ({}, "restart", ["restart sm-dns.service"]),
        ({}, "start", []),
        ({"is-enabled sm-dns.service": 1}, "reload", ["enable sm-dns.service", "reload sm-dns.service"]),
        ({"cat sm-dns.service": 1}, "restart", []),
    ],
)
def test_it_is_started_or_told(codes: dict[str, int], need: Need, told: list[str], tmp_path: Path) -> None:
    host, commands = running_host(tmp_path, **NO_SOCKET, **codes)
    said = list(map(str, bring_up(host, need)))
    assert commands.changing == [f"systemctl {each}" for each in told]
    assert len(said) == max(len(told), need != "start")


def test_one_that_does_not_start_is_an_error_with_what_systemd_says(tmp_path: Path) -> None:
    host, _ = running_host(
        tmp_path, **NO_SOCKET, **{"is-active sm-dns.service": 3, "enable --now sm-dns.service": 1}
    )
    with pytest.raises(BadInput, match=r"systemctl enable --now sm-dns\.service: what enable says"):
        list(bring_up(host, "start"))


def test_with_the_socket_unit_it_is_told_whose_addresses_count(tmp_path: Path) -> None:
    host, _ = running_host(tmp_path)
    assert "sm-dns.socket is on: its addresses count" in str(next(bring_up(host, "start")))


def test_a_folder_has_no_services(tmp_path: Path) -> None:
    (said,) = bring_up(Host(tmp_path), "start")
    assert str(said).startswith("no systemd runs here")
    (tmp_path / "run/systemd/system").mkdir(parents=True)
    assert not Host(tmp_path, is_running=False).has_systemd
    assert list(take_down(Host(tmp_path, is_running=False))) == []


def test_it_is_stopped_its_socket_first(tmp_path: Path) -> None:
    host, commands = running_host(tmp_path)
    assert is_up(host)
    list(take_down(host))
    assert commands.changing == [f"systemctl disable --now sm-dns.{kind}" for kind in ("socket", "service")]


def test_what_is_not_used_is_not_stopped(tmp_path: Path) -> None:
    off = {
        f"{word} sm-dns.{kind}": 1 for word in ("is-active", "is-enabled") for kind in ("socket", "service")
    }
    host, commands = running_host(tmp_path, **off)
    assert list(take_down(host)) == []
    assert commands.changing == []
    assert not is_up(host)
