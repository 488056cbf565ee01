"""sm-dns itself: the real command with the smallest configuration, as it was built and in pure Python."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import sm_dns
from sm_dns.native import PURE_PYTHON, is_compiled
from tests.bench.peers.peer import Peer, Task

LIST = "zones/streaming.txt"  # denied at any hour
_CONFIGURATION = """\
listen: [{listen}]
upstreams: ["127.0.0.1:{upstream}"]
schedules:
  default: {{}}
zones_dir: zones
state_dir: state
"""


def prepare(task: Task) -> list[str]:
    """The names in a list of the site that is denied at any hour; what ships stays on."""
    return prepare_with(task, "groups: []")


def prepare_pure(task: Task) -> list[str]:
    """The same sources, interpreted."""
    return ["env", f"{PURE_PYTHON}=1", *prepare(task)]


def prepare_with(
    task: Task, *lines: str, listed: str = LIST, at: str = "", listen: Sequence[str] = ()
) -> list[str]:
    """The same with further lines of configuration, another file of names, a rehearsal that begins at an hour, or
    other addresses."""
    task.write(listed, "".join(f"{name}\n" for name in task.denied))
    addresses = ", ".join(f'"{address}"' for address in listen or (f"127.0.0.1:{task.port}",))
    text = _CONFIGURATION.format(listen=addresses, upstream=task.upstream_port) + "\n".join(lines) + "\n"
    command = [sys.executable, "-m", "sm_dns.cli.main", "serve", "--config", task.write("sm-dns.yaml", text)]
    return [*command, "--at", at] if at else command


def _version() -> str:
    built = "compiled" if is_compiled() else "pure Python: nothing was compiled"
    return f"sm-dns {sm_dns.__version__}, Python {sys.version.split()[0]}, {built}"


def _pure_version() -> str:
    return f"sm-dns {sm_dns.__version__}, Python {sys.version.split()[0]}"


PEER = Peer("sm-dns", sys.executable, _version, prepare)
PURE = Peer("sm-dns (pure Python)", sys.executable, _pure_version, prepare_pure)
