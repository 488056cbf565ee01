"""sm-dns and unbound by every way of asking: on a wildcard address, over TCP, TLS and HTTPS."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tests.bench.peers import sm_dns, unbound
from tests.bench.peers.peer import Task
from tests.support.processes import free_port

PATH = "/dns-query"  # both have it as they come


class Encrypted(NamedTuple):
    """The ports of a server's encrypted listeners, and its certificate and key."""

    dot: int
    doh: int
    certificate: Path
    key: Path


def encrypted(certificate: Path, key: Path) -> Encrypted:
    """Two ports that nobody has."""
    return Encrypted(free_port(), free_port(), certificate, key)


def prepare_ours(told: Encrypted, task: Task) -> list[str]:
    """Ours on one address, encrypted too."""
    return sm_dns.prepare_with(
        task,
        "groups: []",
        "tls:",
        f"  certificate: {told.certificate}",
        f"  key: {told.key}",
        f'  dot: ["127.0.0.1:{told.dot}"]',
        f'  doh: ["127.0.0.1:{told.doh}"]',
    )


def prepare_wildcard(task: Task) -> list[str]:
    """Ours on the wildcard addresses, as an installation has it that names none."""
    return sm_dns.prepare_with(task, "groups: []", listen=(f"0.0.0.0:{task.port}", f"[::]:{task.port}"))


def prepare_unbound(told: Encrypted, task: Task) -> list[str]:
    """unbound on one address, encrypted too."""
    return unbound.prepare_with(
        task,
        f"  interface: 127.0.0.1@{told.dot}",
        f"  interface: 127.0.0.1@{told.doh}",
        f"  tls-port: {told.dot}",
        f"  https-port: {told.doh}",
        f"  http-endpoint: {PATH}",
        f'  tls-service-pem: "{told.certificate}"',
        f'  tls-service-key: "{told.key}"',
        "  incoming-num-tcp: 100",
    )
