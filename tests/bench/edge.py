"""`python -m tests.bench.edge`: the end of a rest hour at full load, with every governed name hot.

A rehearsal clock brings the edge a few seconds after the start. dnsperf asks for a thousand governed names as fast as
the service takes it; beside it a judge asks for the same names and looks at each reply.

**Wrong** is a reply that reached the judge's socket (the kernel's time stamp, not when Python read it) after the edge
with the address that was right before it, or before the edge with the one that is right after it. The edge's true
instant is that of the rehearsed clock as the worker was started with.
"""

from __future__ import annotations

import json
import random
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import NamedTuple

from tests.bench import load, questions
from tests.bench.peers import sm_dns, unbound
from tests.bench.peers.peer import Task
from tests.bench.rig import DENIED_ADDRESS, Rig
from tests.bench.service import HOST, BenchError, Service, arguments

EDGE = datetime(2026, 8, 10, 14, 0, tzinfo=timezone(timedelta(hours=8)))  # a Monday: the rest hour ends
LIST = "zones/social.txt"  # governed by the schedule
LEAD_SECONDS = 14.0  # from the start of the service to the edge
BEFORE_SECONDS, AFTER_SECONDS = 4.0, 4.0  # of load around it
BUCKET_SECONDS = 0.1
RATE = 2_000  # questions a second of the judge
LEAST_SHARE = 0.9  # of the usual throughput
_SO_TIMESTAMPNS = 35  # <asm-generic/socket.h>; the socket module has no name for it
_TIMESPEC = struct.Struct("@ll")
_ANCILLARY = socket.CMSG_SPACE(_TIMESPEC.size)


class Reply(NamedTuple):
    """When it reached the judge's socket (POSIX seconds), and its last four octets."""

    arrived: float
    address: bytes


class Verdict(NamedTuple):
    """Replies around the edge, those that were wrong, and by how many seconds the worst of them."""

    before: int
    after: int
    wrong_before: int
    wrong_after: int
    latest: float


class Throughput(NamedTuple):
    """The median of the buckets before the edge (answers a second), the least within a second around it as a share of
    that, the same in quiet (the least before), and the longest time without interruption below `LEAST_SHARE`."""

    usual: float
    least_share: float
    least_share_before: float
    below_seconds: float


def judge(replies: Sequence[Reply], edge: float) -> Verdict:
    """Compare every reply with what is right at its arrival."""
    right_before, right_after = map(socket.inet_aton, (unbound.UPSTREAM_ADDRESS, DENIED_ADDRESS))
    before = [one for one in replies if one.arrived < edge]
    after = [one for one in replies if one.arrived >= edge]
    wrong = [one.arrived - edge for one in after if one.address != right_after]
    return Verdict(
        len(before),
        len(after),
        sum(one.address != right_before for one in before),
        len(wrong),
        max(wrong, default=0.0),
    )


def throughput(buckets: Sequence[tuple[float, float]], edge: float) -> Throughput:
    """Look at answers a second in buckets, each with the POSIX second of its end. Raises `BenchError` without any."""
    before = sorted(rate for end, rate in buckets if edge - BEFORE_SECONDS + 1 < end < edge)
    around = [rate for end, rate in buckets if edge <= end < edge + 1 + BUCKET_SECONDS]
    if not before or not around:
        raise BenchError("no load around the edge")
    usual = before[len(before) // 2]
    longest = below = 0
    for rate in around:
        below = below + 1 if rate < LEAST_SHARE * usual else 0
        longest = max(longest, below)
    return Throughput(usual, min(around) / usual, before[0] / usual, longest * BUCKET_SECONDS)


def ask(port: int, names: Sequence[str], until: float) -> list[Reply]:
    """Ask for these names again and again in an even stream until an instant; all replies."""
    dice = random.Random(1)
    messages = [questions.question(name) for name in dice.sample(names, len(names))]
    replies: list[Reply] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, _SO_TIMESTAMPNS, 1)
        sock.connect((HOST, port))
        sock.setblocking(False)
        due, number = time.time(), 0
        while due < until:
            if time.time() >= due:
                sock.send(messages[number % len(messages)])
                number += 1
                due += 1 / RATE
            else:
                time.sleep(0.0002)
            _receive(sock, replies)
        time.sleep(0.5)
        _receive(sock, replies)
    return replies


def _receive(sock: socket.socket, replies: list[Reply]) -> None:
    while True:
        try:
            reply, notes, _, _ = sock.recvmsg(4096, _ANCILLARY)
        except BlockingIOError:
            return
        seconds, nanoseconds = _TIMESPEC.unpack(notes[0][2])
        replies.append(Reply(seconds + nanoseconds / 1e9, reply[-4:]))


def edge_of(service: Service) -> float:
    """The edge in true POSIX seconds, by the rehearsal that the worker was started with."""
    start = json.loads(arguments(service.worker())[-1])
    return EDGE.timestamp() - float(start["rehearsal"])


def verdict(rig: Rig) -> Verdict:
    """Bring the edge about under load and judge the replies around it. Raises `BenchError`."""
    service, edge = _start(rig, "judged")
    command = [
        "taskset",
        "-c",
        str(rig.load_core),
        sys.executable,
        "-m",
        "tests.bench.edge",
        str(service.port),
    ]
    with subprocess.Popen([*command, str(edge + AFTER_SECONDS)], stdout=subprocess.PIPE) as judging:
        load.flood(service.port, _governed(rig), rig.load_core, BEFORE_SECONDS + AFTER_SECONDS)
        told, _ = judging.communicate()
    service.stop()
    return judge([Reply(arrived, bytes.fromhex(address)) for arrived, address in json.loads(told)], edge)


def flow(rig: Rig) -> Throughput:
    """Bring the edge about under load and look at the load. Raises `BenchError`."""
    service, edge = _start(rig, "loaded")
    seconds = BEFORE_SECONDS + AFTER_SECONDS
    buckets = load.flood_in_buckets(service.port, _governed(rig), rig.load_core, seconds, BUCKET_SECONDS)
    service.stop()
    return throughput(buckets, edge)


def _start(rig: Rig, name: str) -> tuple[Service, float]:
    """A service with every governed name hot, shortly before its edge, and that edge."""
    at = (EDGE - timedelta(seconds=LEAD_SECONDS)).replace(tzinfo=None).isoformat()
    service = rig.start(name, partial(_prepare, at), address=unbound.UPSTREAM_ADDRESS)
    edge = edge_of(service)
    load.once(service.port, _governed(rig), rig.load_core)
    time.sleep(max(edge - BEFORE_SECONDS - time.time(), 0.0))
    if time.time() > edge - BEFORE_SECONDS / 2:
        raise BenchError("the service started too late for its edge")
    return service, edge


def _governed(rig: Rig) -> Path:
    return rig.file("governed", questions.denied())


def _prepare(at: str, task: Task) -> list[str]:
    return sm_dns.prepare_with(task, "groups: []", listed=LIST, at=at)


def main() -> int:
    """Print the figures; 0 where no answer was wrong and throughput held."""
    if len(sys.argv) == 3:  # the judge, in a process of its own
        replies = ask(int(sys.argv[1]), questions.DENIED, float(sys.argv[2]))
        print(json.dumps([(one.arrived, one.address.hex()) for one in replies]))
        return 0
    try:
        with tempfile.TemporaryDirectory(prefix="sm-dns-bench-") as name, Rig(Path(name)) as rig:
            judged, found = verdict(rig), flow(rig)
    except BenchError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"the judge had {judged.before} replies before the edge, {judged.wrong_before} of them wrong,")
    print(
        f"  and {judged.after} after it, {judged.wrong_after} wrong; the latest {1e6 * judged.latest:.0f} us"
    )
    print(f"throughput before it {found.usual:,.0f} answers a second in the median of {BUCKET_SECONDS} s")
    print(
        f"  least in the second after it {found.least_share:.0%} (before it {found.least_share_before:.0%});"
        f" below {LEAST_SHARE:.0%} for {found.below_seconds:.1f} s"
    )
    wrong = judged.wrong_before + judged.wrong_after
    return 0 if not wrong and found.below_seconds <= BUCKET_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
