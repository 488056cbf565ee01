"""Children that end when they are asked to, and children that do not."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import pytest

from sm_dns.util.child import end, kill

DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); signal.pause()"
POLITE = "print(flush=True); __import__('signal').pause()"


@pytest.mark.parametrize(
    ("program", "seconds", "code"), [(POLITE, 60.0, -signal.SIGTERM), (DEAF, 0.05, -signal.SIGKILL)]
)
def test_a_child_is_asked_first_and_killed_when_it_does_not_hear(
    program: str, seconds: float, code: int
) -> None:
    async def act() -> int | None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        await process.stdout.readline()
        await end(process, seconds)
        await end(process, seconds)
        return process.returncode

    assert asyncio.run(act()) == code


def test_a_child_is_killed_by_who_is_being_cancelled_too() -> None:
    """That is how a service ends. (Python 3.11.2, Debian 12's, lets no `asyncio.timeout` run out there.)"""

    async def keep(process: asyncio.subprocess.Process) -> None:
        try:
            await process.wait()
        finally:
            await end(process, 0.05)

    async def act() -> int | None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", DEAF, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        await process.stdout.readline()
        keeping = asyncio.ensure_future(keep(process))
        await asyncio.sleep(0)
        keeping.cancel()
        await asyncio.wait([keeping])
        code = process.returncode
        if code is None:
            process.kill()
            await process.wait()
        return code

    assert asyncio.run(act()) == -signal.SIGKILL


@contextmanager
def _watched_by_pidfd() -> Iterator[None]:
    """Have asyncio take up exit codes in the loop, as it does from Python 3.12 on, and not in a thread."""
    if sys.version_info >= (3, 12):
        yield
        return
    before = asyncio.get_child_watcher()
    asyncio.set_child_watcher(asyncio.PidfdChildWatcher())
    try:
        yield
    finally:
        asyncio.set_child_watcher(before)


def _wait_unseen(pid: int) -> None:
    """Wait for the end of a child, and leave its exit code for whoever takes it up."""
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)


@pytest.mark.parametrize("act", [kill, lambda process: end(process, 60.0)])
def test_a_child_that_has_ended_by_itself_keeps_its_own_exit_code(
    act: Callable[[asyncio.subprocess.Process], Awaitable[None] | None],
) -> None:
    """`Popen` would take it up first, and asyncio then knows no better than 255."""

    async def meet() -> int:
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", "raise SystemExit(7)")
        _wait_unseen(process.pid)
        done = act(process)
        if done is not None:
            await done
        return await process.wait()

    with _watched_by_pidfd():
        assert asyncio.run(meet()) == 7
