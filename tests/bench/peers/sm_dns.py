"""sm-dns itself: the real command with the smallest configuration."""

from __future__ import annotations

import sys

import sm_dns
from tests.bench.peers.peer import Peer, Task

_CONFIGURATION = """\
listen: ["127.0.0.1:{port}"]
upstreams: ["127.0.0.1:{upstream}"]
schedules:
  default: {{}}
groups: []
zones_dir: zones
state_dir: state
"""


def prepare(task: Task) -> list[str]:
    """The names in a list of the site that is denied at any hour; what ships stays on."""
    task.write("zones/streaming.txt", "".join(f"{name}\n" for name in task.denied))
    text = _CONFIGURATION.format(port=task.port, upstream=task.upstream_port)
    return [sys.executable, "-m", "sm_dns.cli.main", "serve", "--config", task.write("sm-dns.yaml", text)]


def _version() -> str:
    return f"sm-dns {sm_dns.__version__}, Python {sys.version.split()[0]}"


PEER = Peer("sm-dns", sys.executable, _version, prepare)
