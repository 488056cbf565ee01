"""`python -m tests.bench.big_list`: a list of a million names beside a small one.

Compile time, what it adds to the start and to a worker's own memory, and what clients notice of a reload: queries
lost, and the 99th percentile beside a quiet time. The compiler may use both cores, as it may on a server.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
import time
from functools import partial
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tests.bench import load, questions
from tests.bench.peers import sm_dns
from tests.bench.peers.peer import Task
from tests.bench.rig import DENIED_ADDRESS, Rig, answers
from tests.bench.service import BenchError, Service, kilobytes

NAMES = 1_000_000
RATE = 1_000  # questions a second
QUIET_SECONDS = 10.0
RELOAD_SECONDS = 30.0
COMPILE_BAR, START_BAR, MEMORY_BAR, LATENCY_BAR = 4.0, 0.3, 12.0, 2.0
_COMPILE_SECONDS = 120
STARTS = 3


class Figures(NamedTuple):
    """Seconds, MiB and microseconds as their names say; `added` is over the service with a list of one name.

    The start is another one after the first: the lists were compiled before.
    """

    compile_seconds: float
    added_start_seconds: float
    added_private_mib: float
    added_pss_mib: float
    reload_seconds: float
    quiet_p99_us: float
    reload_p99_us: float
    reload_slowest_us: float
    lost: int

    def is_within_bars(self) -> bool:
        """Whether all that is asked of a long list holds."""
        return (
            self.compile_seconds <= COMPILE_BAR
            and self.added_start_seconds <= START_BAR
            and self.added_private_mib <= MEMORY_BAR
            and self.reload_p99_us <= LATENCY_BAR * self.quiet_p99_us
            and not self.lost
        )


def long_list() -> list[str]:
    """The million names; no two share more than their last two labels."""
    return [
        f"n{number:x}-{number * 7919 % 99991}.list{number % 997}.{questions.ZONE}" for number in range(NAMES)
    ]


def measure(rig: Rig) -> Figures:
    """Start both services, look at them, and reload the one with the long list under load. Raises `BenchError`."""
    names = long_list()
    prepare = partial(_prepare, "groups: []")
    both = f"{rig.server_core},{rig.load_core}"
    compiled = _compile_seconds(rig.directory / "compiled", names)
    small = rig.start("small", prepare, names[:1], both)
    large = rig.start("large", prepare, names, both)
    file = rig.file("cached", questions.cached())
    for service in (small, large):
        load.once(service.port, file, rig.load_core)
    private = _worker_kilobytes(large)["Private_Dirty"] - _worker_kilobytes(small)["Private_Dirty"]
    pss = _worker_kilobytes(large)["Pss"] - _worker_kilobytes(small)["Pss"]
    added_start = _added_start(small, large, names[0])
    small.stop()
    quiet, _ = load.steady(large.port, file, rig.load_core, RATE, QUIET_SECONDS)
    reload = Reload(rig.directory / "large", large)
    reload.start()
    busy, done = load.steady(large.port, file, rig.load_core, RATE, RELOAD_SECONDS)
    reload.join()
    return Figures(
        compiled,
        added_start,
        private / 1024,
        pss / 1024,
        reload.seconds,
        1e6 * load.percentile(quiet, 99),
        1e6 * load.percentile(busy, 99),
        1e6 * busy[-1],
        done.lost,
    )


def _added_start(small: Service, large: Service, name: str) -> float:
    """How much longer the second takes to start again than the first, in the median of some starts in turn."""
    found = []
    for _ in range(STARTS):
        seconds = []
        for service in (small, large):
            service.stop()
            service.start(lambda port: answers(port, name, DENIED_ADDRESS))
            seconds.append(service.start_seconds)
        found.append(seconds[1] - seconds[0])
    return median(found)


class Reload(threading.Thread):
    """One more name in the list, and the seconds until the service denies it."""

    def __init__(self, directory: Path, service: Service) -> None:
        super().__init__()
        self._list = directory / sm_dns.LIST
        self._port = service.port
        self.seconds = 0.0

    def run(self) -> None:
        time.sleep(1.0)  # the load is on its way
        name = f"added.{questions.ZONE}"
        began = time.monotonic()
        draft = self._list.with_suffix(".draft")
        draft.write_text(self._list.read_text() + name + "\n")
        draft.replace(self._list)
        while not answers(self._port, name, DENIED_ADDRESS):
            if time.monotonic() > began + RELOAD_SECONDS:
                return
            time.sleep(0.05)
        self.seconds = time.monotonic() - began


def _prepare(line: str, task: Task) -> list[str]:
    return sm_dns.prepare_with(task, line)


def _compile_seconds(directory: Path, names: list[str]) -> float:
    sm_dns.prepare_with(Task(directory, 5300, 53, names), "groups: []")
    command = [sys.executable, "-m", "sm_dns.builder.process", str(directory / "sm-dns.yaml"), "0"]
    (directory / "state").mkdir(mode=0o700)
    began = time.monotonic()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=_COMPILE_SECONDS)
    return time.monotonic() - began


def _worker_kilobytes(service: Service) -> dict[str, int]:
    return kilobytes(service.worker())


def main() -> int:
    """Print the figures; 0 where every bar is kept."""
    try:
        with tempfile.TemporaryDirectory(prefix="sm-dns-bench-") as name, Rig(Path(name)) as rig:
            found = measure(rig)
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"a list of {NAMES:,} names; in brackets the bar")
    print(f"  compiled in {found.compile_seconds:.1f} s ({COMPILE_BAR:.0f})")
    print(f"  start again, the list compiled: {found.added_start_seconds:.2f} s more ({START_BAR})")
    print(
        f"  a worker's own memory: {found.added_private_mib:.1f} MiB more ({MEMORY_BAR:.0f});"
        f" with its share of the mapped list {found.added_pss_mib:.1f}"
    )
    print(
        f"  reload: the new name is denied after {found.reload_seconds:.1f} s, {found.lost} queries lost (0)"
    )
    print(
        f"  p99 {found.reload_p99_us:.0f} us around it, {found.quiet_p99_us:.0f} quiet ({LATENCY_BAR:.0f} x);"
        f" slowest answer {found.reload_slowest_us / 1000:.1f} ms"
    )
    return 0 if found.is_within_bars() else 1


if __name__ == "__main__":
    sys.exit(main())
