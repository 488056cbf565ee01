"""Two services of our own, one configured otherwise than the other, given the same work in turn."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.bench import load, questions
from tests.bench.peers import sm_dns
from tests.bench.peers.peer import Task
from tests.bench.report import Ratio, ratio
from tests.bench.rig import Rig, Work, in_turn
from tests.bench.service import BenchError, Service

ROUNDS = 5
SECONDS = 1.2
MISSES = 15_000
MIXED = 100_000


def compare(plain: Sequence[str], other: Sequence[str], clients: int = load.CLIENTS) -> dict[str, Ratio]:
    """CPU a query of the service with the lines `other` over that of the one with the lines `plain`, by kind of work.

    `clients` is the number of ports that ask. Raises `BenchError`.
    """
    with tempfile.TemporaryDirectory(prefix="sm-dns-bench-") as name, Rig(Path(name)) as rig:
        services = [
            rig.start(label, partial(_prepare, lines))
            for label, lines in (("plain", plain), ("other", other))
        ]
        found: dict[str, Ratio] = {}
        kinds = {
            "denied": questions.denied(),
            "cached": questions.cached(),
            "mixed": questions.mixed(MIXED),
        }
        for kind, messages in kinds.items():
            file = rig.file(kind, messages)
            for service in services:
                load.once(service.port, file, rig.load_core)
            flood = partial(_flood, file, rig.load_core, clients)
            found[kind] = _ratio(in_turn(services, ROUNDS, flood))
        files = [rig.file(f"r{number}", questions.misses(MISSES, f"r{number}")) for number in range(ROUNDS)]
        found["misses"] = _ratio(
            in_turn(services, ROUNDS, lambda one, number: load.once(one.port, files[number], rig.load_core))
        )
        return found


def show(title: str, bar: float, found: dict[str, Ratio]) -> int:
    """Print the ratios; 0 where every median is within the bar."""
    print(f"{title}: CPU a query, median (least-most) of {ROUNDS} rounds; the bar is {bar:.2f}")
    for kind, figure in found.items():
        print(f"  {kind:8} {figure}")
    return 0 if all(figure.median <= bar for figure in found.values()) else 1


def main(title: str, bar: float, plain: Sequence[str], other: Sequence[str], clients: int) -> int:
    """Compare and show; 1 where that was not possible or the bar was missed."""
    try:
        return show(title, bar, compare(plain, other, clients))
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1


def _prepare(lines: Sequence[str], task: Task) -> list[str]:
    return sm_dns.prepare_with(task, *lines)


def _flood(file: Path, core: int, clients: int, service: Service, _: int) -> load.Load:
    return load.flood(service.port, file, core, SECONDS, clients)


def _ratio(rounds: dict[str, list[Work]]) -> Ratio:
    return ratio(*([one.cpu_us for one in rounds[label]] for label in ("other", "plain")))
