"""IP addresses in the one spelling by which tables are looked up."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

from sm_dns.util import ip_networks


def canonical(text: str) -> str | None:
    """The canonical text of an address (RFC 5952; IPv4-mapped IPv6 is IPv4, no scope); None for what is none."""
    found = ip_networks.address(text.strip())
    if found is None:
        return None
    version, number = found
    return str(IPv4Address(number) if version == 4 else IPv6Address(number))


def is_ipv4(address: str) -> bool:
    """Whether a canonical address is of IPv4."""
    return ":" not in address
