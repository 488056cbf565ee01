"""The beginning and the end of a child process."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

_FOLDER = "/"  # root's on every machine, whoever's folder the service was started in


async def begin(module: str, *arguments: str, **more: Any) -> asyncio.subprocess.Process:
    """Run a module of ours in a process of its own; `more` as of `asyncio.create_subprocess_exec`.

    Nothing is imported from the folder that it is started in (`-P`): others may write there. Raises `OSError`.
    """
    return await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", module, *arguments, cwd=_FOLDER, **more
    )


async def end(process: asyncio.subprocess.Process, seconds: float) -> None:
    """Ask a process to end, and kill it when it has not within so many seconds; harmless when it is gone."""
    if process.returncode is not None:
        return
    process.terminate()
    # Not `asyncio.timeout`: who ends children is being cancelled, and there Python 3.11.2 never says that time is up.
    ended = asyncio.ensure_future(process.wait())
    await asyncio.wait([ended], timeout=seconds)
    if not ended.done():
        process.kill()
    await ended
