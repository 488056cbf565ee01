"""`python -m tests.bench.device_classes`: what a thousand classes of clients cost a query.

One service whose policy knows networks alone, one with an exemption for each of a thousand devices, which a lease
file places. A thousand addresses ask both the same questions, each its own few names again and again.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from itertools import cycle, islice
from pathlib import Path

from tests.bench import load, questions, variants
from tests.bench.peers import sm_dns
from tests.bench.peers.peer import Task
from tests.bench.report import Ratio, ratio
from tests.bench.rig import Rig, in_turn
from tests.bench.service import HOST, BenchError, Service

BAR = 1.05
DEVICES = 1_000
NAMES = 20  # that a device asks for
ROUNDS = 5
QUESTIONS = 100_000  # in a round
BATCH = 50  # under way at once
PATIENCE = 2.0  # seconds for an answer
SETTLE_SECONDS = 3.0  # until the leases are known


def address(number: int) -> str:
    """That of a device, on loopback."""
    return f"127.1.{number >> 8}.{number & 255}"


def hardware(number: int) -> str:
    """Its hardware address."""
    return f"3c:22:fb:00:{number >> 8:02x}:{number & 255:02x}"


def compare() -> Ratio:
    """CPU a query with a class for each device over that with one for all. Raises `BenchError`."""
    asking = [_socket(address(number)) for number in range(DEVICES)]
    with tempfile.TemporaryDirectory(prefix="sm-dns-bench-") as name, Rig(Path(name)) as rig:
        os.sched_setaffinity(0, {rig.load_core})
        services = [rig.start(label, partial(_prepare, label == "other")) for label in ("plain", "other")]
        time.sleep(SETTLE_SECONDS)
        for service in services:
            _ask(asking, service, 0)
        found = in_turn(services, ROUNDS, partial(_ask, asking))
    for sock in asking:
        sock.close()
    return ratio(*([one.cpu_us for one in found[label]] for label in ("other", "plain")))


def _prepare(has_classes: bool, task: Task) -> list[str]:
    """Leases for both; exemptions for one, as the commands write them."""
    leases = "".join(f"0 {hardware(number)} {address(number)} * *\n" for number in range(DEVICES))
    lines = [f"monitoring: {{leases: [{task.write('leases', leases)}], neighbours: false}}"]
    if has_classes:
        task.write("state/exemptions.json", json.dumps([_exemption(number) for number in range(DEVICES)]))
    return sm_dns.prepare_with(task, *lines)


def _exemption(number: int) -> dict[str, object]:
    now = int(time.time())
    return {
        "id": f"{number:08x}",
        "who": f"device:{hardware(number)}",
        "service": "netflix",
        "approver": "bench",
        "reason": "bench",
        "starts": now,
        "expires": now + 86_400,
    }


def _socket(source: str) -> socket.socket:
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(PATIENCE)
    sock.bind((source, 0))
    return sock


def _ask(asking: list[socket.socket], service: Service, number: int) -> load.Load:
    """`QUESTIONS` of them, each device its own names in turn, some under way at once."""
    began, lost = time.monotonic(), 0
    server = (HOST, service.port)
    each = islice(_questions(asking), QUESTIONS)
    while batch := list(islice(each, BATCH)):
        for sock, message in batch:
            sock.sendto(message, server)
        for sock, _ in batch:
            try:
                sock.recv(4_096)
            except TimeoutError:
                lost += 1
    if lost > QUESTIONS // 1_000:
        raise BenchError(f"{lost} questions of {QUESTIONS} were lost")
    return load.Load(QUESTIONS - lost, lost, time.monotonic() - began)


def _questions(asking: list[socket.socket]) -> Iterator[tuple[socket.socket, bytes]]:
    """For ever: one device after the other, each with its next name."""
    messages = questions.cached()
    for turn in cycle(range(NAMES)):
        for number, sock in enumerate(asking):
            yield sock, messages[(number * 7 + turn) % len(messages)]


if __name__ == "__main__":
    try:
        sys.exit(variants.show(f"{DEVICES} classes of clients over one", BAR, {"cached": compare()}))
    except BenchError as error:
        sys.exit(str(error))
