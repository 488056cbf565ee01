"""A server under measurement: started on one core, watched through /proc, and gone when the block ends."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 3.0
_TICKS = os.sysconf("SC_CLK_TCK")
_CPU_CLOCK = 2  # clock_getcpuclockid(3): with the process' number it names the clock of its CPU time
_REPOSITORY = Path(__file__).resolve().parents[2]
_SYSTEM_PATH = ":/usr/sbin:/sbin"  # where Debian keeps servers


class BenchError(Exception):
    """The measurement cannot go on; the message says why."""


class Memory(NamedTuple):
    """Of all processes of a service, in MiB: the sum of resident sets, and the same with shared pages split."""

    rss: float
    pss: float


class Service:
    """A server and its children, on these cores (as `taskset -c` reads them), in a process group and a session of
    their own."""

    def __init__(self, name: str, command: Sequence[str], port: int, cores: str, log: Path) -> None:
        self.name = name
        self.port = port
        self.start_seconds = 0.0
        # The signal is for when the bench itself is killed; a server that drops privileges (dnsmasq) loses it.
        self._command = ["setpriv", "--pdeathsig", "KILL", "taskset", "-c", cores, *command]
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, is_up: Callable[[int], bool]) -> None:
        """Start it and wait until `is_up(port)`; `start_seconds` tells how long that took."""
        environment = {**os.environ, "PATH": os.environ.get("PATH", "") + _SYSTEM_PATH}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installation has its byte code
        began = time.monotonic()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=_REPOSITORY,
                env=environment,
                start_new_session=True,
            )
        while not is_up(self.port):
            if self._process.poll() is not None or time.monotonic() > began + START_SECONDS:
                raise BenchError(f"{self.name} does not answer:\n{self._log.read_text(errors='replace')}")
        self.start_seconds = time.monotonic() - began

    def cpu_seconds(self) -> float:
        """User and system time of all its processes so far, those that ended included."""
        return sum(map(_cpu_seconds, self.pids()))

    def memory(self) -> Memory:
        """What its processes hold now."""
        rollups = [kilobytes(pid) for pid in self.pids()]
        return Memory(
            sum(rollup["Rss"] for rollup in rollups) / 1024,
            sum(rollup["Pss"] for rollup in rollups) / 1024,
        )

    def stop(self) -> None:
        """End the process group; harmless when it is gone."""
        process = self._process
        if process is None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            if _end_group(process, number):
                break
        process.wait()
        self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def worker(self) -> int:
        """The process of the first of our own workers. Raises `BenchError` where there is none."""
        for pid in self.pids():
            if "sm_dns.serve.worker" in arguments(pid):
                return pid
        raise BenchError(f"{self.name} has no worker")

    def pids(self) -> list[int]:
        """Its processes now, the one that was started first."""
        assert self._process is not None, "not started"
        return [self._process.pid, *_descendants(self._process.pid)]


def _end_group(process: subprocess.Popen[bytes], number: int) -> bool:
    """Send a signal to the process group that we started; whether all of it is gone soon after."""
    deadline = time.monotonic() + STOP_SECONDS
    try:
        os.killpg(process.pid, number)
        while time.monotonic() < deadline:
            process.poll()  # reaps it: a zombie would still count as the group's
            os.killpg(process.pid, 0)
            time.sleep(0.02)
    except ProcessLookupError:
        return True
    return False


def arguments(pid: int) -> list[str]:
    """The command line of a process; empty where it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")[:-1]
    except OSError:
        return []


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat after the command's name; the state is the first, field 3 of proc(5)."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _cpu_seconds(pid: int) -> float:
    """Its own by the clock of the process, which counts nanoseconds, and in ticks that of children waited for."""
    try:
        own = time.clock_gettime(~pid << 3 | _CPU_CLOCK)
    except OSError:
        return 0.0
    return own + sum(map(int, _stat(pid)[13:15])) / _TICKS


def _descendants(pid: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        below = children.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def kilobytes(pid: int) -> dict[str, int]:
    """Resident memory of a process from /proc/PID/smaps_rollup: all, its share, and what is its alone."""
    values = {"Rss": 0, "Pss": 0, "Private_Clean": 0, "Private_Dirty": 0}
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        key, _, rest = line.partition(":")
        if key in values:
            values[key] = int(rest.split()[0])
    return values
