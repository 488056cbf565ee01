from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import termios
import time
from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.cli.commands.top import draw, frame
from sm_dns.ipc.status import Status
from sm_dns.util.finding import Finding
from sm_dns.util.message import Message
from tests.support.contracts import GROUP_ROW
from tests.support.dashboard import Dashboard
from tests.support.processes import PYTHON, REPOSITORY, STEP_SECONDS

PATIENCE = 60.0
SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@pytest.fixture
def status(tmp_path: Path) -> Status:
    dashboard = Dashboard(tmp_path)
    dashboard.close()
    found = dashboard.desk.status.get()
    return replace(found, groups=(replace(GROUP_ROW, group="hq"),))


def plain(text: str) -> str:
    return SEQUENCE.sub("", text)


def test_the_frame_tells_what_an_administrator_looks_for(status: Status) -> None:
    text = plain(draw(frame(status, 12.34), 200, 100))
    for wanted in (
        "DENIED",
        "(in 1 h 0 min), working hours",
        "12.3 queries/s",
        "40 in all",
        "192.0.2.1:53",
        "DOWN",
    ):
        assert wanted in text
    assert "something <b>odd</b>" in text
    assert "the clock jumped" in text
    assert "NOT RELOADED" not in text
    assert "NOT RELOADED: line 3" in plain(
        draw(frame(replace(status, last_error=Message("line 3")), None), 200, 100)
    )


@pytest.mark.parametrize("size", [(80, 24), (20, 5), (1, 1), (200, 60)])
def test_nothing_is_painted_outside_the_screen(status: Status, size: tuple[int, int]) -> None:
    lines = plain(draw(frame(status, 1.0), *size)).split("\r\n")
    assert len(lines) <= size[1]
    assert max(map(len, lines)) <= size[0]


def test_what_others_wrote_does_not_paint(status: Status) -> None:
    """T16."""
    hostile = replace(status, findings=(Finding("warning", Message("\x1b]0;owned\x07\x1b[2J")),))
    assert "\x1b]0" not in draw(frame(hostile, None), 200, 100)
    assert "\\x1b]0;owned" in draw(frame(hostile, None), 200, 100)


def test_a_server_that_is_away_is_said() -> None:
    assert "not running" in draw(frame(None, None), 80, 24)


def test_it_runs_on_a_terminal_resizes_and_ends_by_q(tmp_path: Path) -> None:
    (tmp_path / "sm-dns.yaml").write_text("schedules: {default: {}}\n")
    ours, theirs = pty.openpty()
    _resize(ours, 30, 5)
    command = (PYTHON, "-m", "sm_dns.cli.main", "top", "--config", str(tmp_path / "sm-dns.yaml"))
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=REPOSITORY, close_fds=True
    )
    try:
        before = termios.tcgetattr(theirs)
        shown = _read_until(ours, "not running")
        assert "\x1b[?1049h" in shown
        _resize(ours, 100, 40)
        _read_until(ours, "not running")
        os.write(ours, b"x")
        _read_until(ours, "not running")
        os.write(ours, b"q")
        assert "\x1b[?1049l" in _read_until(ours, "\x1b[?1049l")
        assert process.wait(PATIENCE) == 0
        assert termios.tcgetattr(theirs)[3] == before[3] | termios.ICANON | termios.ECHO
    finally:
        process.kill()
        process.wait()
        os.close(ours)
        os.close(theirs)


def _resize(terminal: int, columns: int, rows: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _read_until(terminal: int, wanted: str) -> str:
    text = ""
    deadline = time.monotonic() + PATIENCE
    while wanted not in text:
        assert time.monotonic() < deadline, text
        if select.select([terminal], [], [], STEP_SECONDS)[0]:
            text += os.read(terminal, 65536).decode(errors="replace")
    return text


def test_without_a_terminal_it_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "sm-dns.yaml").write_text("schedules: {default: {}}\n")
    command = (PYTHON, "-m", "sm_dns.cli.main", "top", "--config", str(tmp_path / "sm-dns.yaml"))
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, cwd=REPOSITORY, check=False
    )
    assert (done.returncode, "needs a terminal" in done.stderr) == (2, True)
