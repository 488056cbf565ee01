from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.util.errors import BadInput
from sm_dns.util.ip_networks import Network, PrefixTable, address, network


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.0.1", (4, 0x0A000001)),
        ("::ffff:10.0.0.1", (4, 0x0A000001)),
        ("::FFFF:0a00:1", (4, 0x0A000001)),
        ("::1", (6, 1)),
        ("fe80::1%eth0", (6, (0xFE80 << 112) + 1)),
        ("fe80::1%", (6, (0xFE80 << 112) + 1)),
        ("::10.0.0.1", (6, 0x0A000001)),
    ],
)
def test_an_address(text: str, expected: tuple[int, int]) -> None:
    assert address(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10.0.0",
        "10.0.0.256",
        "10.0.0.1/8",
        "10.0.0.1%eth0",
        "::1::",
        "é",
        "10.0.0.1\0",
        " 10.0.0.1",
        "%eth0",
    ],
)
def test_garbage_is_no_address(text: str) -> None:
    assert address(text) is None


@given(st.text(max_size=20))
def test_no_text_raises(text: str) -> None:
    address(text)


@given(st.ip_addresses())
def test_addresses_agree_with_the_standard_library(
    one: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    mapped = one.ipv4_mapped if isinstance(one, ipaddress.IPv6Address) else None
    expected = mapped or one
    assert address(str(one)) == (expected.version, int(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.0.0.0/8", Network(4, 8, 10)),
        ("10.0.0.1", Network(4, 32, 0x0A000001)),
        ("0.0.0.0/0", Network(4, 0, 0)),
        ("::ffff:10.0.0.0/104", Network(4, 8, 10)),
        ("::/0", Network(6, 0, 0)),
        ("fc00::/7", Network(6, 7, 0xFC >> 1)),
    ],
)
def test_a_network(text: str, expected: Network) -> None:
    assert network(text) == expected


@pytest.mark.parametrize("text", ["10.1.2.3/8", "10.0.0.0/33", "office", "", "fe80::1%eth0/64x"])
def test_what_is_not_a_network_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="not a network"):
        network(text)


networks_v4 = st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 32)).map(
    lambda drawn: str(ipaddress.ip_network((drawn[0] & 0xF000000F, drawn[1]), strict=False))
)


@given(st.lists(networks_v4, max_size=8, unique=True), st.integers(0, 2**32 - 1))
def test_covering_agrees_with_the_standard_library(texts: list[str], number: int) -> None:
    number &= 0xF000000F
    table: PrefixTable[str] = PrefixTable()
    for text in texts:
        table.add(network(text), text)
    one = ipaddress.IPv4Address(number)
    held = [text for text in texts if one in ipaddress.IPv4Network(text)]
    held.sort(key=lambda text: -ipaddress.IPv4Network(text).prefixlen)
    assert list(table.covering(4, number)) == held


def test_a_network_keeps_its_first_value() -> None:
    table: PrefixTable[str] = PrefixTable()
    assert table.add(network("10.0.0.0/8"), "first") == "first"
    assert table.add(network("::ffff:10.0.0.0/104"), "second") == "first"
