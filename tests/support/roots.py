"""Bare systems in folders, made once by debootstrap and kept for the next run."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.conftest import lacking, require, require_root

CACHE = Path(os.environ.get("SM_DNS_ROOTS") or "/var/tmp/sm-dns-roots")
# An init that starts services, what the package depends on, and what asks it. (`make roots` has barer ones.)
INSIDE = "systemd,dbus,python3,bind9-dnsutils,iproute2"
DEBOOTSTRAP_SECONDS = 600


def root(suite: str) -> Path:
    """The system of a suite of Debian, as `bookworm`. Skips the test where it cannot be made."""
    require_root()
    require("debootstrap")
    made = CACHE / suite
    if not made.is_dir():
        begun = CACHE / f"{suite}.{os.getpid()}"
        begun.parent.mkdir(parents=True, exist_ok=True)
        command = ["debootstrap", "--variant=minbase", f"--include={INSIDE}", suite, str(begun)]
        reason = _failure(command)
        if reason:
            shutil.rmtree(begun, ignore_errors=True)
            lacking(f"a bare system ({reason})")
        begun.rename(made)
    return made


def _failure(command: list[str]) -> str:
    """Why debootstrap failed, in one line; "" where it did not."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=DEBOOTSTRAP_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"debootstrap has not ended after {DEBOOTSTRAP_SECONDS} s"
    return (done.stdout.strip().splitlines() or ["debootstrap failed"])[-1] if done.returncode else ""


def suite() -> str:
    """That of this machine, for which packages are built here. Skips the test on another system than Debian."""
    told = dict(
        line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if "=" in line
    )
    if told.get("ID") != "debian":
        lacking("Debian")
    return told["VERSION_CODENAME"]
