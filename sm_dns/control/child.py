"""The end of a child process."""

from __future__ import annotations

import asyncio


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
