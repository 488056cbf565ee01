from __future__ import annotations

import os
import socket
import sys
import time
from pathlib import Path

import pytest

from tests.bench.service import BenchError, Service, free_port
from tests.conftest import require

PARENT = """\
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; sum(range(10**7)); time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def is_alive(pid: int) -> bool:
    try:
        return ") Z" not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def test_children_are_measured_and_ended_with_their_parent(tmp_path: Path) -> None:
    require("taskset", "setpriv")
    log = tmp_path / "log"
    core = min(os.sched_getaffinity(0))
    with Service("parent", [sys.executable, "-c", PARENT], 0, core, log) as service:
        service.start(lambda _: log.read_text().endswith("\n"))
        child = int(log.read_text())
        deadline = time.monotonic() + 10
        while service.cpu_seconds() < 0.05 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert service.cpu_seconds() >= 0.05
        memory = service.memory()
        assert memory.rss >= memory.pss > 5
        assert is_alive(child)
    assert not is_alive(child)


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    require("taskset", "setpriv")
    command = [sys.executable, "-c", "raise SystemExit('no such zone')"]
    with (
        Service("broken", command, 0, min(os.sched_getaffinity(0)), tmp_path / "log") as service,
        pytest.raises(BenchError, match="no such zone"),
    ):
        service.start(lambda _: False)


def test_a_port_that_others_would_share_is_not_free() -> None:
    port = free_port()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.bind(("127.0.0.1", port))
        assert port not in {free_port() for _ in range(50)}
