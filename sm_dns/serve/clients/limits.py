"""What one client may: queries a second and at once, connections. A network may have limits of its own.

A branch behind NAT is one address to us, and so is a domain controller that asks for everybody.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import NamedTuple

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Limits(NamedTuple):
    """`per_second` queries in the long run, `burst` at once, `connections` held open to one listener.

    `bounds_loopback`: those of queries hold on loopback too, which is free of the usual ones: the site has said them
    for a network that covers it, as where a forwarder on this host asks for everybody.
    """

    per_second: float
    burst: float
    connections: int
    bounds_loopback: bool = False


USUAL = Limits(500, 2_000, 32)  # of one client
CONNECTIONS = 512  # of one listener


def parse(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """A client's address without its link; the IPv4 one where it stands in IPv6."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped
    return parsed


class ClientLimits:
    """The limits of each client: those of the smallest network it is in that has some, else the usual ones."""

    def __init__(self, usual: Limits, networks: Iterable[tuple[Network, Limits]] = ()) -> None:
        self.usual = usual
        self._networks = sorted(networks, key=lambda one: -one[0].prefixlen)

    def of(self, address: str) -> Limits:
        """The limits of a client's address."""
        if not self._networks:
            return self.usual
        parsed = parse(address)
        return next((limits for network, limits in self._networks if parsed in network), self.usual)
