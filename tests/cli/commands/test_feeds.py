"""`sm-dns feeds`, where no server runs: what it prints, and what it refuses."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.feeds.serving import folder_of
from sm_dns.feeds.status_file import FeedsStatus, TakerStatus, ZoneStatus, write_status
from sm_dns.util.clock import utc_iso
from tests.support.processes import REPOSITORY

BASE = """\
listen: ["10.0.0.5:53"]
upstreams: ["192.0.2.1"]
schedules: {default: {}}
groups: [{name: hq, clients: [10.0.0.0/8]}]
"""
FEEDS = """\
feeds:
  listen: ["10.0.0.5:5354"]
  secondaries:
    - {address: 10.0.0.9, engine: bind, key: ns1.key}
    - {address: 10.0.0.10, engine: unbound}
"""
NOW = "2026-11-30T12:00:00Z"
STATUS = FeedsStatus(
    at=NOW,
    suffix="smdns",
    is_open=False,
    zones=(
        ZoneStatus("always.smdns", 3, 0, True, 0),
        ZoneStatus("gate.smdns", 7, 1, True, 9),
        ZoneStatus("social.smdns", 4, 2, False, 0),
    ),
    takers=(
        TakerStatus("10.0.0.9", 53, "gate", 7, NOW, NOW, NOW, 18),
        TakerStatus("10.0.0.10", 53, "gate", 6, NOW, NOW, NOW, 20),
        TakerStatus("10.0.0.11", 53, "gate", 0, NOW, None, None, 0),
    ),
    refused=5,
    stricter=2,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "sm-dns.yaml").write_text(BASE + FEEDS)
    key = tmp_path / "ns1.key"
    key.write_text('key "ns1" { algorithm hmac-sha256; secret "AAECAwQFBgcICQoLDA0ODw=="; };\n')
    key.chmod(0o600)
    return tmp_path


def run(folder: Path, *arguments: str, code: int = 0) -> str:
    command = (
        sys.executable,
        "-m",
        "sm_dns.cli.main",
        "feeds",
        *arguments,
        "--config",
        str(folder / "sm-dns.yaml"),
    )
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=REPOSITORY, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_configuration_for_who_signs_and_who_does_not(folder: Path) -> None:
    assert 'key "ns1"' in run(folder, "config", "bind", "--for", "10.0.0.9")
    assert "10.0.0.5@5354" in run(folder, "config", "unbound", "--for", "10.0.0.10")
    said = run(folder, "config", "bind", "--for", "10.0.0.9", "--into", str(folder / "ns1"))
    assert str(folder / "ns1" / "smdns-options.conf") in said and "primaries" not in said
    assert sorted(path.name for path in (folder / "ns1").iterdir()) == [
        "smdns-options.conf",
        "smdns-zones.conf",
    ]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("config", "bind"), "say which of feeds.secondaries it is for: --for 10.0.0.9:53 | 10.0.0.10:53"),
        (("config", "bind", "--for", "10.0.0.99"), "there is no 10.0.0.99 in feeds.secondaries"),
        (("config", "dnsmasq", "--feed", "gate"), "dnsmasq cannot take the feed gate"),
        (("config", "bind", "--primary", "nowhere"), "--primary: 'nowhere' is not an IP address"),
        (("config", "bind", "--for", "10.0.0.9", "--into", '/tmp/a"b'), "could not name this folder"),
        (("config", "dnsmasq"), "no server is running"),
        (("check",), "no server is running"),
        (("check", "x:y:z"), "is not an IP address"),
        (("status",), "nothing was handed out yet"),
    ],
)
def test_what_cannot_be_done_is_said(folder: Path, arguments: tuple[str, ...], reason: str) -> None:
    assert reason in run(folder, *arguments, code=2)


def test_an_address_that_is_every_address_is_nobodys(folder: Path) -> None:
    config = folder / "sm-dns.yaml"
    config.write_text(config.read_text().replace("10.0.0.5:5354", "0.0.0.0:5354"))
    said = run(folder, "config", "unbound", "--for", "10.0.0.10", code=2)
    assert "feeds.listen is every address of this host" in said
    config.write_text(BASE)
    assert "there is no feeds.listen" in run(folder, "config", "unbound", code=2)


def test_how_far_each_is(folder: Path) -> None:
    place = folder_of(folder / "var", is_rehearsal=False)
    place.mkdir(parents=True)
    write_status(place, replace(STATUS, at=utc_iso(time.time())))
    said = run(folder, "status")
    for part in (
        "closed",
        "gate.smdns  serial 7",
        "social.smdns  serial 4, 2 rules for clients and checks, not ready",
        "10.0.0.9:53  gate: has it, 18 ms after the change",
        "10.0.0.10:53  gate: behind at 6",
        "10.0.0.11:53  gate: has never asked",
        "2 rules are stricter",
        "refused: 5",
    ):
        assert part in said, part
    write_status(place, replace(STATUS, at="2026-01-01T00:00:00Z"))
    assert "the feeds do not run: what is known is of 2026-01-01T00:00:00Z" in run(folder, "status", code=2)
