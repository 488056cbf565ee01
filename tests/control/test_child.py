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
