"""One long run: what is done to the server, and what must hold meanwhile."""

from __future__ import annotations

import signal
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import dns.message
import dns.rcode

from tests.e2e.upstreams.hostile import BEHAVIOURS, ZONE, Behaviour, Upstreams
from tests.soak.faults import FAULTS, prepare
from tests.support.load import Judge, Load, answers
from tests.support.lying import TRUTH, LyingUpstream
from tests.support.processes import PATIENCE, STEP_SECONDS
from tests.support.server import House
from tests.support.unbound import ADDRESS

RATE = 300.0  # queries a second
SLICE_SECONDS = 15.0  # one stretch of load; what grows is looked at between two
MAX_LOST_SHARE = 0.001  # of the queries: no reply, or a wrong one
MAX_GROWTH = 0.05  # of the memory, from the end of the warm-up to the end
FAULT_SECONDS = 3.0  # for which each fault lasts, and as long until the next
WARM_UP_SHARE = 0.34  # of the run


@dataclass
class Figures:
    """What the run came to. Memory in KiB, of the control process and its workers, once for each slice."""

    sent: int = 0
    lost: int = 0
    wrong: int = 0
    slowest: float = 0.0
    changes: int = 0
    faults: int = 0
    left_out: list[str] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)

    @property
    def growth(self) -> float:
        """The memory's share of growth since the warm-up: the mean of the last third over that of the middle."""
        third = max(1, round(len(self.memory) * WARM_UP_SHARE))
        middle, last = self.memory[third : 2 * third], self.memory[-third:]
        return sum(last) / len(last) / (sum(middle) / len(middle)) - 1

    def complaints(self, stderr: str) -> list[str]:
        """What does not hold."""
        found = []
        if self.lost + self.wrong > MAX_LOST_SHARE * self.sent:
            found.append(f"{self.lost} queries lost and {self.wrong} answered wrong of {self.sent}")
        if self.growth > MAX_GROWTH:
            found.append(f"memory grew by {self.growth:.1%}: {self.memory}")
        if "Traceback" in stderr:
            found.append(f"an exception: {stderr[stderr.index('Traceback') :][:2000]}")
        if not self.changes or not self.faults:
            found.append("nothing was changed meanwhile, or nothing went wrong")
        if self.left_out:
            found.append(f"has not come back: {self.left_out}")
        return found


def soak(house: House, flapping: LyingUpstream, hostile: Upstreams, seconds: float) -> Figures:
    """Load, reloads, new names, faults, so long; an upstream that comes and goes, and others that are slow, old, odd
    or lying. Starts and stops the server."""
    house.upstreams.append(f"127.0.0.1:{flapping.port}")
    prepare(house, hostile)
    house.start()
    figures = Figures()
    stop = threading.Event()
    troubles = [
        threading.Thread(target=_trouble, args=(house, flapping, figures, stop)),
        threading.Thread(target=_faults, args=(house, figures, stop)),
    ]
    for trouble in troubles:
        trouble.start()
    ends = time.monotonic() + seconds
    try:
        while time.monotonic() < ends:
            _slice(house, figures, min(SLICE_SECONDS, seconds / 6))
    finally:
        stop.set()
        for trouble in troubles:
            trouble.join()
        figures.left_out = _still_left_out(house)
        house.stop()
    return figures


def _slice(house: House, figures: Figures, seconds: float) -> None:
    steady, flapping = answers(ADDRESS), answers(TRUTH)
    either: Judge = lambda reply: steady(reply) or flapping(reply)  # noqa: E731
    fresh = [(f"n{len(figures.memory)}-{number}.load.corp", either) for number in range(int(RATE * seconds))]
    denied = [("netflix.com", answers("0.0.0.0")), ("www.youtube.com", answers("0.0.0.0"))]
    odd = [(f"n{len(figures.memory)}.{kind}.{ZONE}", _told(BEHAVIOURS[kind]())) for kind in BEHAVIOURS]
    questions = [*odd, *(one for each in fresh for one in (each, *denied))]
    with Load(("127.0.0.1", house.port), questions, rate=RATE) as load:
        time.sleep(seconds)
    figures.sent += load.sent
    figures.lost += load.lost
    figures.wrong += len(load.wrong)
    figures.slowest = max(figures.slowest, load.slowest)
    pids = [house.server.pid if house.server else 0, *house.worker_pids()]
    with suppress(FileNotFoundError, TypeError):  # a worker has just been killed: another slice tells
        figures.memory.append(sum(map(_resident, pids)))


def _told(behaviour: Behaviour) -> Judge:
    """The right answer, or the word that there is none: nobody is left in silence."""

    def judge(reply: bytes) -> bool:
        message = dns.message.from_wire(reply, raise_on_truncation=False)
        return message.rcode() == dns.rcode.SERVFAIL or behaviour.is_right(message)

    return judge


def _trouble(house: House, flapping: LyingUpstream, figures: Figures, stop: threading.Event) -> None:
    """About once a second one thing after another."""
    while not stop.wait(1.0):
        figures.changes += 1
        flapping.is_silent = not flapping.is_silent
        if figures.changes % 4 == 1:
            done = house.run("domains", "add", f"s{figures.changes}.example", "--category", "social")
            # Where a fault has just broken the configuration, it says so.
            assert done.returncode in (0, 2), done.stdout + done.stderr
        elif figures.changes % 4 == 2 and house.server is not None:
            house.server.send(signal.SIGHUP)
        elif figures.changes % 4 == 3:
            house.dig("netflix.com", "A", "+tcp")


def _faults(house: House, figures: Figures, stop: threading.Event) -> None:
    """One fault after another, each for a while."""
    while not stop.is_set():
        for fault in FAULTS:
            if stop.wait(FAULT_SECONDS):
                return
            with fault(house):
                figures.faults += 1
                stop.wait(FAULT_SECONDS)


def _still_left_out(house: House) -> list[str]:
    """What has not come back by itself when all faults are over."""
    deadline = time.monotonic() + PATIENCE
    while True:
        status = house.status()
        found = [each["part"] for each in status["left_out"]] + (
            [status["last_error"]] if status["last_error"] else []
        )
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(STEP_SECONDS)


def _resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise AssertionError(f"process {pid} is gone")
