"""What `check` says of the address that denied names point to; and what the kernel does at port 443 there."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

import pytest

from sm_dns.builder.portal_checks import _binds_anything, is_own, portal_findings
from tests.settings.blocks.test_portal import settings

NOBODYS = "192.0.2.77"  # RFC 5737: no host has it


def texts(tmp_path: Path, *lines: str) -> list[str]:
    return [f"{one.level}: {one.text}" for one in portal_findings(settings(tmp_path, *lines))]


def test_the_default_has_no_finding(tmp_path: Path) -> None:
    assert texts(tmp_path) == []


@pytest.mark.parametrize("key", ["sinkhole", "block_page"])
@pytest.mark.parametrize("address", ["ipv4: 192.0.2.77", "ipv6: 2001:db8::77"])
def test_an_address_of_another_host_is_a_warning(tmp_path: Path, key: str, address: str) -> None:
    (found,) = texts(
        tmp_path, f"{key}: {{{address.replace(': ', ': ', 1)}}}".replace("2001:db8::77", '"2001:db8::77"')
    )
    assert found.startswith("warning: denied names point to ")
    assert "no address of this host" in found


def test_our_own_address_is_none(tmp_path: Path) -> None:
    assert texts(tmp_path, "sinkhole: {ipv4: 127.0.0.1}") == []


@pytest.mark.parametrize("listener", ['doh: ["127.0.0.1:443"]', 'doh: ["0.0.0.0:443"]'])
def test_something_of_ours_on_port_443_there_is_a_warning(tmp_path: Path, listener: str) -> None:
    lines = ("sinkhole: {ipv4: 127.0.0.1}", f"tls: {{certificate: c, key: k, {listener}}}")
    (found,) = texts(tmp_path, *lines)
    assert "wrong certificate" in found


def test_port_443_of_another_address_is_well(tmp_path: Path) -> None:
    lines = (
        "sinkhole: {ipv4: 127.0.0.1}",
        'tls: {certificate: c, key: k, doh: ["127.0.0.2:443", "[::]:443"]}',
    )
    assert texts(tmp_path, *lines) == []


def test_a_portal_without_a_name_is_noted(tmp_path: Path) -> None:
    (found,) = texts(tmp_path, 'portal: {listen: ["127.0.0.1:8080"]}')
    assert found.startswith("note: portal.name is not set")


def test_who_owns_what() -> None:
    assert is_own("127.0.0.1")
    assert is_own("127.9.9.9")
    assert not is_own(NOBODYS) or _binds_anything(NOBODYS)


def test_a_kernel_that_binds_anything_tells_nothing(tmp_path: Path) -> None:
    (tmp_path / "ipv4").mkdir()
    (tmp_path / "ipv4" / "ip_nonlocal_bind").write_text("1\n")
    assert _binds_anything(NOBODYS, tmp_path)
    assert not _binds_anything("2001:db8::1", tmp_path)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.44.3.2", pytest.param("::1", marks=pytest.mark.ipv6)])
def test_port_443_of_an_own_address_refuses_at_once(address: str) -> None:
    """TCP by RST. A connection that hung would end in `TimeoutError` instead."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as sock:
        sock.settimeout(30)
        assert sock.connect_ex((address, 443)) == errno.ECONNREFUSED


@pytest.mark.parametrize("address", ["127.0.0.1", "127.44.3.2", pytest.param("::1", marks=pytest.mark.ipv6)])
def test_quic_to_an_own_address_is_refused_at_once(address: str) -> None:
    """UDP 443 by ICMP "port unreachable", which a connected socket hears as an error."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.settimeout(30)
        sock.connect((address, 443))
        sock.send(b"\xc3\x00\x00\x00\x01" + bytes(1195))
        with pytest.raises(ConnectionRefusedError):
            sock.recv(1)
