from __future__ import annotations

from sm_dns.monitor.identity.isc import read
from sm_dns.monitor.identity.lease import FOREVER, Lease

FILE = """\
# The format of this file is documented in the dhcpd.leases(5) manual page.
authoring-byte-order little-endian;

lease 10.0.0.11 {
  starts 1 2026/08/10 04:00:00;
  ends 1 2026/08/10 05:00:00;
  cltt 1 2026/08/10 04:00:00;
  binding state active;
  next binding state free;
  hardware ethernet 3c:22:fb:01:02:03;
  uid "\\001<\\"\\373\\001\\002\\003}";
  client-hostname "Officer1-PC";
}
lease 10.0.0.12 {
  starts epoch 1786334400; # Mon Aug 10 04:00:00 2026
  ends never;
  binding state active;
  hardware ethernet 3c:22:fb:01:02:04;
}
lease 10.0.0.13 {
  starts 1 2026/08/10 04:00:00;
  ends never;
  binding state free;
  hardware ethernet 3c:22:fb:01:02:05;
}
lease 10.0.0.14 {
  starts 1 2026/13/10 04:00:00;
  ends 1 2026/08/10 05:00:00;
  hardware ethernet 3c:22:fb:01:02:06;
}
lease 10.0.0.15 {
  starts 1 2026/08/10 04:00:00;
"""


def test_blocks_are_leases() -> None:
    reading = read(FILE.splitlines())
    assert reading.leases == (
        Lease("10.0.0.11", "3c:22:fb:01:02:03", "officer1-pc", 1786334400.0, 1786338000.0),
        Lease("10.0.0.12", "3c:22:fb:01:02:04", "", 1786334400.0, FOREVER),
        Lease("10.0.0.13", "3c:22:fb:01:02:05", "", 1786334400.0, 1786334400.0),
    )
    assert reading.skipped == 2
