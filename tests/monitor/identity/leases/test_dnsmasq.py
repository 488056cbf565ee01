from __future__ import annotations

from sm_dns.monitor.identity.leases.dnsmasq import read
from sm_dns.monitor.identity.leases.lease import FOREVER, Lease

FILE = """\
1786334400 3c:22:fb:01:02:03 10.0.0.11 Officer1-PC 01:3c:22:fb:01:02:03
0 3e:22:fb:01:02:04 10.0.0.12 * *
1786334400 06-3c:22:fb:01:02:05 10.0.0.13 tv *
nonsense
1786334400 3c:22:fb:01:02:06 10.0.0.999 x *
duid 00:01:00:01:2a:00:00:00:52:54:00:00:00:01
1786334400 7340035 fd00::11 officer1-pc 00:01:00:01:2a:bb:cc:dd:3c:22:fb:01:02:03
1786334400 7340036 fd00::12 * 00:04:aa:bb
"""


def test_both_families() -> None:
    reading = read(FILE.splitlines())
    assert reading.leases == (
        Lease("10.0.0.11", "3c:22:fb:01:02:03", "officer1-pc", None, 1786334400.0),
        Lease("10.0.0.12", "3e:22:fb:01:02:04", "", None, FOREVER),
        Lease("10.0.0.13", "3c:22:fb:01:02:05", "tv", None, 1786334400.0),
        Lease("fd00::11", "3c:22:fb:01:02:03", "officer1-pc", None, 1786334400.0, True),
        Lease("fd00::12", "duid:0004aabb", "", None, 1786334400.0, True),
    )
    assert reading.skipped == 2
