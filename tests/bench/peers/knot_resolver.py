"""Knot Resolver."""

from __future__ import annotations

from tests.bench.peers.peer import Peer, Task, first_line

PROGRAM = "/usr/sbin/kresd"

_SERVER = """\
net.ipv6 = false
net.listen("127.0.0.1", {port}, {{ kind = "dns" }})
cache.size = 256 * MB
trust_anchors.remove(".")
local denied = {{}}
for name in io.lines("{names}") do table.insert(denied, todname(name)) end
policy.add(policy.suffix(policy.ANSWER({{
  [kres.type.A] = {{ rdata = kres.str2ip("0.0.0.0"), ttl = 60 }},
  [kres.type.AAAA] = {{ rdata = kres.str2ip("::"), ttl = 60 }},
}}, true), denied))
policy.add(policy.all(policy.STUB("127.0.0.1@{upstream}")))
"""


def prepare(task: Task) -> list[str]:
    """A forwarding cache without validation, one process."""
    listed = task.write("denied", "".join(f"{name}.\n" for name in task.denied))
    text = _SERVER.format(port=task.port, upstream=task.upstream_port, names=listed)
    return [PROGRAM, "-n", "-c", task.write("kresd.conf", text), str(task.directory)]


PEER = Peer("Knot Resolver", PROGRAM, lambda: first_line(PROGRAM, "-V"), prepare)
