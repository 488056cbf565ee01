"""BIND."""

from __future__ import annotations

from tests.bench.peers.peer import Peer, Task, first_line
from tests.bench.peers.response_policy import zone

PROGRAM = "/usr/sbin/named"

_SERVER = """\
options {{
  directory "{directory}";
  pid-file none;
  session-keyfile none;
  lock-file none;
  listen-on port {port} {{ 127.0.0.1; }};
  listen-on-v6 {{ none; }};
  forward only;
  forwarders {{ 127.0.0.1 port {upstream}; }};
  recursion yes;
  dnssec-validation no;
  empty-zones-enable no;
  minimal-responses yes;
  recursive-clients 10000;
  max-cache-size 512m;
  response-policy {{ zone "rpz"; }} qname-wait-recurse no add-soa no;
}};
controls {{ }};
zone "rpz" {{ type primary; file "{rpz}"; }};
"""


def prepare(task: Task) -> list[str]:
    """A forwarding cache without validation; the denied names in a response policy zone."""
    rpz = task.write("rpz.zone", zone(task.denied))
    text = _SERVER.format(port=task.port, upstream=task.upstream_port, directory=task.directory, rpz=rpz)
    return [PROGRAM, "-f", "-n", "1", "-c", task.write("named.conf", text)]


PEER = Peer("BIND", PROGRAM, lambda: first_line(PROGRAM, "-v"), prepare)
