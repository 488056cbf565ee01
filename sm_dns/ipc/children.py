"""Running the compiler and the list fetcher as child processes that yield to the workers, and what they say."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import Process
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from sm_dns.ipc.messages import json_object
from sm_dns.util.child import begin, kill
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from sm_dns.util.typed_json import from_json

T = TypeVar("T")

COMPILE_SECONDS = 120.0
REFRESH_SECONDS = 600.0
REPORT_SECONDS = 900.0
PUSH_SECONDS = 300.0
CARRY_SECONDS = 160.0  # a little more than a command waits for its reload
MAX_PRINTED = 128 << 10  # octets of what a carried command prints on each of its two streams
COMPILE_MIB = 250  # what compiling a million names may need (tests/bench/big_list.py measures it)
YIELDING = 5  # niceness of these children: queries go first, yet a full machine starves no policy


@dataclass(frozen=True)
class _Compiled:
    ok: bool
    directory: Path


@dataclass(frozen=True)
class RefreshedList:
    """What became of a remote list, as `lists refresh` prints it; `kept`: the last good one stays, for the reason."""

    name: str
    status: Literal["updated", "unchanged", "kept"]
    reason: Message
    names: int
    reloaded: bool


@dataclass(frozen=True)
class _MadeReport:
    ok: bool
    report: str
    month: str
    to: str


@dataclass(frozen=True)
class PushedHead:
    """`failed`: the places where the head of the audit could not be told, each with why."""

    seq: int
    hash: str
    failed: tuple[Message, ...]


@dataclass(frozen=True)
class _Mailed:
    ok: bool
    mails: int


async def compile_generation(config: Path, rehearsal: float) -> Path:
    """Compile the files in a process of its own. Raises `BadInput` with the compiler's words."""
    arguments = (str(config), str(rehearsal))
    made = await _child(_Compiled, "sm_dns.builder.process", COMPILE_SECONDS, *arguments)
    return made.directory


async def refresh_list(config: Path, name: str) -> RefreshedList:
    """Fetch a remote list as a person would, by the command, which has this server reload. Raises `BadInput`."""
    arguments = ("lists", "refresh", name, "--json", "--config", str(config))
    return await _child(RefreshedList, "sm_dns.cli.child", REFRESH_SECONDS, *arguments)


async def make_report(config: Path, name: str, month: str) -> str:
    """Make a configured report of a month ("2026-10") as a person would, by the command; where it went.

    Raises `BadInput`.
    """
    arguments = ("report", "run", name, "--month", month, "--json", "--config", str(config))
    return (await _child(_MadeReport, "sm_dns.cli.child", REPORT_SECONDS, *arguments)).to


async def push_head(config: Path) -> PushedHead:
    """Tell the head of the audit to the configured places, as a person would by the command. Raises `BadInput`."""
    arguments = ("audit", "push", "--json", "--config", str(config))
    return await _child(PushedHead, "sm_dns.cli.child", PUSH_SECONDS, *arguments)


async def mail_requests(config: Path, request_ids: Sequence[str]) -> None:
    """Tell whoever decides of requests that staff made, by the command. Raises `BadInput`."""
    arguments = ("requests", "mail", *request_ids, "--json", "--config", str(config))
    await _child(_Mailed, "sm_dns.cli.child", REPORT_SECONDS, *arguments)


async def carry_out(config: Path, person: str, node: str, arguments: Sequence[str]) -> tuple[int, str, str]:
    """Run a command that a person typed on a node, under that name; its exit code and what it printed, cut where
    it is too much. Raises `BadInput` where it takes too long, and `OSError`."""
    process = await begin(
        "sm_dns.cli.carried",
        person,
        node,
        *arguments,
        "--config",
        str(config),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await _printed(process, CARRY_SECONDS)
    except TimeoutError as error:
        raise BadInput("took longer than {seconds} s", seconds=round(CARRY_SECONDS)) from error
    code = process.returncode if process.returncode is not None else 1
    said, failed = (part[:MAX_PRINTED].decode(errors="replace") for part in (out, err))
    return code, said, failed


async def do_for_dashboard(config: Path, node: str, wanted: str) -> str:
    """Do an action of a dashboard on a node (`sm_dns/web/carried.py`); what it prints.

    Raises `BadInput` where it takes too long, and `OSError`.
    """
    process = await begin(
        "sm_dns.web.carried",
        str(config),
        node,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        out, _ = await _printed(process, CARRY_SECONDS, wanted.encode())
    except TimeoutError as error:
        raise BadInput("took longer than {seconds} s", seconds=round(CARRY_SECONDS)) from error
    return out[:MAX_PRINTED].decode(errors="replace")


def _yield(pid: int) -> None:
    """Let a child come after the queries: never before what it is at already, which only root may."""
    with suppress(ProcessLookupError):
        os.setpriority(os.PRIO_PROCESS, pid, max(YIELDING, os.getpriority(os.PRIO_PROCESS, pid)))


async def _printed(process: Process, seconds: float, given: bytes | None = None) -> tuple[bytes, bytes]:
    """What a child prints on each stream, to whom `given` is told; it does not outlive whoever waits for it.

    Raises `TimeoutError` after so many seconds.
    """
    _yield(process.pid)
    try:
        async with asyncio.timeout(seconds):
            return await process.communicate(given)
    except BaseException:
        kill(process)
        await process.wait()
        raise


async def _child(kind: type[T], module: str, seconds: float, *arguments: str) -> T:
    """Run a module for at most `seconds`; what it prints. Raises `BadInput` with its error or end."""
    process = await begin(
        module,
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await _printed(process, seconds)
    except TimeoutError as error:
        raise BadInput("{module} took longer than {seconds:.0f} s", module=module, seconds=seconds) from error
    try:
        printed = json_object(out)
    except BadInput as error:
        raise BadInput(
            "{module} ended with code {code}: {reason}",
            module=module,
            code=process.returncode,
            reason=_why(process.returncode, err),
        ) from error
    if printed.get("ok") is False:
        raise BadInput(from_json(Message, printed.get("said")))
    return from_json(kind, printed)


def _why(code: int | None, err: bytes) -> Message:
    """What ended a child that gave no answer."""
    if (
        code == -signal.SIGKILL
    ):  # nobody here kills without saying so: it is the kernel, which has no memory left
        return Message(
            "killed, likely for want of memory: it needs up to {mib} MiB for a million names",
            mib=COMPILE_MIB,
        )
    last = err.decode(errors="replace").strip().splitlines()[-1:]
    return Message("{last}", last=last[0]) if last else Message("no output")
