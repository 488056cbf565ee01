from __future__ import annotations

from pathlib import Path

import pytest

from sm_dns.control.endpoint import Endpoint, parse_endpoint, system_upstreams


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


def test_the_system_resolvers_come_from_resolv_conf(tmp_path: Path) -> None:
    file = tmp_path / "resolv.conf"
    file.write_text(
        "# comment\nsearch example\nnameserver 192.0.2.1\nnameserver nonsense\nnameserver 192.0.2.1\n"
    )
    assert system_upstreams((file,)) == (Endpoint("192.0.2.1", 53),)


def test_behind_the_stub_stand_the_real_servers(tmp_path: Path) -> None:
    stub, real = tmp_path / "stub", tmp_path / "real"
    stub.write_text("nameserver 127.0.0.53\n")
    real.write_text("nameserver 192.0.2.1\nnameserver 2001:db8::1\n")
    assert system_upstreams((stub, real)) == (Endpoint("192.0.2.1", 53), Endpoint("2001:db8::1", 53))
    assert system_upstreams((stub, tmp_path / "missing")) == ()
