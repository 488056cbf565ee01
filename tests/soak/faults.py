"""What goes wrong during a soak, each for a while: it must take its own part away and nothing else."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.e2e.upstreams.hostile import Upstreams
from tests.support.certificates import make_certificate
from tests.support.processes import free_port
from tests.support.server import House


def prepare(house: House, hostile: Upstreams) -> None:
    """A configuration in which there is something to go wrong: encryption, a dashboard, leases, two addresses,
    upstreams of every kind."""
    make_certificate(house.directory)
    leases = house.directory / "leases"
    leases.mkdir()
    (leases / "dnsmasq.leases").write_text("9999999999 3c:22:fb:01:02:03 10.0.0.1 pc *\n")
    house.zones.mkdir(exist_ok=True)
    (house.zones / "streaming.txt").write_text("portal.corp\n")
    second = free_port()
    house.write(
        "strategy: random",
        f"routes: {json.dumps(hostile.routes())}",
        "cache: {megabytes: 1}",
        f'tls: {{certificate: tls.pem, key: tls.key, dot: ["127.0.0.1:{free_port()}"]}}',
        f'web: {{listen: ["127.0.0.1:{free_port()}"]}}',
        "monitoring: {leases: [leases/dnsmasq.leases], neighbours: true}",
        listen=[f"127.0.0.1:{house.port}", f"127.0.0.1:{second}"],
    )


@contextmanager
def key_gone(house: House) -> Iterator[None]:
    """The certificate's key is taken away."""
    with _away(house.directory / "tls.key"):
        yield


@contextmanager
def list_gone(house: House) -> Iterator[None]:
    """An editor or a share takes a list away."""
    with _away(house.zones / "streaming.txt"):
        yield


@contextmanager
def leases_gone(house: House) -> Iterator[None]:
    """The folder of the leases cannot be reached."""
    with _away(house.directory / "leases"):
        yield


@contextmanager
def configuration_broken(house: House) -> Iterator[None]:
    """Somebody saves half a file."""
    good = house.config.read_text()
    house.config.write_text(good[: len(good) // 2])
    try:
        yield
    finally:
        house.config.write_text(good)


@contextmanager
def store_locked(house: House) -> Iterator[None]:
    """Another program holds the store of the counts."""
    store = house.state / "monitor" / "usage.db"
    other = sqlite3.connect(store, isolation_level=None, timeout=5.0)
    try:
        other.execute("BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")
    finally:
        other.close()


@contextmanager
def worker_killed(house: House) -> Iterator[None]:
    """A worker dies; the next takes over its sockets with what waits in them."""
    for pid in house.worker_pids():
        with suppress(ProcessLookupError, TypeError):
            os.kill(pid, signal.SIGKILL)
    yield


@contextmanager
def dashboard_besieged(house: House) -> Iterator[None]:
    """One client holds as many half-open requests to the dashboard as it gets."""
    found = (house.status()["web"] or {}).get("listening") or []
    held = []
    if found:
        port = int(found[0].rpartition(":")[2])
        for _ in range(100):
            with suppress(OSError):
                sock = socket.create_connection(("127.0.0.1", port), timeout=1.0)
                sock.sendall(b"GET / HTTP/1.1\r\n")
                held.append(sock)
    try:
        yield
    finally:
        for sock in held:
            sock.close()


FAULTS = (
    key_gone,
    list_gone,
    leases_gone,
    configuration_broken,
    store_locked,
    worker_killed,
    dashboard_besieged,
)


@contextmanager
def _away(path: Path) -> Iterator[None]:
    hidden = path.with_name(f"away-{path.name}")
    path.rename(hidden)
    try:
        yield
    finally:
        hidden.rename(path)
