"""The units are good systemd, and the service holds itself in."""

from __future__ import annotations

import configparser
import subprocess
from pathlib import Path

import pytest

from sm_dns.collect import store_writer
from sm_dns.control.processes import worker_process
from sm_dns.ipc import children
from tests.conftest import require

UNITS = Path(__file__).resolve().parents[2] / "systemd"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units, with a program that exists on this machine in the place of ours."""
    for unit in UNITS.glob("sm-dns*.s*"):
        text = unit.read_text().replace("/opt/sm-dns/bin/sm-dns", "/bin/true")
        (tmp_path / unit.name).write_text(text.replace("/usr/sbin/unbound", "/bin/true"))
    return tmp_path


def analyze(*arguments: str) -> subprocess.CompletedProcess[str]:
    require("systemd-analyze")
    return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True, timeout=60)


def test_the_units_are_in_order(installed: Path) -> None:
    units = [str(installed / name) for name in ("sm-dns.service", "sm-dns.socket", "sm-dns-unbound.service")]
    done = analyze("verify", "--man=no", "--recursive-errors=no", *units)
    complaints = [line for line in done.stderr.splitlines() if "sm-dns" in line]
    assert (done.returncode, complaints) == (0, [])


@pytest.mark.parametrize("name", ["sm-dns.service", "sm-dns-unbound.service"])
def test_the_service_exposes_itself_little(installed: Path, name: str) -> None:
    # The threshold is in tenths: 20 is an exposure of 2.0 of 10.
    """T20."""
    done = analyze("security", "--offline=yes", "--threshold=20", "--no-pager", str(installed / name))
    assert done.returncode == 0, done.stdout + done.stderr


def unit() -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNITS / "sm-dns.service")
    return parser


def service() -> configparser.SectionProxy:
    return unit()["Service"]


def test_never_root_and_one_capability() -> None:
    """T20."""
    found = service()
    assert found["User"] == "sm-dns"
    assert found["AmbientCapabilities"] == found["CapabilityBoundingSet"] == "CAP_NET_BIND_SERVICE"
    assert "u sm-dns " in (UNITS / "sm-dns.sysusers").read_text()


def test_what_the_manager_is_told() -> None:
    found = service()
    assert found["Type"] == "notify"
    assert int(found["WatchdogSec"]) > 0
    assert found["ExecReload"] == "/bin/kill -HUP $MAINPID"
    assert found["ExecStart"].endswith("serve --config /etc/sm-dns/sm-dns.yaml")


def test_the_manager_waits_for_what_the_service_may_take() -> None:
    """A long list may be compiled for so long before the service is ready; at its end counts are still written."""
    found = service()
    assert int(found["TimeoutStartSec"]) > children.COMPILE_SECONDS + worker_process.START_SECONDS
    ending = worker_process.ANSWER_SECONDS + store_writer.CLOSE_SECONDS + 3 * worker_process.STOP_SECONDS
    assert int(found["TimeoutStopSec"]) > ending


def test_a_service_that_cannot_start_is_tried_until_it_can() -> None:
    """An address of `listen` may come up late: five tries in ten seconds, the manager's default, would be the end."""
    assert unit()["Unit"]["StartLimitIntervalSec"] == "0"
    assert service()["Restart"] == "on-failure"
