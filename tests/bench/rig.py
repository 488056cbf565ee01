"""What every bench stands on: an upstream and servers, each on its core, and work that is dealt out in turn."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from tests.bench import load, questions
from tests.bench.peers import unbound
from tests.bench.peers.peer import Task
from tests.bench.service import HOST, BenchError, Service
from tests.support.processes import REPOSITORY, free_port

PROBE_SECONDS = 0.02
TRIES = 3  # of one piece of work
PAUSE_SECONDS = 0.5  # between them
DENIED_ADDRESS = "0.0.0.0"

Prepare = Callable[[Task], list[str]]


class Work(NamedTuple):
    """One server in one round: CPU microseconds a query, and queries a second."""

    cpu_us: float
    rate: float
    lost: int


class Rig:
    """An upstream on one core beside the load, servers on the other; all of them gone when the block ends."""

    def __init__(self, directory: Path) -> None:
        cores = sorted(os.sched_getaffinity(0))
        self.server_core, self.load_core = cores[0], cores[-1]
        self.directory = directory
        self._upstream_port = free_port()
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        # An installation has its byte code: what compiling that costs is no part of a start.
        subprocess.run([sys.executable, "-m", "compileall", "-q", "sm_dns"], cwd=REPOSITORY, check=False)
        task = Task(self.directory / "upstream", self._upstream_port, 0, ())
        self._run(
            "upstream",
            unbound.prepare_upstream(task),
            task,
            str(self.load_core),
            lambda port: answers(port, questions.CACHED[0], unbound.UPSTREAM_ADDRESS),
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def start(
        self,
        name: str,
        prepare: Prepare,
        denied: Sequence[str] = questions.DENIED,
        cores: str = "",
        address: str = DENIED_ADDRESS,
    ) -> Service:
        """Start a server and wait until it answers the first of its `denied` names with this `address`."""
        task = Task(self.directory / name, free_port(), self._upstream_port, denied)
        return self._run(
            name,
            prepare(task),
            task,
            cores or str(self.server_core),
            lambda port: answers(port, denied[0], address),
        )

    def file(self, name: str, messages: list[bytes]) -> Path:
        """Questions in a file for dnsperf."""
        return questions.write(self.directory / f"{name}.questions", messages)

    def _run(
        self, name: str, command: list[str], task: Task, cores: str, is_up: Callable[[int], bool]
    ) -> Service:
        service = Service(name, command, task.port, cores, self.directory / f"{name}.log")
        self._stack.enter_context(service).start(is_up)
        if not answers(service.port, questions.CACHED[0], unbound.UPSTREAM_ADDRESS, seconds=2.0):
            raise BenchError(f"{name} does not forward")
        return service


def in_turn(
    services: Sequence[Service],
    rounds: int,
    work: Callable[[Service, int], load.Load],
    may_fail: Collection[str] = (),
) -> dict[str, list[Work]]:
    """Give every server the same short piece of work, one right after the other, so many times.

    Those that `may_fail` are left out when they cannot do it; for the others it is a `BenchError`.
    """
    found: dict[str, list[Work]] = {service.name: [] for service in services}
    for number in range(rounds):
        for service in services:
            if service.name not in found:
                continue
            try:
                found[service.name].append(_worked(service, partial(work, service, number)))
            except BenchError as error:
                if service.name not in may_fail:
                    raise
                print(f"left out: {error}", file=sys.stderr)
                del found[service.name]
    return found


def _worked(service: Service, work: Callable[[], load.Load]) -> Work:
    """One piece of work, done again where answers were wrong: a machine that does other things too makes them so."""
    tries = TRIES
    while True:
        before = service.cpu_seconds()
        try:
            done = work()
        except BenchError as error:
            tries -= 1
            if not tries:
                raise BenchError(f"{service.name}: {error}") from error
            time.sleep(PAUSE_SECONDS)
            continue
        return Work(1e6 * (service.cpu_seconds() - before) / done.completed, done.rate, done.lost)


def answers(port: int, name: str, address: str, seconds: float = PROBE_SECONDS) -> bool:
    """Whether a server answers a name with this IPv4 address within so many seconds."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(seconds)
        sock.connect((HOST, port))
        try:
            sock.send(questions.question(name))
            return sock.recv(4_096).endswith(socket.inet_aton(address))
        except TimeoutError:
            return False
        except ConnectionRefusedError:
            time.sleep(PROBE_SECONDS / 4)
            return False
