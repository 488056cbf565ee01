"""The end of a child process."""

from __future__ import annotations

import asyncio


async def end(process: asyncio.subprocess.Process, seconds: float) -> None:
    """Ask a process to end, and kill it when it has not within so many seconds; harmless when it is gone."""
    if process.returncode is None:
        process.terminate()
        try:
            async with asyncio.timeout(seconds):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
