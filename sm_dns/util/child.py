"""The beginning and the end of a child process."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import suppress
from typing import Any

_FOLDER = "/"  # root's on every machine, whoever's folder the service was started in


async def begin(module: str, *arguments: str, **more: Any) -> asyncio.subprocess.Process:
    """Run a module of ours in a process of its own; `more` as of `asyncio.create_subprocess_exec`.

    Nothing is imported from the folder that it is started in (`-P`): others may write there. It is in a process group
    of its own: what a terminal or `timeout` sends to ours is for us, who end our children in order. Raises `OSError`.
    """
    return await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", module, *arguments, cwd=_FOLDER, process_group=0, **more
    )


async def end(process: asyncio.subprocess.Process, seconds: float) -> None:
    """Ask a process to end, and kill it when it has not within so many seconds; harmless when it is gone."""
    if process.returncode is not None:
        return
    _send(process, signal.SIGTERM)
    # Not `asyncio.timeout`: who ends children is being cancelled, and there Python 3.11.2 never says that time is up.
    ended = asyncio.ensure_future(process.wait())
    await asyncio.wait([ended], timeout=seconds)
    if not ended.done():
        kill(process)
    await ended


def kill(process: asyncio.subprocess.Process) -> None:
    """Kill a process; harmless when it is gone, and one that has ended by itself keeps its own exit code."""
    _send(process, signal.SIGKILL)


def _send(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    # Not `process.send_signal`: `Popen` looks first whether the process has ended, and takes the exit code away from
    # asyncio, which then says 255 whatever it was.
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)
