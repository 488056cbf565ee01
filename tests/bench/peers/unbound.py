"""unbound, as a peer and as everybody's upstream."""

from __future__ import annotations

from tests.bench.peers.peer import Peer, Task, first_line
from tests.bench.questions import ZONE
from tests.support.unbound import CONTROL, SERVER

PROGRAM = "/usr/sbin/unbound"
UPSTREAM_ADDRESS = "192.0.2.1"

_ROOM = """\
  outgoing-range: 4096
  num-queries-per-thread: 2048
  msg-cache-size: 64m
  rrset-cache-size: 128m
"""


def prepare(task: Task) -> list[str]:
    """A forwarding cache without validation, as sm-dns is one."""
    return prepare_with(task)


def prepare_with(task: Task, *lines: str) -> list[str]:
    """The same with further lines of its section `server`."""
    more = "".join(f"{line}\n" for line in lines)
    zones = "".join(
        f'  local-zone: "{name}." redirect\n'
        f'  local-data: "{name}. 60 A 0.0.0.0"\n'
        f'  local-data: "{name}. 60 AAAA ::"\n'
        for name in task.denied
    )
    forward = f'forward-zone:\n  name: "."\n  forward-addr: 127.0.0.1@{task.upstream_port}\n'
    return _command(task, more + zones + forward)


def prepare_upstream(task: Task) -> list[str]:
    """Authority over all names of the bench: an A and an AAAA record each, and nothing of any other type."""
    zone = (
        f'  local-zone: "{ZONE}." redirect\n'
        f'  local-data: "{ZONE}. 3600 A {UPSTREAM_ADDRESS}"\n'
        f'  local-data: "{ZONE}. 3600 AAAA 2001:db8::1"\n'
        f'  local-data: "{ZONE}. 3600 SOA ns.{ZONE}. host.{ZONE}. 1 3600 600 86400 3600"\n'
    )
    return _command(task, zone)


def _command(task: Task, rest: str) -> list[str]:
    text = SERVER.format(port=task.port, directory=task.directory) + _ROOM + rest + CONTROL
    return [PROGRAM, "-d", "-c", task.write("unbound.conf", text)]


PEER = Peer("unbound", PROGRAM, lambda: first_line(PROGRAM, "-V"), prepare)
