"""IP addresses in the one spelling by which tables are looked up (`ip_networks.canonical`)."""

from __future__ import annotations


def is_ipv4(address: str) -> bool:
    """Whether a canonical address is of IPv4."""
    return ":" not in address
