from __future__ import annotations

from sm_dns.monitor.identity.leases.kea import read
from sm_dns.monitor.identity.leases.lease import Lease

V4 = """\
address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id
10.0.0.11,3c:22:fb:01:02:03,,3600,1786338000,1,0,0,pc&#x2c011,0,,0
10.0.0.11,3c:22:fb:01:02:03,,3600,1786339800,1,0,0,pc-011.example.,0,,0
10.0.0.12,3c:22:fb:01:02:04,,3600,1786338000,1,0,0,,2,,0
10.0.0.13,,,3600,1786338000,1,0,0,,1,,0
10.0.0.14,3c:22
"""
V6 = """\
address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context,hwtype,hwaddr_source,pool_id
fd00::11,00:01:00:01:2a:bb:cc:dd:aa:aa:aa:aa:aa:aa,3600,1786338000,1,1800,0,7,128,0,0,pc-011,3c:22:fb:01:02:03,0,,1,2,0
fd00::12,00:03:00:01:3c:22:fb:01:02:04,3600,1786338000,1,1800,0,7,128,0,0,,,0,,,,0
fd00::13,00:03:00:01:3c:22:fb:01:02:05,3600,1786338000,1,1800,0,7,128,0,0,,,4,,,,0
fd00:1::,00:03:00:01:3c:22:fb:01:02:04,3600,1786338000,1,1800,2,7,64,0,0,,,0,,,,0
"""


def test_ipv4_is_a_journal_with_starts() -> None:
    reading = read(V4.splitlines())
    assert reading.leases == (
        Lease(
            "10.0.0.11", "3c:22:fb:01:02:03", "", 1786334400.0, 1786338000.0
        ),  # no host name: a comma in it
        Lease("10.0.0.11", "3c:22:fb:01:02:03", "pc-011", 1786336200.0, 1786339800.0, domain="example"),
        Lease("10.0.0.12", "3c:22:fb:01:02:04", "", 1786334400.0, 1786334400.0),  # reclaimed: over
    )
    assert (reading.skipped, reading.left_out) == (1, (("declined", 1),))


def test_ipv6_knows_the_hardware_where_the_server_saw_it() -> None:
    reading = read(V6.splitlines())
    assert reading.leases == (
        Lease("fd00::11", "3c:22:fb:01:02:03", "pc-011", 1786334400.0, 1786338000.0),
        Lease("fd00::12", "3c:22:fb:01:02:04", "", 1786334400.0, 1786338000.0, True),
        Lease(
            "fd00::13", "3c:22:fb:01:02:05", "", 1786334400.0, 1786338000.0, True
        ),  # made up, and registered
    )
    assert (reading.skipped, reading.left_out) == (0, (("delegated prefixes", 1),))


def test_the_order_of_columns_is_the_files_own() -> None:
    lines = ["state,expire,address,valid_lifetime,hwaddr", "0,200,10.0.0.1,100,3c:22:fb:01:02:03"]
    assert read(lines).leases == (Lease("10.0.0.1", "3c:22:fb:01:02:03", "", 100.0, 200.0),)
    assert read(["address,hwaddr"]).leases == ()


def test_files_one_after_the_other_have_a_header_each() -> None:
    lines = [
        *["address,hwaddr,valid_lifetime,expire", "10.0.0.1,3c:22:fb:01:02:03,100,200"],
        *["expire,address,hwaddr,valid_lifetime,state", "300,10.0.0.1,3c:22:fb:01:02:03,100,0"],
    ]
    assert [lease.ends for lease in read(lines).leases] == [200.0, 300.0]
