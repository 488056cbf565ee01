from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from sm_dns.monitor.identity.leases import forms
from sm_dns.monitor.identity.leases.lease import FOREVER, Lease, Written
from sm_dns.monitor.identity.leases.mikrotik import read

WRITTEN = Written(1_000_000.0, ZoneInfo("Asia/Kuala_Lumpur"))
EXPORT = """\
# 2026-08-10 12:00:00 by RouterOS 7.15.3
# software id = TEST-TEST
#
/ip dhcp-server lease
add address=10.0.0.11 client-id=1:3c:22:fb:1:2:3 comment="Officer 1, floor=2" \\
    mac-address=3C:22:FB:01:02:03 server=dhcp1
add address=10.0.0.12 disabled=yes mac-address=3C:22:FB:01:02:04 server=dhcp1
add address=10.0.0.13 server=dhcp1
/ip dhcp-server network
add address=10.0.0.0/24 gateway=10.0.0.1
"""
TERSE = """\
 0 D address=10.0.0.21 mac-address=3C:22:FB:01:02:05 client-id=1:3c:22:fb:1:2:5 server=dhcp1 dhcp-option="" \
status=bound expires-after=9m28s last-seen=32s active-address=10.0.0.21 active-mac-address=3C:22:FB:01:02:05 \
host-name="Pc-021.office.example"
 1   ;;; guest address=10.0.0.22 mac-address=3C:22:FB:01:02:06 server=dhcp1 status=waiting last-seen=never
"""
DETAIL = """\
Flags: X - disabled, R - radius, D - dynamic, B - blocked
 0 D address=10.0.0.21 mac-address=3C:22:FB:01:02:05 client-id="1:3c:22:fb:1:2:5"
     server=dhcp1 dhcp-option="" status=bound expires-after=9m28s last-seen=32s
     active-address=10.0.0.21 host-name="pc-021"

 1   ;;; second floor
     address=10.0.0.22 mac-address=3C:22:FB:01:02:06 server=dhcp1
     status=bound expires-after=1m
"""


def test_an_export_holds_what_is_fixed() -> None:
    reading = read(EXPORT.splitlines(), WRITTEN)
    assert reading.leases == (Lease("10.0.0.11", "3c:22:fb:01:02:03", "", None, FOREVER),)
    assert (reading.skipped, reading.left_out) == (1, (("free", 1), ("of other things", 1)))


def test_print_terse_holds_what_is_given_with_the_time_left() -> None:
    reading = read(TERSE.splitlines(), WRITTEN)
    assert reading.leases == (
        Lease("10.0.0.21", "3c:22:fb:01:02:05", "pc-021", None, 1_000_568.0, domain="office.example"),
    )
    assert (reading.skipped, reading.left_out) == (0, (("free", 1),))


def test_print_detail_has_a_lease_on_several_lines() -> None:
    """Of its first line alone a lease would never end."""
    reading = read(DETAIL.splitlines(), WRITTEN)
    assert reading.leases == (
        Lease("10.0.0.21", "3c:22:fb:01:02:05", "pc-021", None, 1_000_568.0),
        Lease("10.0.0.22", "3c:22:fb:01:02:06", "", None, 1_000_060.0),
    )
    assert (reading.skipped, reading.left_out) == (0, ())
    assert forms.form_of(DETAIL) == "mikrotik"


@pytest.mark.parametrize(
    ("length", "seconds"), [("1w2d", 777_600), ("1d02:03:04", 93_784), ("00:10:00", 600), ("5s", 5)]
)
def test_lengths_of_time(length: str, seconds: int) -> None:
    line = f"0 address=10.0.0.1 mac-address=3C:22:FB:01:02:05 expires-after={length}"
    (lease,) = read([line], WRITTEN).leases
    assert lease.ends == WRITTEN.at + seconds
