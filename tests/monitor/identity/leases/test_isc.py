from __future__ import annotations

from sm_dns.monitor.identity.leases.isc import read
from sm_dns.monitor.identity.leases.lease import FOREVER, Lease

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


PAIR = """\
failover peer "office" state {
  my state normal at 1 2026/08/10 03:00:00;
  partner state normal at 1 2026/08/10 03:00:00;
}
lease 10.0.0.20 {
  starts 1 2026/08/10 03:00:00;
  tsfp 1 2026/08/10 03:00:00;
  binding state backup;
}
lease 10.0.0.21 {
  starts 1 2026/08/10 03:00:00;
  binding state free;
}
lease 10.0.0.22 {
  starts 1 2026/08/10 03:00:00;
  ends 1 2026/08/10 03:30:00;
  tstp 1 2026/08/10 03:30:00;
  binding state expired;
}
lease 10.0.0.23 {
  starts 1 2026/08/10 03:00:00;
  ends 1 2026/08/10 03:30:00;
  binding state abandoned;
}
lease 10.0.0.24 {
  starts 1 2026/08/10 04:00:00;
  ends 1 2026/08/10 05:00:00;
  tstp 1 2026/08/10 05:30:00;
  on expiry {
    set seen = "no";
  }
  binding state active;
  hardware ethernet 3c:22:fb:01:02:07;
}
"""
SIX = """\
server-duid "\\000\\001\\000\\001*\\273\\314\\335RT\\000\\000\\000\\001";

ia-na "\\007\\000\\000\\000\\000\\001\\000\\001*\\273\\314\\335<\\"\\373\\001\\002\\003" {
  cltt 1 2026/08/10 04:00:00;
  iaaddr fd00::11 {
    binding state active;
    preferred-life 1800;
    max-life 3600;
    ends 1 2026/08/10 05:00:00;
  }
  iaaddr fd00::12 {
    binding state abandoned;
    max-life 3600;
    ends 1 2026/08/10 05:00:00;
  }
}
ia-na "\\001\\000\\000\\000\\000\\004\\252\\273" {
  cltt 1 2026/08/10 04:00:00;
  iaaddr fd00::13 {
    binding state active;
    max-life 4294967295;
    ends never;
  }
}
ia-pd "\\001\\000\\000\\000\\000\\004\\252\\273" {
  iaprefix fd00:1::/56 {
    binding state active;
    ends never;
  }
}
"""


def test_free_blocks_of_a_pair_are_ordinary() -> None:
    reading = read(PAIR.splitlines())
    assert [(lease.address, lease.ends) for lease in reading.leases] == [("10.0.0.24", 1786338000.0)]
    assert (reading.skipped, reading.left_out) == (0, (("declined", 1), ("free", 3)))


def test_associations_of_dhcpv6_are_leases() -> None:
    reading = read(SIX.splitlines())
    assert reading.leases == (
        Lease("fd00::11", "3c:22:fb:01:02:03", "", 1786334400.0, 1786338000.0, True),
        Lease("fd00::13", "duid:0004aabb", "", None, FOREVER, True),
    )
    assert (reading.skipped, reading.left_out) == (0, (("declined", 1), ("delegated prefixes", 1)))
