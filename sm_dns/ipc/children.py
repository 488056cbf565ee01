"""Running the compiler and the list fetcher as child processes that yield to the workers, and what they say."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from contextlib import suppress
from pathlib import Path
from typing import Any

from sm_dns.util.child import begin, kill
from sm_dns.util.errors import BadInput

COMPILE_SECONDS = 120.0
REFRESH_SECONDS = 600.0
REPORT_SECONDS = 900.0
COMPILE_MIB = 250  # what compiling a million names may need (tests/bench/big_list.py measures it)
YIELDING = 5  # niceness of these children: queries go first, yet a full machine starves no policy


async def compile_generation(config: Path, rehearsal: float) -> Path:
    """Compile the files in a process of its own. Raises `BadInput` with the compiler's words."""
    answer = await _child("sm_dns.builder.process", COMPILE_SECONDS, str(config), str(rehearsal))
    if not answer.get("ok"):
        raise BadInput(str(answer.get("error")))
    return Path(answer["directory"])


async def refresh_list(config: Path, name: str) -> dict[str, Any]:
    """Fetch a remote list as a person would, by the command, which has this server reload; what became of it."""
    arguments = ("lists", "refresh", name, "--json", "--config", str(config))
    return await _child("sm_dns.cli.main", REFRESH_SECONDS, *arguments)


async def make_report(config: Path, name: str, month: str) -> dict[str, Any]:
    """Make a configured report of a month ("2026-10") as a person would, by the command; what became of it."""
    arguments = ("report", "run", name, "--month", month, "--json", "--config", str(config))
    return await _child("sm_dns.cli.main", REPORT_SECONDS, *arguments)


def _yield(pid: int) -> None:
    """Let a child come after the queries: never before what it is at already, which only root may."""
    with suppress(ProcessLookupError):
        os.setpriority(os.PRIO_PROCESS, pid, max(YIELDING, os.getpriority(os.PRIO_PROCESS, pid)))


async def _child(module: str, seconds: float, *arguments: str) -> dict[str, Any]:
    """Run a module for at most `seconds`; the JSON object it prints, or why there is none."""
    process = await begin(
        module,
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    _yield(process.pid)
    try:
        async with asyncio.timeout(seconds):
            out, err = await process.communicate()
    except BaseException as error:
        kill(process)
        await process.wait()
        if isinstance(error, TimeoutError):
            return {"ok": False, "error": f"{module} took longer than {seconds:.0f} s"}
        raise
    try:
        answer: dict[str, Any] = json.loads(out)
    except ValueError:
        return {
            "ok": False,
            "error": f"{module} ended with code {process.returncode}: {_why(process.returncode, err)}",
        }
    return answer


def _why(code: int | None, err: bytes) -> str:
    """What ended a child that gave no answer."""
    if (
        code == -signal.SIGKILL
    ):  # nobody here kills without saying so: it is the kernel, which has no memory left
        return f"killed, likely for want of memory: it needs up to {COMPILE_MIB} MiB for a million names"
    last = err.decode(errors="replace").strip().splitlines()[-1:]
    return last[0] if last else "no output"
