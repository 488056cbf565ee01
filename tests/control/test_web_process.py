"""The dashboard's process played by small scripts: one that dies, one that says nothing, one that will not end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from sm_dns.control import web_process
from sm_dns.control.web_plan import WebPlan
from sm_dns.control.web_process import WebProcess
from tests.support.processes import is_alive, until

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
            process = WebProcess(WebPlan(plain=[["127.0.0.1", 1]]), tmp_path / "c.yaml", tmp_path, 0.0)
            running = asyncio.ensure_future(process.run())
            try:
                await act(process)
            finally:
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running
            assert process.status()["pid"] is None

        asyncio.run(main())

    return run


GOOD = "import sys; print('ready http://x:1 https://y:2', flush=True); sys.stdin.read()"


def test_one_that_is_well_is_told_of_and_ended(play: Callable[[str, Act], None]) -> None:
    pids: list[int] = []

    async def act(process: WebProcess) -> None:
        await until(lambda: process.status()["listening"], "it is ready")
        status = process.status()
        pids.append(status["pid"])
        assert status["listening"] == ["http://x:1", "https://y:2"]
        assert (status["restarts"], status["problem"], process.findings()) == (0, "", [])

    play(GOOD, act)
    assert not is_alive(pids[0])


def test_one_that_dies_is_started_again_and_told(play: Callable[[str, Act], None]) -> None:
    async def act(process: WebProcess) -> None:
        await until(lambda: process.status()["restarts"] >= 2, "it is started again")
        (finding,) = process.findings()
        assert finding == {"level": "warning", "text": "the dashboard does not run: ended with code 3"}

    play("import sys; sys.exit(3)", act)


@pytest.mark.parametrize(
    "script", ["import time; time.sleep(999)", "print('x' * 1_000_000, flush=True); input()"]
)
def test_one_that_lives_but_says_nothing_of_use_is_killed(
    play: Callable[[str, Act], None], monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    """T17."""
    monkeypatch.setattr(web_process, "READY_SECONDS", 0.05 if "sleep" in script else 60.0)

    async def act(process: WebProcess) -> None:
        await until(lambda: process.status()["restarts"] >= 1, "it is replaced")
        assert process.findings()

    play(script, act)


def test_one_that_falls_silent_after_it_was_ready_is_killed(
    play: Callable[[str, Act], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_process, "SILENCE_SECONDS", 0.05)

    async def act(process: WebProcess) -> None:
        await until(lambda: process.status()["restarts"] >= 1, "it is replaced")

    play(GOOD, act)


def test_one_that_will_not_end_is_killed(
    play: Callable[[str, Act], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_process, "STOP_SECONDS", 0.05)
    pids: list[int] = []

    async def act(process: WebProcess) -> None:
        await until(lambda: process.status()["listening"], "it is ready")
        pids.append(process.status()["pid"])

    play(f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {GOOD}", act)
    assert not is_alive(pids[0])
