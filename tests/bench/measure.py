"""The measurement: all servers up at once on one core, load and upstream on the other, work interleaved.

The speed of a core moves while one measures. So each round gives every peer the same short piece of work, one right
after the other, and peers are compared within a round; what is reported is the median of those ratios.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.bench import load, questions
from tests.bench.peers import unbound
from tests.bench.peers.peer import Peer, Task
from tests.bench.service import HOST, BenchError, Memory, Service, free_port

PROBE_SECONDS = 0.02
LATENCY_RATE = 1_000  # questions a second


@dataclass(frozen=True)
class Plan:
    """How much is measured. `mixed` and `misses` are numbers of questions, the rest rounds and seconds."""

    rounds: int
    seconds: float
    misses: int
    mixed: int
    latency_rounds: int
    latency_seconds: float
    idle_seconds: float


FULL = Plan(7, 2.0, 30_000, 200_000, 3, 3.0, 5.0)
QUICK = Plan(3, 1.0, 15_000, 0, 1, 2.0, 1.0)


class Work(NamedTuple):
    """One peer in one round: CPU microseconds a query, and queries a second."""

    cpu_us: float
    rate: float
    lost: int


class Latency(NamedTuple):
    """Median and 99th percentile in microseconds, at `LATENCY_RATE`."""

    p50_us: float
    p99_us: float


class Standing(NamedTuple):
    """What a service takes without work: MiB after start and after all the work, seconds from the start of its
    program to its first answer, milliseconds of CPU a second while idle."""

    started: Memory
    worked: Memory
    start_seconds: float
    idle_ms: float


@dataclass
class Results:
    """Everything measured: by kind of work and peer, one entry a round."""

    work: dict[str, dict[str, list[Work]]] = field(default_factory=dict)
    latency: dict[str, list[Latency]] = field(default_factory=dict)
    standing: dict[str, Standing] = field(default_factory=dict)


class Bench:
    """The peers and their upstream, running; `run` measures them."""

    def __init__(self, peers: Sequence[Peer], plan: Plan, directory: Path) -> None:
        cores = sorted(os.sched_getaffinity(0))
        self._server_core, self._load_core = cores[0], cores[-1]
        self._peers = peers
        self._plan = plan
        self._directory = directory
        self._services: list[Service] = []

    def run(self, say: Callable[[str], None]) -> Results:
        """Start everything, measure, and stop everything, whatever happens. Raises `BenchError`."""
        with ExitStack() as stack:
            upstream_port = free_port()
            task = Task(self._directory / "upstream", upstream_port, 0, ())
            upstream = stack.enter_context(self._service("upstream", unbound.prepare_upstream(task), task))
            upstream.start(lambda port: _answers(port, questions.CACHED[0], unbound.UPSTREAM_ADDRESS))
            for peer in self._peers:
                say(f"starting {peer.name}")
                task = Task(self._directory / peer.name, free_port(), upstream_port, questions.DENIED)
                service = stack.enter_context(self._service(peer.name, peer.prepare(task), task))
                service.start(lambda port: _answers(port, questions.DENIED[0], "0.0.0.0"))
                if not _answers(service.port, questions.CACHED[0], unbound.UPSTREAM_ADDRESS, seconds=2.0):
                    raise BenchError(f"{peer.name} does not forward")
                self._services.append(service)
            return self._measure(say)

    def _service(self, name: str, command: list[str], task: Task) -> Service:
        core = self._load_core if name == "upstream" else self._server_core
        return Service(name, command, task.port, core, self._directory / f"{name}.log")

    def _measure(self, say: Callable[[str], None]) -> Results:
        plan = self._plan
        results = Results()
        started = {service.name: service.memory() for service in self._services}
        say("idle")
        idle = self._idle()
        for kind, message_list in (("denied", questions.denied()), ("cached", questions.cached())):
            say(kind)
            results.work[kind] = self._hits(self._file(kind, message_list), self._file(kind, message_list))
        say("latency")
        results.latency = self._latency(self._directory / "cached.questions")
        if plan.mixed:
            say("mixed")
            messages = questions.mixed(plan.mixed)
            warm = self._file("mixed-warm", questions.without_repetitions(messages))
            results.work["mixed"] = self._hits(self._file("mixed", messages), warm)
        say("misses")
        results.work["misses"] = self._misses()
        for service in self._services:
            results.standing[service.name] = Standing(
                started[service.name], service.memory(), service.start_seconds, idle[service.name]
            )
        return results

    def _file(self, name: str, messages: list[bytes]) -> Path:
        return questions.write(self._directory / f"{name}.questions", messages)

    def _hits(self, file: Path, warm: Path) -> dict[str, list[Work]]:
        for service in self._services:
            load.once(service.port, warm, self._load_core)
        return self._rounds(
            lambda service, _: load.flood(service.port, file, self._load_core, self._plan.seconds)
        )

    def _misses(self) -> dict[str, list[Work]]:
        files = [
            self._file(f"misses-{number}", questions.misses(self._plan.misses, f"r{number}"))
            for number in range(self._plan.rounds)
        ]
        return self._rounds(lambda service, number: load.once(service.port, files[number], self._load_core))

    def _rounds(self, work: Callable[[Service, int], load.Load]) -> dict[str, list[Work]]:
        found: dict[str, list[Work]] = {service.name: [] for service in self._services}
        for number in range(self._plan.rounds):
            for service in self._services:
                before = service.cpu_seconds()
                try:
                    done = work(service, number)
                except BenchError as error:
                    raise BenchError(f"{service.name}: {error}") from error
                cpu = service.cpu_seconds() - before
                found[service.name].append(Work(1e6 * cpu / done.completed, done.rate, done.lost))
        return found

    def _latency(self, file: Path) -> dict[str, list[Latency]]:
        found: dict[str, list[Latency]] = {service.name: [] for service in self._services}
        for _ in range(self._plan.latency_rounds):
            for service in self._services:
                seconds = load.latencies(
                    service.port, file, self._load_core, LATENCY_RATE, self._plan.latency_seconds
                )
                p50, p99 = seconds[len(seconds) // 2], seconds[len(seconds) * 99 // 100]
                found[service.name].append(Latency(1e6 * p50, 1e6 * p99))
        return found

    def _idle(self) -> dict[str, float]:
        before = {service.name: service.cpu_seconds() for service in self._services}
        time.sleep(self._plan.idle_seconds)
        return {
            service.name: 1000 * (service.cpu_seconds() - before[service.name]) / self._plan.idle_seconds
            for service in self._services
        }


def _answers(port: int, name: str, address: str, seconds: float = PROBE_SECONDS) -> bool:
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
