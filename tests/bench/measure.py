"""The measurement: all servers up at once on one core, load and upstream on the other, work interleaved.

The speed of a core moves while one measures. So each round gives every peer the same short piece of work, one right
after the other, and peers are compared within a round; what is reported is the median of those ratios.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.bench import load, questions
from tests.bench.peers import ESSENTIAL
from tests.bench.peers.peer import Peer
from tests.bench.rig import Rig, Work, in_turn
from tests.bench.service import BenchError, Memory, Service

LATENCY_RATE = 1_000  # questions a second
WARMING_SECONDS = 60.0  # at most


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


FULL = Plan(5, 1.2, 20_000, 200_000, 5, 1.5, 3.0)
QUICK = Plan(3, 1.0, 15_000, 0, 1, 2.0, 1.0)


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
    """The peers and their upstream; `run` measures them."""

    def __init__(self, peers: Sequence[Peer], plan: Plan, directory: Path) -> None:
        self._peers = peers
        self._plan = plan
        self._rig = Rig(directory)
        self._may_fail = {peer.name for peer in peers if peer not in ESSENTIAL}
        self._services: list[Service] = []

    def run(self, say: Callable[[str], None]) -> Results:
        """Start everything, measure, and stop everything, whatever happens. Raises `BenchError`."""
        with self._rig:
            for peer in self._peers:
                say(f"starting {peer.name}")
                self._services.append(self._rig.start(peer.name, peer.prepare))
            return self._measure(say)

    def _measure(self, say: Callable[[str], None]) -> Results:
        plan = self._plan
        results = Results()
        started = {service.name: service.memory() for service in self._services}
        say("idle")
        idle = self._idle()
        for kind, message_list in (("denied", questions.denied()), ("cached", questions.cached())):
            say(kind)
            file = self._rig.file(kind, message_list)
            results.work[kind] = self._hits(file, file)
        say("latency")
        results.latency = self._latency(file)
        if plan.mixed:
            say("mixed")
            messages = questions.mixed(plan.mixed)
            # Each question once, then all of them: the rounds show a server that has been up for a while.
            warm = self._rig.file("mixed-warm", [*questions.without_repetitions(messages), *messages])
            results.work["mixed"] = self._hits(self._rig.file("mixed", messages), warm)
        say("misses")
        results.work["misses"] = self._misses()
        for service in self._services:
            results.standing[service.name] = Standing(
                started[service.name], service.memory(), service.start_seconds, idle[service.name]
            )
        return results

    def _hits(self, file: Path, warm: Path) -> dict[str, list[Work]]:
        core = self._rig.load_core
        for service in self._services:
            load.once(service.port, warm, core, WARMING_SECONDS)
        return in_turn(
            self._services,
            self._plan.rounds,
            lambda service, _: load.flood(service.port, file, core, self._plan.seconds),
            self._may_fail,
        )

    def _misses(self) -> dict[str, list[Work]]:
        files = [
            self._rig.file(f"misses-{number}", questions.misses(self._plan.misses, f"r{number}"))
            for number in range(self._plan.rounds)
        ]
        core = self._rig.load_core
        return in_turn(
            self._services,
            self._plan.rounds,
            lambda service, number: load.once(service.port, files[number], core),
            self._may_fail,
        )

    def _latency(self, file: Path) -> dict[str, list[Latency]]:
        found: dict[str, list[Latency]] = {service.name: [] for service in self._services}
        for _ in range(self._plan.latency_rounds):
            for service in self._services:
                try:
                    seconds = load.latencies(
                        service.port, file, self._rig.load_core, LATENCY_RATE, self._plan.latency_seconds
                    )
                except BenchError as error:
                    raise BenchError(f"{service.name}: {error}") from error
                found[service.name].append(
                    Latency(1e6 * load.percentile(seconds, 50), 1e6 * load.percentile(seconds, 99))
                )
        return found

    def _idle(self) -> dict[str, float]:
        before = {service.name: service.cpu_seconds() for service in self._services}
        time.sleep(self._plan.idle_seconds)
        return {
            service.name: 1000 * (service.cpu_seconds() - before[service.name]) / self._plan.idle_seconds
            for service in self._services
        }
