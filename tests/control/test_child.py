"""Children that end when they are asked to, and children that do not."""

from __future__ import annotations

import asyncio
import signal
import sys

import pytest

from sm_dns.control.child import end

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
