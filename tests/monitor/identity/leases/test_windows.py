"""What the DHCP server of Windows tells, in three files."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from sm_dns.monitor.identity.leases import windows_csv, windows_log, windows_xml
from sm_dns.monitor.identity.leases.lease import FOREVER, Lease, Written
from sm_dns.util.errors import BadInput

NOON = 1786334400.0  # 2026-08-10T12:00:00+08:00
WRITTEN = Written(NOON, ZoneInfo("Asia/Kuala_Lumpur"))
PC, PHONE = "3c:22:fb:01:02:03", "3c:22:fb:01:02:04"
CSV = """\
#TYPE Microsoft.Management.Infrastructure.CimInstance#root/Microsoft/Windows/DHCP/DhcpServerv4Lease
"IPAddress","ScopeId","AddressState","ClientId","ClientType","Description","HostName","LeaseExpiryTime","ServerIP"
"10.0.0.11","10.0.0.0","Active","3c-22-fb-01-02-03","Dhcp","","PC-011.office.example","10/8/2026 1:00 PM","10.0.0.2"
"10.0.0.12","10.0.0.0","ActiveReservation","3c-22-fb-01-02-04","Dhcp","a ""printer"" here","","","10.0.0.2"
"10.0.0.13","10.0.0.0","InactiveReservation","3c-22-fb-01-02-05","None","","","","10.0.0.2"
"10.0.0.14","10.0.0.0","Declined","3c-22-fb-01-02-06","Dhcp","","BAD_ADDRESS","10/8/2026 1:00:00 PM","10.0.0.2"
"10.0.0.15","10.0.0.0","Active","x","Dhcp","","","10/8/2026 1:00:00 PM","10.0.0.2"
"10.0.0.16","10.0.0.0
"10.0.0.17","10.0.0.0","Expired","3c-22-fb-01-02-07","Dhcp","","","10/8/2026 11:00:00 AM","10.0.0.2"
"""
CSV6 = """\
"IPAddress";"ClientDuid";"HostName";"LeaseExpiryTime"
"fd00::11";"00-03-00-01-3c-22-fb-01-02-03";"pc-011";"2026-08-10T05:00:00.0000000Z"
"""
XML = """\
<?xml version="1.0" encoding="utf-16"?>
<DHCPServer>
  <MajorVersion>10</MajorVersion>
  <IPv4><Scopes><Scope><ScopeId>10.0.0.0</ScopeId>
    <Reservations><Reservation><IPAddress>10.0.0.12</IPAddress><ClientId>3c-22-fb-01-02-04</ClientId>
    </Reservation></Reservations>
    <Leases>
      <Lease><IPAddress>10.0.0.11</IPAddress><ScopeId>10.0.0.0</ScopeId><ClientId>3c-22-fb-01-02-03</ClientId>
        <HostName>PC-011.office.example</HostName><AddressState>Active</AddressState>
        <LeaseExpiryTime>2026-08-10T13:00:00</LeaseExpiryTime></Lease>
      <Lease><IPAddress>10.0.0.14</IPAddress><ClientId>x &amp; y</ClientId></Lease>
    </Leases></Scope></Scopes></IPv4>
  <IPv6><Scopes><Scope><Leases>
      <Lease><IPAddress>fd00::11</IPAddress><ClientDuid>00-03-00-01-3c-22-fb-01-02-03</ClientDuid>
        <LeaseExpiryTime>2026-08-10T13:00:00+08:00</LeaseExpiryTime></Lease>
  </Leases></Scope></Scopes></IPv6>
</DHCPServer>
"""
LOG = """\
\t\tMicrosoft DHCP Service Activity Log

Event ID  Meaning
00\tThe log was started.
10\tA new IP address was leased to a client.

ID,Date,Time,Description,IP Address,Host Name,MAC Address,User Name, TransactionID, QResult,Probationtime
00,08/10/26,00:00:04,Started,,,,,0,6,,,,,,,,,0
10,08/10/26,12:00:00,Assign,10.0.0.11,pc-011.office.example,3C22FB010203,,77,0,,,,,,,,,0
11,08/10/26,12:30:00,Renew,10.0.0.11,pc-011.office.example,3C22FB010203,,78,0,,,,,,,,,0
10,08/10/26,12:00:00,Assign,10.0.0.12,,3C22FB010204,,79,0,,,,,,,,,0
12,08/10/26,13:00:00,Release,10.0.0.12,,3C22FB010204,,80,0,,,,,,,,,0
18,08/10/26,14:00:00,Expired,10.0.0.11,,,,0,6,,,,,,,,,0
17,08/10/26,14:00:00,DNS record not deleted,10.0.0.99,,,,0,6,,,,,,,,,0
13,08/10/26,14:00:00,Conflict,10.0.0.98,,,,0,6,,,,,,,,,0
10,08/10/26,99:00:00,Assign,10.0.0.13,,3C22FB010205,,79,0,,,,,,,,,0
"""
HELD = Lease("10.0.0.11", PC, "pc-011", None, NOON + 3600, domain="office.example")


def test_a_csv_of_powershell() -> None:
    reading = windows_csv.read(CSV.splitlines(), WRITTEN)
    assert reading.leases == (
        HELD,
        Lease("10.0.0.12", PHONE, "", None, FOREVER),
        Lease("10.0.0.17", "3c:22:fb:01:02:07", "", None, NOON - 3600),
    )
    assert (reading.skipped, reading.left_out) == (2, (("declined", 1), ("free", 1)))
    assert windows_csv.read([], WRITTEN).leases == ()


def test_a_csv_of_dhcpv6_with_semicolons() -> None:
    reading = windows_csv.read(CSV6.splitlines(), WRITTEN)
    assert reading.leases == (Lease("fd00::11", PC, "pc-011", None, NOON + 3600, True),)


def test_an_export_of_the_server() -> None:
    reading = windows_xml.read(XML, WRITTEN)
    assert reading.leases == (HELD, Lease("fd00::11", PC, "", None, NOON + 3600, True))
    assert reading.skipped == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("<DHCPServer><Lease></DHCPServer>", "no sound XML"),
        ("<DHCPServer>", "no sound XML"),
        ('<!DOCTYPE a [<!ENTITY b "cccc">]><DHCPServer>&b;</DHCPServer>', "with a DTD"),
    ],
)
def test_hostile_xml_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        windows_xml.read(text, WRITTEN)


def test_leases_of_xml_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(windows_xml, "MAX_LEASES", 1)
    with pytest.raises(BadInput, match="more than 1 leases"):
        windows_xml.read("<DHCPServer><Lease/><Lease/></DHCPServer>", WRITTEN)


def test_the_audit_log_is_a_journal() -> None:
    reading = windows_log.read(LOG.splitlines(), WRITTEN)
    length = windows_log.LEASE_SECONDS
    assert reading.leases == (
        Lease("10.0.0.11", PC, "pc-011", NOON, NOON + length, domain="office.example"),
        Lease("10.0.0.12", PHONE, "", NOON, NOON + length),
        Lease("10.0.0.11", PC, "pc-011", NOON + 1800, NOON + 1800 + length, domain="office.example"),
        Lease("10.0.0.12", PHONE, "", NOON + 3600, NOON + 3600),
        Lease("10.0.0.11", PC, "", NOON + 7200, NOON + 7200),
    )
    assert (reading.skipped, reading.left_out) == (1, (("declined", 1), ("free", 1), ("of other things", 1)))
