from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.names import to_text
from sm_dns.feeds.zones.client_networks import EVERYWHERE, owner, without
from tests.support.response_policy import network


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.168.1.0/24", "24.0.1.168.192.rpz-client-ip"),
        ("10.0.0.9/32", "32.9.0.0.10.rpz-client-ip"),
        ("2001:db8::/32", "32.zz.db8.2001.rpz-client-ip"),
        ("2001:2::3/128", "128.3.zz.2.2001.rpz-client-ip"),
        ("2001:db8:0:1:1:1:1:1/128", "128.1.1.1.1.1.0.db8.2001.rpz-client-ip"),
        ("fe80::/10", "10.zz.fe80.rpz-client-ip"),
        ("8000::/1", "1.zz.8000.rpz-client-ip"),
        ("::/1", "1.zz.rpz-client-ip"),
    ],
)
def test_a_network_as_its_rule_is_called(text: str, expected: str) -> None:
    assert to_text(owner(ipaddress.ip_network(text)) + b"\0") == expected


@given(st.ip_addresses(), st.integers(1, 128))
def test_the_rule_is_read_back(address: ipaddress.IPv4Address | ipaddress.IPv6Address, length: int) -> None:
    given = ipaddress.ip_network((int(address), min(length, address.max_prefixlen)), strict=False)
    if isinstance(address, ipaddress.IPv6Address):
        given = ipaddress.IPv6Network((int(address), length), strict=False)
    assert network(owner(given)) == given


def test_what_is_left_of_a_network() -> None:
    left = without(ipaddress.ip_network("10.0.0.0/8"), [ipaddress.ip_network("10.128.0.0/9")])
    assert left == [ipaddress.ip_network("10.0.0.0/9")]
    assert without(ipaddress.ip_network("10.0.0.0/8"), [ipaddress.ip_network("10.0.0.0/8")]) == []
    assert sum(each.num_addresses for each in EVERYWHERE) == 2**32 + 2**128
