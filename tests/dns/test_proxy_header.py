"""The header of the PROXY protocol, version 2, as proxies send it and as they do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.proxy_header import FIXED, MAX_REST, SIGNATURE, BadHeader, ProxyHeader, read_header
from tests.support.proxies import header

V4 = header("10.1.2.5", "10.0.0.1")
V6 = header("fd00::5", "fd00::1")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (V4, ProxyHeader("10.1.2.5", 28)),
        (V4 + b"and a message", ProxyHeader("10.1.2.5", 28)),
        (V6, ProxyHeader("fd00::5", 52)),
        (header("10.1.2.5", "10.0.0.1", more=b"\x03\0\x04abcd"), ProxyHeader("10.1.2.5", 35)),
        (SIGNATURE + b"\x20\0\0\0", ProxyHeader("", 16)),  # the proxy asks for itself
        (SIGNATURE + b"\x21\0\0\0", ProxyHeader("", 16)),  # it does not tell for whom
        (SIGNATURE + b"\x21\x31\0\xd8" + bytes(216), ProxyHeader("", 232)),  # a socket in its file system
    ],
)
def test_it_is_read(data: bytes, found: ProxyHeader) -> None:
    assert read_header(data) == found


@pytest.mark.parametrize(
    "data",
    [
        b"",
        SIGNATURE,
        V4[:-1],
        b"PROXY TCP4 10.1.2.5 10.0.0.1 5353 53\r\n",  # version 1
        SIGNATURE + b"\x11" + V4[13:],  # another version
        SIGNATURE + b"\x22" + V4[13:],  # another command
        SIGNATURE + b"\x21\x12\0\x0b" + bytes(11),  # too short for two addresses and ports
        SIGNATURE + b"\x21\x22\0\x0c" + bytes(12),  # IPv4's length for IPv6
        SIGNATURE + b"\x21\x12" + (MAX_REST + 1).to_bytes(2, "big") + bytes(MAX_REST + 1),
        b"\0" + V4[1:],
    ],
)
def test_what_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(BadHeader):
        read_header(data)


@given(st.binary(max_size=80), st.binary(max_size=60))
def test_whatever_the_octets_are_nothing_else_is_raised(head: bytes, rest: bytes) -> None:
    for data in (head, SIGNATURE + head, SIGNATURE + b"\x21\x12" + head + rest):
        try:
            found = read_header(data)
        except BadHeader:
            continue
        assert FIXED <= found.size <= len(data)
