"""What proxies and forwarders put before and into the questions of their clients."""

from __future__ import annotations

import socket
from ipaddress import ip_address

import dns.edns

from sm_dns.dns.client_options import MAC_OPTION
from sm_dns.dns.proxy_header import SIGNATURE

PORTS = (40_000).to_bytes(2, "big") + (53).to_bytes(2, "big")


def header(source: str, to: str, kind: int = socket.SOCK_DGRAM, more: bytes = b"") -> bytes:
    """The header of the PROXY protocol, version 2, of a client; `more`: what a proxy adds."""
    addresses = ip_address(source).packed + ip_address(to).packed
    family = 0x10 if len(addresses) == 8 else 0x20
    transport = 2 if kind == socket.SOCK_DGRAM else 1
    rest = addresses + PORTS + more
    return SIGNATURE + bytes((0x21, family | transport)) + len(rest).to_bytes(2, "big") + rest


def mac(device: str) -> dns.edns.Option:
    """The option in which dnsmasq's `add-mac` tells a hardware address."""
    return generic(bytes.fromhex(device.replace(":", "")))


def generic(value: bytes) -> dns.edns.Option:
    """The same option with any octets."""
    return dns.edns.GenericOption(dns.edns.OptionType.make(MAC_OPTION), value)


def subnet(address: str, prefix: int | None = None) -> dns.edns.Option:
    """EDNS Client Subnet, with the whole address as its prefix or with this one."""
    return dns.edns.ECSOption(address, ip_address(address).max_prefixlen if prefix is None else prefix)
