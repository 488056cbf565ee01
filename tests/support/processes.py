"""Servers that tests start: on ports nobody has, watched through their own files, ended by their own pid."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
SYSTEM_PATH = ":/usr/sbin:/sbin"  # where Debian keeps servers
PYTHON = sys.executable
STOP_SECONDS = 30.0
PATIENCE = 60.0  # seconds that a slow and busy machine may take for anything
STEP_SECONDS = 0.02
FIRST_PORT = 10_000  # what the system hands out by itself begins at 32,768 (ip_local_port_range)
PORT_RANGE = 2_800
PORT_RANGES = 8


class Process:
    """A child of the test with its output in files. `stop` ends it, whatever became of it."""

    def __init__(
        self, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        self._out, self._err = log.with_suffix(".out"), log.with_suffix(".err")
        with self._out.open("ab") as out, self._err.open("ab") as err:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd=REPOSITORY,
                env={**os.environ, "PATH": os.environ.get("PATH", "") + SYSTEM_PATH, **(environment or {})},
            )

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def out(self) -> str:
        """What it wrote to standard output so far."""
        return self._out.read_text(errors="replace")

    @property
    def err(self) -> str:
        """What it wrote to standard error so far."""
        return self._err.read_text(errors="replace")

    @property
    def has_ended(self) -> bool:
        return self._child.poll() is not None

    def wait(self, seconds: float = PATIENCE) -> int:
        """Its exit code, when it ends by itself."""
        return self._child.wait(seconds)

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self._child.send_signal(number)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """End it and return its exit code; harmless when it is gone."""
        if not self.has_ended:
            self._child.send_signal(number)
        try:
            return self._child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            return self._child.wait()


def eventually(fact: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait until `fact()` holds; fail with `what` when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(STEP_SECONDS)


async def until(fact: Callable[[], object], what: str) -> None:
    """The same in an event loop that other tasks need."""
    deadline = time.monotonic() + PATIENCE
    while not fact():
        assert time.monotonic() < deadline, f"not within {PATIENCE} s: {what}"
        await asyncio.sleep(0.005)


def is_alive(pid: int) -> bool:
    """Whether there is such a process, a zombie not counted."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def end(pid: int) -> None:
    """End a process that one of ours left behind."""
    if is_alive(pid):
        os.kill(pid, signal.SIGTERM)
        eventually(lambda: not is_alive(pid), f"process {pid} ends")


def one_port(address: str) -> tuple[socket.socket, socket.socket]:
    """A UDP and a listening TCP socket on the same free port; what is free for one may be taken for the other."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    while True:
        udp = socket.socket(family, socket.SOCK_DGRAM)
        udp.bind((address, 0))
        try:
            return udp, socket.create_server(udp.getsockname()[:2], family=family)
        except OSError:
            udp.close()


def free_port() -> int:
    """A port that nobody has on any loopback address, for UDP and TCP; shared ports count as taken.

    It is none of those that the system hands out by itself, and each worker of pytest has ports of its own: what is
    free now is free when it is used.
    """
    while True:
        port = next(_PORTS)
        with ExitStack() as stack:
            try:
                for family, host in ((socket.AF_INET, ""), (socket.AF_INET6, "::")):
                    for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                        sock = stack.enter_context(socket.socket(family, kind))
                        if family == socket.AF_INET6:
                            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                        sock.bind((host, port))
            except OSError:
                continue
            return port


def _own_ports() -> Iterator[int]:
    """The ports of this worker of pytest, round and round, begun where its process number says: runs side by side
    begin apart."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % PORT_RANGES
    begin = os.getpid() * 7
    return (FIRST_PORT + number * PORT_RANGE + (begin + each) % PORT_RANGE for each in count())


_PORTS = _own_ports()
