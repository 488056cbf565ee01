"""PowerDNS Recursor."""

from __future__ import annotations

from tests.bench.peers.peer import Peer, Task, first_line
from tests.bench.peers.response_policy import zone

PROGRAM = "/usr/sbin/pdns_recursor"

_SERVER = """\
daemon=no
disable-syslog=yes
quiet=yes
threads=1
pdns-distributes-queries=no
reuseport=no
local-address=127.0.0.1
local-port={port}
socket-dir={directory}
security-poll-suffix=
dont-query=
dnssec=off
forward-zones-recurse=.=127.0.0.1:{upstream}
max-cache-entries=1000000
max-packetcache-entries=500000
lua-config-file={lua}
"""


def prepare(task: Task) -> list[str]:
    """A forwarding cache without validation; the denied names in a response policy zone."""
    rpz = task.write("rpz.zone", zone(task.denied))
    lua = task.write("rpz.lua", f'rpzFile("{rpz}", {{policyName="rpz"}})\n')
    text = _SERVER.format(port=task.port, upstream=task.upstream_port, directory=task.directory, lua=lua)
    task.write("recursor.conf", text)
    return [PROGRAM, f"--config-dir={task.directory}"]


def _version() -> str:
    _, product, rest = first_line(PROGRAM, "--version").partition("PowerDNS")  # behind the hour
    return f"{product}{rest}"


PEER = Peer("PowerDNS Recursor", PROGRAM, _version, prepare)
