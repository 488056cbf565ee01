"""TEMPORARY: a worker alone."""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path

from sm_dns.lists.merge import read_site, read_zones
from sm_dns.policy import snapshot
from tests.bench.peers.peer import Peer, Task


def prepare(task: Task) -> list[str]:
    task.write("zones/streaming.txt", "".join(f"{name}\n" for name in task.denied))
    rows = read_zones(Path("zones")).rows + read_site(task.directory / "zones")
    snapshot.write(task.directory, {}, rows)
    task.write(
        "resolver.json",
        json.dumps(
            {"upstreams": [["127.0.0.1", task.upstream_port]], "cache_bytes": 100_000_000, "udp_size": 1232}
        ),
    )
    return [sys.executable, "-m", "tests.bench.peers.sm_dns_worker", str(task.directory), str(task.port)]


PEER = Peer("sm-dns", sys.executable, lambda: "worker", prepare)

if __name__ == "__main__":
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.bind(("127.0.0.1", int(sys.argv[2])))
    tcp = socket.socket()
    tcp.bind(("127.0.0.1", int(sys.argv[2])))
    tcp.listen()
    a, b = socket.socketpair()
    for s in (udp, tcp, a, b):
        os.set_inheritable(s.fileno(), True)
    start = {
        "rehearsal": 0,
        "generation": sys.argv[1],
        "udp": [udp.fileno()],
        "tcp": [tcp.fileno()],
        "control": a.fileno(),
    }
    os.execv(sys.executable, [sys.executable, "-m", "sm_dns.serve.worker", json.dumps(start)])
