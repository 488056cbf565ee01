from __future__ import annotations

import math

import pytest

from sm_dns.dns import names
from sm_dns.lan.records import TTL, lan_rows
from sm_dns.monitor.identity.leases import dnsmasq, isc
from sm_dns.monitor.identity.leases.lease import Lease

NOW = 1_000.0
DOMAIN = "office.example"


def lease(
    address: str, host: str, device: str = "aa", starts: float | None = 0.0, ends: float = 2_000.0
) -> Lease:
    return Lease(address, device, host, starts, ends)


def told(*leases: Lease, now: float = NOW) -> set[tuple[str, int, str]]:
    """Owner, type and data as text, addresses as digits."""
    return {
        (names.to_text(bytes.fromhex(owner)), rtype, data)
        for owner, rtype, ttl, data in lan_rows(leases, DOMAIN, now)
        if ttl == TTL
    }


def owners(*leases: Lease, now: float = NOW) -> set[str]:
    return {owner for owner, rtype, _ in told(*leases, now=now) if rtype != 12}


def test_a_device_has_its_addresses_and_they_have_its_name() -> None:
    name = names.from_text("laptop.office.example").hex()
    assert told(lease("10.0.0.9", "laptop"), lease("fd00::9", "laptop")) == {
        ("laptop.office.example", 1, "0a000009"),
        ("laptop.office.example", 28, "fd" + "00" * 14 + "09"),
        ("9.0.0.10.in-addr.arpa", 12, name),
        ("9" + ".0" * 29 + ".d.f.ip6.arpa", 12, name),
    }


def test_a_name_is_there_as_long_as_its_lease() -> None:
    one = lease("10.0.0.9", "laptop", starts=100.0, ends=200.0)
    seen = [bool(owners(one, now=now)) for now in (99.9, 100.0, 199.9, 200.0)]
    assert seen == [False, True, True, False]
    assert owners(lease("10.0.0.9", "laptop", starts=None, ends=math.inf)) == {"laptop.office.example"}


def test_of_one_address_the_later_lease_counts() -> None:
    assert owners(lease("10.0.0.9", "old"), lease("10.0.0.9", "new", device="bb")) == {"new.office.example"}


def test_a_name_stays_with_who_had_it_first() -> None:
    """T16: whoever calls itself as another is nobody, until the other is gone."""
    first, second = lease("10.0.0.9", "files", "aa", 10.0, 900.0), lease("10.0.0.8", "files", "bb", 20.0)
    at = {data for _, rtype, data in told(first, second, now=500.0) if rtype == 1}
    assert at == {"0a000009"}
    assert {data for _, rtype, data in told(first, second) if rtype == 1} == {"0a000008"}


@pytest.mark.parametrize("written", ["{}", '"{}"'])
@pytest.mark.parametrize(
    ("host", "owner"),
    [
        ("laptop", "laptop.office.example"),
        ("Laptop.OFFICE.example.", "laptop.office.example"),
        ("laptop.", "laptop.office.example"),
        ("1234", "1234.office.example"),
        ("xn--bcher-kva", "xn--bcher-kva.office.example"),
        ("a" * 63, "a" * 63 + ".office.example"),
        ("a" * 64, None),
        ("www.facebook.com", None),
        ("laptop.example", None),
        ("laptop.x.office.example", None),
        ("laptop.evil-office.example", None),
    ],
)
def test_a_name_of_another_domain_is_none_of_ours(written: str, host: str, owner: str | None) -> None:
    if written == "{}":
        read = dnsmasq.read([f"2000 00:11:22:33:44:55 10.0.0.9 {host} *"])
    else:
        text = f'lease 10.0.0.9 {{\n  hardware ethernet 00:11:22:33:44:55;\n  client-hostname "{host}";\n'
        read = isc.read((text + "  starts epoch 1;\n  ends epoch 2000;\n}\n").splitlines())
    assert len(read.leases) == 1
    assert owners(*read.leases) == ({owner} if owner else set())


@pytest.mark.parametrize(
    "host", ["", "wpad", "isatap", "localhost", "_dmarc", "_acme-challenge", "-x", "a" * 63]
)
def test_what_is_no_name_for_a_device(host: str) -> None:
    domain = ".".join(["b" * 60] * 4)[: 255 - 20]
    assert lan_rows([lease("10.0.0.9", host)], DOMAIN if len(host) < 63 else domain, NOW) == []
