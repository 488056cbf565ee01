from __future__ import annotations

from sm_dns.monitor.identity.leases.lease import FOREVER, Lease
from sm_dns.monitor.identity.leases.odhcpd import read

PC = "3c:22:fb:01:02:03"
FILE = """\
# br-lan 3c22fb010203 ipv4 pc-017 1786338000 a00000b 32 10.0.0.11/32
10.0.0.11\tpc-017.lan\tpc-017
# br-lan 3c:22:fb:1:2:4 ipv4 - -1 a00000c 32 10.0.0.12/32
# br-lan 3c22fb010205 ipv4 broken\\x20x 0 a00000d 32
# br-lan 000300013c22fb010203 4711abcd pc-017 1786338000 10c 128 fd00::10c/128 fd01::10c/128
# br-lan 0004aabb 1 - 1786338000 4 60 fd00:0:0:40::/60
# br-lan nonsense
fd00::10c\tpc-017.lan\tpc-017
"""


def test_both_families() -> None:
    reading = read(FILE.splitlines())
    assert reading.leases == (
        Lease("10.0.0.11", PC, "pc-017", None, 1786338000.0),
        Lease("10.0.0.12", "3c:22:fb:01:02:04", "", None, FOREVER),
        Lease("fd00::10c", PC, "pc-017", None, 1786338000.0, True),
        Lease("fd01::10c", PC, "pc-017", None, 1786338000.0, True),
    )
    assert (reading.skipped, reading.left_out) == (1, (("delegated prefixes", 1), ("free", 1)))
