"""dnsdist: a load balancer with a packet cache, which many put in front of resolvers."""

from __future__ import annotations

from tests.bench.peers.peer import Peer, Task, first_line

PROGRAM = "/usr/bin/dnsdist"

_SERVER = """\
setLocal("127.0.0.1:{port}")
setSecurityPollSuffix("")
newServer({{address="127.0.0.1:{upstream}"}}):setUp()
getPool(""):setCache(newPacketCache(400000))
denied = newSuffixMatchNode()
for name in io.lines("{names}") do denied:add(newDNSName(name)) end
addAction(
  AndRule({{SuffixMatchNodeRule(denied), OrRule({{QTypeRule(DNSQType.A), QTypeRule(DNSQType.AAAA)}})}}),
  SpoofAction({{"0.0.0.0", "::"}}, {{ttl=60}}))
addAction(SuffixMatchNodeRule(denied), RCodeAction(DNSRCode.NOERROR))
"""


def prepare(task: Task) -> list[str]:
    """One listener; answers are spoofed for A and AAAA, empty for any other type."""
    listed = task.write("denied", "".join(f"{name}\n" for name in task.denied))
    text = _SERVER.format(port=task.port, upstream=task.upstream_port, names=listed)
    return [PROGRAM, "--supervised", "--disable-syslog", "-C", task.write("dnsdist.conf", text)]


PEER = Peer("dnsdist", PROGRAM, lambda: first_line(PROGRAM, "--version"), prepare)
