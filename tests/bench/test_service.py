from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from tests.bench.service import BenchError, Service
from tests.conftest import require
from tests.support.processes import is_alive

PARENT = """\
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; sum(range(10**7)); time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def test_children_are_measured_and_ended_with_their_parent(tmp_path: Path) -> None:
    require("taskset", "setpriv")
    log = tmp_path / "log"
    core = str(min(os.sched_getaffinity(0)))
    with Service("parent", [sys.executable, "-c", PARENT], 0, core, log) as service:
        service.start(lambda _: log.read_text().endswith("\n"))
        child = int(log.read_text())
        deadline = time.monotonic() + 10
        while service.cpu_seconds() < 0.05 and time.monotonic() < deadline:
            time.sleep(0.02)
        assert service.cpu_seconds() >= 0.05
        assert service.pids()[1:] == [child]
        memory = service.memory()
        assert memory.rss >= memory.pss > 5
        assert is_alive(child)
    assert not is_alive(child)


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    require("taskset", "setpriv")
    command = [sys.executable, "-c", "raise SystemExit('no such zone')"]
    with (
        Service("broken", command, 0, str(min(os.sched_getaffinity(0))), tmp_path / "log") as service,
        pytest.raises(BenchError, match="no such zone"),
    ):
        service.start(lambda _: False)
