"""dnsmasq."""

from __future__ import annotations

import getpass

from tests.bench.peers.peer import Peer, Task, first_line

PROGRAM = "/usr/sbin/dnsmasq"

# More than a whole run asks: dnsmasq goes through all of a full cache at each insertion.
_SERVER = """\
port={port}
listen-address=127.0.0.1
bind-interfaces
keep-in-foreground
log-facility=-
pid-file=
user={user}
no-resolv
no-hosts
no-poll
server=127.0.0.1#{upstream}
cache-size=400000
dns-forward-max=10000
"""


def prepare(task: Task) -> list[str]:
    """A forwarding cache with room for every name."""
    text = _SERVER.format(port=task.port, user=getpass.getuser(), upstream=task.upstream_port)
    names = "".join(
        f"address=/{name}/0.0.0.0\naddress=/{name}/::\nlocal=/{name}/\n"  # local: no other type is forwarded
        for name in task.denied
    )
    return [PROGRAM, f"--conf-file={task.write('dnsmasq.conf', text + names)}"]


PEER = Peer("dnsmasq", PROGRAM, lambda: first_line(PROGRAM, "--version"), prepare)
