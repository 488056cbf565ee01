"""From what a DHCP server writes to the figure in the report."""

from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.generation.lease_source import LeaseSource
from tests.support.contracts import lease_file
from tests.support.counting import NOON, Office, stamp
from tests.support.kea import found, kea_socket, lease4, refused

PC, PHONE, OTHER = "3c:22:fb:01:02:03", "3c:22:fb:01:02:04", "3c:22:fb:01:02:05"
STAFF = f"device,staff,department\n{PC},officer1,Finance\n{PHONE},officer1,Finance\n{OTHER},officer2,Audit\n"
KEA4 = (
    "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context\n"
)


def kea(address: str, device: str, at: float, state: int = 0, lifetime: int = 3600) -> str:
    return f"{address},{device},,{lifetime},{int(at) + lifetime},1,0,0,,{state},\n"


def test_keas_clean_up_unmaps_nobody(tmp_path: Path) -> None:
    file = tmp_path / "kea-leases4.csv"
    office = Office(tmp_path, lease_file(file), staff=STAFF)
    file.write_text(KEA4 + kea("10.0.0.1", PC, NOON - 60) + kea("10.0.0.2", OTHER, NOON - 60))
    office.ask(NOON, "10.0.0.1")
    file.rename(tmp_path / "kea-leases4.csv.1")
    file.write_text(KEA4)
    office.ask(NOON + 5, "10.0.0.1", "10.0.0.2")
    assert office.figure() == (2, 0)
    assert office.sources.problems() == []


def test_a_start_in_the_middle_of_a_clean_up_knows_everybody(tmp_path: Path) -> None:
    (tmp_path / "kea-leases4.csv").write_text(KEA4 + kea("10.0.0.3", PHONE, NOON - 30))
    (tmp_path / "kea-leases4.csv.2").write_text(KEA4 + kea("10.0.0.1", PC, NOON - 90))
    (tmp_path / "kea-leases4.csv.1").write_text(KEA4 + kea("10.0.0.2", OTHER, NOON - 60))
    office = Office(tmp_path, lease_file(tmp_path / "kea-leases4.csv"), staff=STAFF)
    office.ask(NOON, "10.0.0.1", "10.0.0.2", "10.0.0.3")
    assert office.figure() == (2, 0)


def test_a_lease_that_vanished_counts_until_its_end_and_not_beyond(tmp_path: Path) -> None:
    file = tmp_path / "leases"
    file.write_text(f"{int(NOON) + 600} {PC} 10.0.0.1 pc *\n{int(NOON) + 900} {OTHER} 10.0.0.2 pc *\n")
    office = Office(tmp_path, lease_file(file), staff=STAFF)
    office.ask(NOON)
    file.write_text("")
    office.ask(NOON + 599, "10.0.0.1")
    assert office.figure() == (1, 0)
    office.ask(NOON + 902, "10.0.0.2")
    assert office.figure() == (1, 1)


def test_a_delegated_prefix_and_a_registered_address(tmp_path: Path) -> None:
    header = (
        "address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,hwaddr,state\n"
    )
    duid, ends = f"00:03:00:01:{PC}", int(NOON) + 3600
    (tmp_path / "kea-leases6.csv").write_text(
        f"{header}fd00:1::,{duid},3600,{ends},1,1800,2,7,56,,0\nfd00::11,{duid},3600,{ends},1,1800,0,7,128,,4\n"
    )
    office = Office(tmp_path, lease_file(tmp_path / "kea-leases6.csv"), staff=STAFF)
    office.ask(NOON, "fd00::11", "fd00:1::")
    assert office.figure() == (1, 1)  # who asks from within a delegated prefix is behind a router
    assert office.sources.problems() == []


LOG = "ID,Date,Time,Description,IP Address,Host Name,MAC Address\n"
CSV = '"IPAddress";"AddressState";"ClientId";"HostName";"LeaseExpiryTime"\n'
IAID_AND_DUID = '"\\001\\000\\000\\000\\000\\003\\000\\001<\\"\\373\\001\\002\\003"'


def isc6(name: str, address: str) -> str:
    inner = f"    binding state active;\n    max-life 3600;\n    ends {stamp(NOON + 3600)};\n"
    return f"ia-na {name} {{\n  iaaddr {address} {{\n{inner}  }}\n}}\n"


def isc(address: str, device: str) -> str:
    times = f"  starts {stamp(NOON - 60)};\n  ends {stamp(NOON + 3600)};\n"
    return f"lease {address} {{\n{times}  binding state active;\n  hardware ethernet {device};\n}}\n"


def free(number: int) -> str:
    return f"lease 10.0.1.{number} {{\n  starts {stamp(NOON - 60)};\n  binding state backup;\n}}\n"


FORMS = {
    "isc-dhcpd, one of a pair": isc("10.0.0.1", PC) + isc("10.0.0.2", OTHER) + "".join(map(free, range(200))),
    "isc-dhcpd of dhcpv6": isc6(IAID_AND_DUID, "fd00::1")
    + isc6(IAID_AND_DUID.replace('003"', '005"'), "fd00::2"),
    "odhcpd": f"# lan {PC.replace(':', '')} ipv4 pc {int(NOON) + 60} 1 32 10.0.0.1/32\n"
    f"# lan 00030001{OTHER.replace(':', '')} 1 - {int(NOON) + 60} 1 128 fd00::2/128\n",
    "mikrotik": "/ip dhcp-server lease\n"
    f"add address=10.0.0.1 mac-address={PC.upper()} server=a\nadd address=10.0.0.2 mac-address={OTHER.upper()}\n",
    "windows-csv": f"{CSV}10.0.0.1;Active;{PC.replace(':', '-')};café;10/8/2026 13:00:00\n"
    f"10.0.0.2;ActiveReservation;{OTHER.replace(':', '-')};;\n",
    "windows-xml": f"<DHCPServer><Lease><IPAddress>10.0.0.1</IPAddress><ClientId>{PC}</ClientId></Lease>"
    f"<Lease><IPAddress>10.0.0.2</IPAddress><ClientId>{OTHER}</ClientId></Lease></DHCPServer>",
    "windows-log": f"{LOG}10,08/10/26,09:00:00,Assign,10.0.0.1,pc,{PC.replace(':', '')}\n"
    f"11,08/10/26,09:00:00,Renew,10.0.0.2,pc,{OTHER.replace(':', '')}\n",
}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_each_form_names_both(tmp_path: Path, name: str, encoding: str) -> None:
    """Two clients of two persons, and one that nobody knows."""
    text = FORMS[name]
    (tmp_path / "leases").write_bytes(text.replace("\n", "\r\n").encode(encoding))
    office = Office(tmp_path, lease_file(tmp_path / "leases"), staff=STAFF)
    first, second = (
        "fd00::1" if "fd00::1" in text else "10.0.0.1",
        "fd00::2" if "fd00::2" in text else "10.0.0.2",
    )
    office.ask(NOON, first, second, "10.0.0.99")
    assert office.figure() == (2, 1)
    assert office.sources.problems() == []


def test_keas_control_socket(tmp_path: Path) -> None:
    path = tmp_path / "kea4.sock"
    source = LeaseSource("kea_socket", str(path), "", "Asia/Kuala_Lumpur")
    office = Office(tmp_path, source, staff=STAFF)
    leases = [lease4("10.0.0.1", PC, NOON - 60), lease4("10.0.0.2", OTHER, NOON - 60)]
    with kea_socket(path, lambda command: found(*leases) if "4" in command else refused("no")):
        office.ask(NOON, "10.0.0.1", "10.0.0.2", "10.0.0.3")
    assert office.figure() == (2, 1)
    assert office.sources.problems() == []
    office.ask(NOON + 5, "10.0.0.1")
    assert office.figure() == (2, 1)


def test_leases_that_fail_are_in_the_report_with_the_hours(tmp_path: Path) -> None:
    """Nothing that gives nothing is called good."""
    file = tmp_path / "leases"
    file.write_text(f"{int(NOON) + 600} {PC} 10.0.0.1 pc *\n")
    office = Office(tmp_path, lease_file(file), staff=STAFF)
    office.ask(NOON, "10.0.0.1")
    file.write_text("")
    office.ask(NOON + 60, "10.0.0.1")
    file.write_text("<html>")
    office.ask(NOON + 120, "10.0.0.1")
    assert "of no known form" in str(office.sources.problems()[0])
    file.write_text(f"{int(NOON) - 90_000} {PC} 10.0.0.1 pc *\n")
    office.ask(NOON + 180, "10.0.0.1")
    file.write_text(f"{int(NOON) + 600} {PC} 10.0.0.1 pc *\n")
    office.ask(NOON + 240, "10.0.0.1")
    assert office.sources.problems() == []
    troubles = office.usage().coverage.source_troubles
    assert [(one.what, one.path, one.since - NOON, one.until) for one in troubles] == [
        ("leases-nothing", str(file), 60, NOON + 120),
        ("leases-unreadable", str(file), 120, NOON + 180),
        ("leases-ended", str(file), 180, NOON + 240),
    ]


def test_a_staff_map_of_excel(tmp_path: Path) -> None:
    (tmp_path / "leases").write_text(
        f"{int(NOON) + 600} {PC} 10.0.0.1 pc *\n{int(NOON) + 600} {PHONE} 10.0.0.2 ph *\n"
    )
    lines = [
        "Nama;Staff;Device;Valid From;",
        f"Élodie;A1;{PC.upper()};10/8/2026;",
        f"Élodie;A1;{PHONE};11/8/2026;",
    ]
    office = Office(tmp_path, lease_file(tmp_path / "leases"), staff="")
    (tmp_path / "staff.csv").write_bytes("\r\n".join(lines).encode("utf-16"))
    office.ask(NOON, "10.0.0.1", "10.0.0.2")
    assert office.figure() == (1, 1)  # the telephone is hers from tomorrow on
    assert str(office.sources.described(NOON)[1]).endswith("columns left out: Nama")
