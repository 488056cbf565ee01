"""The dashboard's process played by small scripts: one that dies, one that says nothing, one that will not end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.control.processes import heard_process, web_process
from sm_dns.control.processes.web_process import WebProcess
from sm_dns.generation.web import NO_WEB
from sm_dns.ipc.status import WebStatus
from sm_dns.util.message import NOTHING
from tests.support.processes import is_alive, until

PLAN = replace(NO_WEB, plain=(("127.0.0.1", 1),))
Act = Callable[[WebProcess], Awaitable[None]]


@pytest.fixture
def play(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Act], None]:
    """Run a process of some lines of Python in the dashboard's place while something is done."""
    monkeypatch.setattr(web_process, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(web_process, "MODULE", "played_dashboard")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def run(script: str, act: Act) -> None:
        (tmp_path / "played_dashboard.py").write_text(script)

        async def main() -> None:
            process = WebProcess(tmp_path / "c.yaml", tmp_path, 0.0)
            assert process.status() is None
            process.use(PLAN)
            try:
                await act(process)
            finally:
                await process.stop()
            assert process._pid is None

        asyncio.run(main())

    return run


def _status(process: WebProcess) -> WebStatus:
    found = process.status()
    assert found is not None, "there is a dashboard"
    return found


def _pid(process: WebProcess) -> int:
    pid = _status(process).pid
    assert pid is not None, "it runs"
    return pid


GOOD = """import sys; from sm_dns.ipc.web_words import *
sys.stdout.buffer.write(WORDS.line(Answering(("http://x:1", "https://y:2"))))
sys.stdout.flush(); sys.stdin.read()"""
CANNOT_START = """import sys; from sm_dns.ipc.web_words import *; from sm_dns.util.message import Message, NOTHING
sys.stdout.buffer.write(WORDS.line(CannotStart(Message("{place}: no", place="web 10.0.0.1:1")))); sys.stdout.flush()
sys.exit(1)"""


def test_one_that_is_well_is_told_of_and_ended(play: Callable[[str, Act], None]) -> None:
    pids: list[int] = []

    async def act(process: WebProcess) -> None:
        await until(lambda: _status(process).listening, "it is ready")
        status = _status(process)
        pids.append(_pid(process))
        assert status.listening == ("http://x:1", "https://y:2")
        assert (status.restarts, status.problem, process.findings()) == (0, NOTHING, [])

    play(GOOD, act)
    assert not is_alive(pids[0])


def test_another_plan_is_another_process_and_none_is_the_end(play: Callable[[str, Act], None]) -> None:
    async def act(process: WebProcess) -> None:
        await until(lambda: _status(process).listening, "it is ready")
        first = _pid(process)
        process.use(PLAN)
        process.use(replace(NO_WEB, plain=(("127.0.0.1", 2),)))
        await until(lambda: _status(process).pid not in (None, first), "another takes its place")
        await until(lambda: not is_alive(first), "the first is gone")
        second = _pid(process)
        process.use(NO_WEB)
        await until(lambda: not is_alive(second), "none is left")
        assert process.status() is None

    play(GOOD, act)


def test_one_that_dies_is_started_again_and_told(play: Callable[[str, Act], None]) -> None:
    async def act(process: WebProcess) -> None:
        await until(lambda: _status(process).restarts >= 2, "it is started again")
        (finding,) = process.findings()
        assert str(finding.text) == "the dashboard does not run: ended with code 3"

    play("import sys; sys.exit(3)", act)


def test_why_it_cannot_start_is_told_in_its_own_words(play: Callable[[str, Act], None]) -> None:
    async def act(process: WebProcess) -> None:
        await until(lambda: _status(process).restarts >= 1, "it is started again")
        (finding,) = process.findings()
        assert str(finding.text) == "the dashboard does not run: web 10.0.0.1:1: no"

    play(CANNOT_START, act)


@pytest.mark.parametrize(
    "script", ["import time; time.sleep(999)", "print('x' * 1_000_000, flush=True); input()"]
)
def test_one_that_lives_but_says_nothing_of_use_is_killed(
    play: Callable[[str, Act], None], monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    """T17."""
    monkeypatch.setattr(heard_process, "READY_SECONDS", 0.05 if "sleep" in script else 60.0)

    async def act(process: WebProcess) -> None:
        await until(lambda: _status(process).restarts >= 1, "it is replaced")
        assert process.findings()

    play(script, act)


def test_one_that_falls_silent_after_it_was_ready_is_killed(
    play: Callable[[str, Act], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heard_process, "SILENCE_SECONDS", 0.05)

    async def act(process: WebProcess) -> None:
        await until(lambda: _status(process).restarts >= 1, "it is replaced")

    play(GOOD, act)


def test_one_that_will_not_end_is_killed(
    play: Callable[[str, Act], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heard_process, "STOP_SECONDS", 0.05)
    pids: list[int] = []

    async def act(process: WebProcess) -> None:
        await until(lambda: _status(process).listening, "it is ready")
        pids.append(_pid(process))

    play(f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {GOOD}", act)
    assert not is_alive(pids[0])
