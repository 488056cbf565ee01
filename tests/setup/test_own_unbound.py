"""The unbound of this server's own: offered where it can be had, installed, started, stopped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.setup.asking.upstream_offers import offers
from sm_dns.setup.host import Host
from sm_dns.setup.own_unbound import bring_up_unbound, install_unbound, standing, take_down_unbound
from sm_dns.util.errors import BadInput
from sm_dns.validation.unit_needs import OWN_OF_DEBIAN, PROGRAM, ROOT_KEY, UNIT, UNIT_FOLDERS
from tests.support.setting_up import FINDINGS, known, running_host


def have(root: Path, *files: Path) -> None:
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).touch()


def test_it_is_offered_where_it_can_be_had(tmp_path: Path) -> None:
    host, _ = running_host(tmp_path)
    assert standing(host) == "no"
    have(tmp_path, UNIT_FOLDERS[1] / UNIT)
    assert standing(host) == "no"  # nothing to install it with
    have(tmp_path, Path("usr/bin/apt-get"))
    assert standing(host) == "to install"
    have(tmp_path, PROGRAM, ROOT_KEY)
    assert standing(host) == "ready" and standing(Host(tmp_path / "elsewhere")) == "no"
    for found, count in (("no", 1), ("to install", 2), ("ready", 2)):
        told = offers(known(host, replace(FINDINGS, own_unbound=found)))  # type: ignore[arg-type]
        assert len(told) == count
    assert (told[1].word, told[1].upstreams) == ("unbound", ("unbound",))


def test_debians_own_service_never_gets_port_53(tmp_path: Path) -> None:
    host, commands = running_host(tmp_path)
    have(tmp_path, UNIT_FOLDERS[1] / UNIT, Path("usr/bin/apt-get"))
    assert len(list(install_unbound(host))) == 1
    mask, install = commands.changing
    assert mask == "systemctl mask unbound.service" and install.endswith("unbound dns-root-data")
    have(tmp_path, PROGRAM, ROOT_KEY)
    commands.ran.clear()
    assert list(install_unbound(host)) == [] == commands.changing
    (tmp_path / OWN_OF_DEBIAN).parent.mkdir(parents=True)
    (tmp_path / OWN_OF_DEBIAN).symlink_to("/lib/systemd/system/unbound.service")
    assert len(list(install_unbound(host))) == 1
    assert commands.changing == ["systemctl disable --now unbound.service"]


def test_it_is_started_once_and_stopped(tmp_path: Path) -> None:
    host, commands = running_host(tmp_path, **{f"is-active {UNIT}": 3})
    have(tmp_path, UNIT_FOLDERS[1] / UNIT, PROGRAM, ROOT_KEY)
    list(bring_up_unbound(host))
    assert commands.changing == [f"systemctl enable --now {UNIT}"]
    up, commands = running_host(tmp_path)
    assert list(bring_up_unbound(up)) == [] == commands.changing
    list(take_down_unbound(up))
    assert commands.changing == [f"systemctl disable --now {UNIT}"]


def test_what_apt_says_is_told(tmp_path: Path) -> None:
    host, commands = running_host(tmp_path)
    have(tmp_path, UNIT_FOLDERS[1] / UNIT, Path("usr/bin/apt-get"))
    commands.codes["/usr/bin/apt-get install --yes --no-install-recommends unbound dns-root-data"] = 100
    with pytest.raises(BadInput, match="apt-get install"):
        list(install_unbound(host))
