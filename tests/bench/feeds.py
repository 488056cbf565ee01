"""The feeds by numbers: `python -m tests.bench.feeds [NAMES [SECONDARIES]]`.

Secondaries that speak the real protocol, in a process on another core; the primary is the product's process on one.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from sm_dns.dns.names import from_text
from sm_dns.feeds.serving import folder_of
from sm_dns.feeds.status_file import read_status
from sm_dns.feeds.zones.records import SOA
from sm_dns.generation.feeds import NO_FEEDS, FeedsStart, SecondaryPlan
from sm_dns.lists.entry import Entry, Tag
from sm_dns.lists.index_writer import write_index
from sm_dns.policy import snapshot
from sm_dns.policy.snapshot import NAMES_FILE
from sm_dns.util.typed_json import to_json
from tests.policy.office import at
from tests.support import secondaries
from tests.support.processes import PYTHON, REPOSITORY, STEP_SECONDS, free_port

OPENING = at("2026-08-10T13:00")
LEAD = 20.0  # seconds from the start of the primary to the edge
BUILD_PATIENCE = 300.0


class Figures(NamedTuple):
    """Seconds and megabytes. last: when the last had the edge, after its instant; cpu: of the primary over that.

    whole: until the last had the whole list after all asked at once; memory: most of the primary over all of it.
    strangers, forged: its processor seconds for 10,000 questions of who is not known, and with a wrong key.
    """

    names: int
    secondaries: int
    build: float
    last: float
    cpu: float
    whole: float
    memory: float
    strangers: float
    forged: float


def measure(names: int, count: int, folder: Path) -> Figures:
    """An edge at so many secondaries, then the whole list to all of them at once."""
    generation = folder / "generation"
    generation.mkdir(parents=True)
    tag = Tag("social", "big", "site:big.txt")
    rows = (
        (Entry(from_text(f"host-{number:07}.example{number % 977}.com"), False, 1), tag)
        for number in range(names)
    )
    write_index(generation / NAMES_FILE, rows)
    snapshot.write(generation, {"groups": [{"name": "hq", "clients": ["10.0.0.0/8"]}]})
    key = folder / "key"
    key.write_text(f'key "smdns-key" {{ algorithm hmac-sha256; secret "{secondaries.KEY.base64()}"; }};')
    key.chmod(0o600)
    port, notified = free_port(), free_port()
    plan = replace(
        NO_FEEDS,
        listen=(("127.0.0.1", port),),
        secondaries=tuple(
            SecondaryPlan(secondaries.address(number), notified, str(key), "other", ())
            for number in range(1, count + 1)
        ),
    )
    state = folder / "var"
    state.mkdir()
    with _Primary(FeedsStart(plan, state, OPENING - 3_600 - time.time(), generation)) as primary:
        build = primary.built()
    # What was built is handed out at once by the next, which builds it again meanwhile on the same core.
    question = secondaries.question(from_text("gate.smdns"), SOA, None)
    offset = OPENING - LEAD - time.time()
    with _Primary(FeedsStart(plan, state, offset, generation)) as primary:
        primary.listens(port)
        with _Many(secondaries.Many(count, notified, port, "gate.smdns", True)) as gate:
            gate.taken(count, 60)
            before = primary.cpu()
            serial = int(OPENING)
            lines = gate.taken(count, LEAD + 60, serial)
            cpu = primary.cpu() - before
            last = max(line[2] for line in lines) - (OPENING - offset)
        began = time.time()
        with _Many(secondaries.Many(count, notified, port, "social.smdns", True)) as social:
            lines = social.taken(count, 600)
            whole = max(line[2] for line in lines) - began
        memory = primary.memory()
        strangers = primary.flooded(port, "127.2.0.1", question)
        forged = primary.flooded(port, secondaries.address(1), question[:-60] + bytes(60))
    return Figures(names, count, build, last, cpu, whole, memory, strangers, forged)


class _Primary:
    """The product's process of the feeds, on one core."""

    def __init__(self, start: FeedsStart) -> None:
        self._folder = folder_of(start.state_dir, is_rehearsal=True)
        self._began = time.time()
        self._process = subprocess.Popen(
            (PYTHON, "-m", "sm_dns.feeds.process"),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=REPOSITORY,
        )
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(to_json(start)).encode() + b"\n")
        self._process.stdin.flush()
        os.sched_setaffinity(self._process.pid, {min(os.sched_getaffinity(0))})

    def __enter__(self) -> _Primary:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def listens(self, port: int) -> None:
        """Wait until it takes connections."""
        deadline = time.monotonic() + LEAD
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(STEP_SECONDS)
        raise AssertionError("it takes no connections")

    def built(self) -> float:
        """Wait until all is handed out; the seconds that took."""
        while time.time() < self._began + BUILD_PATIENCE:
            found = read_status(self._folder)
            if found is not None and all(one.is_ready for one in found.zones):
                return time.time() - self._began
            assert self._process.poll() is None, "the primary has ended"
            time.sleep(STEP_SECONDS)
        raise AssertionError("the lists are not built")

    def cpu(self) -> float:
        """Seconds of the processor so far."""
        fields = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(") ")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def flooded(self, port: int, source: str, question: bytes) -> float:
        """Seconds of the processor that questions from an address cost, ten thousand in a second."""
        before = self.cpu()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as flood:
            flood.bind((source, 0))
            for _ in range(100):
                for _ in range(100):
                    flood.sendto(question, ("127.0.0.1", port))
                time.sleep(0.01)
        time.sleep(0.3)
        return self.cpu() - before

    def memory(self) -> float:
        """The most memory so far, in megabytes."""
        lines = Path(f"/proc/{self._process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


class _Many:
    """The secondaries, on another core where there is one."""

    def __init__(self, many: secondaries.Many) -> None:
        self._process = subprocess.Popen(
            (PYTHON, "-m", "tests.support.secondaries", secondaries.as_text(many)),
            stdout=subprocess.PIPE,
            text=True,
            cwd=REPOSITORY,
        )
        os.sched_setaffinity(self._process.pid, {max(os.sched_getaffinity(0))})

    def __enter__(self) -> _Many:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def taken(self, count: int, seconds: float, serial: int = 0) -> list[tuple[str, int, float, int]]:
        """A line of each that has taken a serial, or any."""
        assert self._process.stdout is not None
        found: dict[str, tuple[str, int, float, int]] = {}
        deadline = time.monotonic() + seconds
        while len(found) < count:
            assert time.monotonic() < deadline, f"{len(found)} of {count}"
            line = json.loads(self._process.stdout.readline() or '"end"')
            assert line != "end", "the secondaries have ended"
            if isinstance(line, list) and (not serial or line[1] == serial):
                found[line[0]] = (line[0], line[1], line[2], line[3])
        return list(found.values())


def main() -> None:
    """Entry point."""
    given = [int(text) for text in sys.argv[1:3]]
    names, count = (*given, *(100_000, 1_000)[len(given) :])
    with tempfile.TemporaryDirectory() as folder:
        for name, value in measure(names, count, Path(folder))._asdict().items():
            print(f"{name:12} {value:.3f}" if isinstance(value, float) else f"{name:12} {value}")


if __name__ == "__main__":
    main()
