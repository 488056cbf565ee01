"""On each bare system: installed, it answers, keeps an edge, and passes a part of its own tests."""

from __future__ import annotations

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.conftest import lacking
from tests.roots.system import CONFIG, MEMORY, VENV, Kind, System

COMPILER = ("gcc", "python3-dev", "libc6-dev")
KINDS = (
    Kind("debian12-gcc", "bookworm", COMPILER, is_compiled=True),
    Kind("debian12", "bookworm", umask="077", has_little_memory=True),
    Kind("debian13-gcc", "trixie", COMPILER, is_compiled=True, user=1_000),
    Kind("debian13", "trixie", has_ipv6=False),
    Kind("testing", "testing", source="ro", user=1_000),
)
WANTED = os.environ.get("ROOTS", "").split() or [kind.name for kind in KINDS]
EDGE = datetime.fromisoformat("2026-08-10T13:00:00")  # a Monday, by the shipped hours
LEADS = (10, 60)  # seconds before the edge at which a rehearsal begins; a slow machine needs more of them
# What has a compiled form and needs no network; the rest is `make quick`, for hours on so many systems.
TESTS = ("tests/dns", "tests/policy", "tests/lists")
DENIED = "0.0.0.0"
pytestmark = pytest.mark.timeout(1_800)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.name in WANTED], ids=lambda kind: kind.name)
def test_a_bare_system(kind: Kind, tmp_path: Path) -> None:
    if kind.has_little_memory and not MEMORY.is_dir():
        lacking("a cgroup for memory")
    system = System(kind, tmp_path)
    began = time.monotonic()
    system.make(f"{VENV}/bin/sm-dns")
    installed = time.monotonic() - began
    form = "native" if kind.is_compiled else "pure Python"
    assert form in system.run("sm-dns", "--version")
    with system.serving("make", f"VENV={VENV}", f"CONFIG={CONFIG}", "run") as server:
        assert system.answer(server, "www.netflix.com") == DENIED
        assert "DENIED" in server.out or "permitted" in server.out, server.out
    lag = edge(system)
    system.make(f"{VENV}/bin/pytest")
    passed = system.test(*TESTS)
    print(
        f"{kind.told}: {form}, installed in {installed:.0f} s, answers, the edge {lag:.1f} s late at most; {passed}"
    )


def edge(system: System) -> float:
    """Pass an edge in a rehearsal; by how many seconds at most it was late. There is nobody to ask on this network:
    what is open fails."""
    for lead in LEADS:
        begin = (EDGE - timedelta(seconds=lead)).isoformat()
        began = time.monotonic()
        with system.serving(f"{VENV}/bin/sm-dns", "serve", "--config", CONFIG, "--at", begin) as server:
            if system.answer(server, "www.facebook.com") != DENIED:
                continue
            while system.answer(server, "www.facebook.com") == DENIED:
                assert time.monotonic() < began + lead + 30, "the edge never comes"
                time.sleep(0.1)
            assert system.answer(server, "www.netflix.com") == DENIED
            return max(0.0, time.monotonic() - began - lead)
    raise AssertionError("too slow for a rehearsal")
