from __future__ import annotations

import pytest

from sm_dns.settings.endpoint import Endpoint, parse_endpoint, parse_network


@pytest.mark.parametrize(
    ("text", "address", "port"),
    [
        ("127.0.0.1:5335", "127.0.0.1", 5335),
        ("[::1]:5335", "::1", 5335),
        ("[2001:DB8::0:1]:53", "2001:db8::1", 53),
        ("192.0.2.1", "192.0.2.1", 53),
        ("2001:db8::1", "2001:db8::1", 53),
        ("[2001:db8::1]", "2001:db8::1", 53),
        ("[fe80::1%eth0]:53", "fe80::1%eth0", 53),
    ],
)
def test_endpoints(text: str, address: str, port: int) -> None:
    assert parse_endpoint(text, default_port=53) == Endpoint(address, port)


@pytest.mark.parametrize(
    "text",
    ["", "dns.example", "127.0.0.1:", "127.0.0.1:65536", "[::1", "[::1]5", "::1:x", "1.2.3:5", "1.1.1.1:+5"],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="port"):
        parse_endpoint(text, default_port=53)


def test_a_listener_needs_its_port() -> None:
    with pytest.raises(ValueError, match="has no port"):
        parse_endpoint("127.0.0.1")


@pytest.mark.parametrize("text", ["127.0.0.1:5335", "[::1]:5335"])
def test_text_reads_back(text: str) -> None:
    assert str(parse_endpoint(text)) == text


@pytest.mark.parametrize(
    ("text", "network"),
    [("10.0.0.0/8", "10.0.0.0/8"), ("10.0.0.5", "10.0.0.5/32"), ("2001:DB8::/48", "2001:db8::/48")],
)
def test_networks(text: str, network: str) -> None:
    assert parse_network(text) == network


@pytest.mark.parametrize(
    ("text", "reason"),
    [("10.1.2.3/8", "write 10.0.0.0/8"), ("office", "not a network"), ("10.0.0.0/33", "not a network")],
)
def test_what_is_no_network(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_network(text)
