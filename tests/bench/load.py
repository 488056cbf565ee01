"""Load from dnsperf, on a core of its own."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.bench.service import HOST, BenchError

OUTSTANDING = 100  # questions under way at once
CLIENTS = 4  # ports they come from
SPARE_SECONDS = 20.0

_COMPLETED = re.compile(r"Queries completed:\s+(\d+)")
_LOST = re.compile(r"Queries lost:\s+(\d+)")
_SECONDS = re.compile(r"Run time \(s\):\s+([\d.]+)")
_RCODES = re.compile(r"Response codes:\s+(.*)")
_BUCKET = re.compile(r"^(\d+\.\d+): ([\d.]+)$", re.MULTILINE)
_LATENCY = re.compile(r"^> NOERROR .* ([\d.]+)$", re.MULTILINE)


@dataclass(frozen=True)
class Load:
    """What dnsperf says of one run."""

    completed: int
    lost: int
    seconds: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.completed / self.seconds


def flood(
    port: int, questions: Path, core: int, seconds: float, clients: int = CLIENTS, mode: str = "udp"
) -> Load:
    """As many questions as the server takes, for some seconds, the file from its start again and again, by a way of
    asking that dnsperf knows."""
    return parse(_dnsperf(port, questions, core, ["-m", mode, "-l", str(seconds)], seconds, clients))


def once(port: int, questions: Path, core: int, seconds: float = SPARE_SECONDS) -> Load:
    """Each question of the file once, as fast as the server takes them, within so many seconds."""
    return parse(_dnsperf(port, questions, core, ["-n", "1"], seconds))


def latencies(port: int, questions: Path, core: int, rate: int, seconds: float) -> list[float]:
    """Seconds from question to answer at a steady rate a second, sorted."""
    return steady(port, questions, core, rate, seconds)[0]


def steady(
    port: int, questions: Path, core: int, rate: int, seconds: float, mode: str = "udp"
) -> tuple[list[float], Load]:
    """The same, with how many questions were answered and lost."""
    options = ["-m", mode, "-l", str(seconds), "-Q", str(rate), "-v"]
    output = _dnsperf(port, questions, core, options, seconds)
    found = sorted(map(float, _LATENCY.findall(output)))
    if not found:
        raise BenchError("dnsperf tells no latency")
    return found, parse(output)


def percentile(ordered: list[float], percent: int) -> float:
    """The value below which `percent` of a sorted list lie."""
    return ordered[len(ordered) * percent // 100]


def flood_in_buckets(
    port: int, questions: Path, core: int, seconds: float, bucket: float
) -> list[tuple[float, float]]:
    """As `flood`: the end of each bucket of so many seconds (POSIX), and answers a second in it."""
    output = _dnsperf(port, questions, core, ["-l", str(seconds), "-S", str(bucket)], seconds)
    parse(output)
    return parse_buckets(output)


def parse_buckets(output: str) -> list[tuple[float, float]]:
    """Read the lines that dnsperf prints now and then."""
    return [(float(at), float(rate)) for at, rate in _BUCKET.findall(output)]


def parse(output: str) -> Load:
    """Read dnsperf's statistics. Raises `BenchError` when there are none, or other answers than NOERROR."""
    completed, lost, seconds, rcodes = (
        pattern.search(output) for pattern in (_COMPLETED, _LOST, _SECONDS, _RCODES)
    )
    if not (completed and lost and seconds and int(completed[1])):
        raise BenchError(f"no answers:\n{output}")
    if rcodes and not re.fullmatch(r"NOERROR \d+ \(100\.00%\)", rcodes[1].strip()):
        raise BenchError(f"answers other than NOERROR: {rcodes[1]}")
    return Load(int(completed[1]), int(lost[1]), float(seconds[1]))


def _dnsperf(
    port: int, questions: Path, core: int, options: list[str], seconds: float, clients: int = CLIENTS
) -> str:
    # fmt: off
    command = [
        "taskset", "-c", str(core), "dnsperf", "-f", "inet", "-s", HOST, "-p", str(port), "-B", "-d", str(questions),
        "-q", str(OUTSTANDING), "-c", str(clients), "-T", "1", "-t", "3", *options,
    ]
    # fmt: on
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=seconds + SPARE_SECONDS)
    except subprocess.TimeoutExpired:
        raise BenchError(f"{questions.stem}: dnsperf is still not done") from None
    if run.returncode:
        raise BenchError(f"dnsperf failed: {run.stderr or run.stdout}")
    return run.stdout
