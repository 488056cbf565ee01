"""A state disk that is full, and a real one: what a command refuses is not done, and the audit goes on afterwards."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import lacking, require, require_root

CONFIG = "schedules: {default: {}}\nstate_dir: state\n"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Path]:
    require_root()
    require("mount", "umount")
    (tmp_path / "sm-dns.yaml").write_text(CONFIG)
    (tmp_path / "state").mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(tmp_path / "state")], check=False
    )
    if made.returncode:
        lacking("no file system may be mounted here")
    yield tmp_path
    subprocess.run(["umount", str(tmp_path / "state")], check=True)


def command(office: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    whole = [sys.executable, "-m", "sm_dns.cli.main", *arguments, "--config", str(office / "sm-dns.yaml")]
    return subprocess.run(whole, capture_output=True, text=True, check=False)


def add(office: Path, name: str) -> subprocess.CompletedProcess[str]:
    return command(office, "domains", "add", name, "--category", "social")


def test_what_cannot_be_recorded_is_not_changed_and_the_chain_holds(office: Path) -> None:
    assert add(office, "a1.example").returncode == 0
    fill = office / "state" / "fill"
    with pytest.raises(OSError, match="No space"), fill.open("wb", buffering=0) as stream:
        while True:
            stream.write(b"x" * 512)
    before = (office / "zones" / "social.txt").read_text()
    for name in ("b1.example", "b2.example", "b3.example"):
        refused = add(office, name)
        assert refused.returncode == 1
        assert "No space left on device" in refused.stderr and str(office / "state") in refused.stderr
    assert (office / "zones" / "social.txt").read_text() == before
    assert command(office, "audit", "verify").returncode == 0
    os.truncate(fill, 0)
    assert add(office, "c1.example").returncode == 0
    assert (office / "zones" / "social.txt").read_text().splitlines()[-1] == "c1.example"
    shown = command(office, "audit", "show").stdout.splitlines()
    assert [line.split(": ")[1].partition(";")[0] for line in shown] == ["a1.example", "c1.example"]
    assert command(office, "audit", "verify").returncode == 0
    assert sorted(each.name for each in (office / "zones").iterdir()) == ["social.txt"]
