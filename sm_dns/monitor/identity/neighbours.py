"""The kernel's neighbour table: which hardware answers for an address on our own links.

It holds both families, so the IPv4 and the IPv6 addresses of a device meet in its hardware address.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sm_dns.monitor.identity.addresses import is_ipv4
from sm_dns.monitor.identity.leases.lease import Lease, Reading
from sm_dns.policy.clients.devices import hardware
from sm_dns.util.ip_networks import canonical

MAX_NEIGHBOURS = 65_536
ROUTER_ADDRESSES = 8  # IPv4 addresses behind one hardware address: more is a router that answers for others


class Neighbour(NamedTuple):
    """An address, the hardware address that answers for it (octets `aa:bb:…`), and whether that is a router."""

    address: str
    link: str
    is_router: bool


def read(table: Sequence[Neighbour], ends: float) -> Reading:
    """What the table says, believed until `ends` (POSIX seconds)."""
    usable = [lease for each in table for lease in _leases(each, ends)]
    counts = Counter(row.device for row in usable if is_ipv4(row.address))
    leases = tuple(row for row in usable if counts[row.device] <= ROUTER_ADDRESSES)
    return Reading(leases, len(table) - len(leases))


def _leases(neighbour: Neighbour, ends: float) -> list[Lease]:
    where, device = canonical(neighbour.address), hardware(neighbour.link)
    if neighbour.is_router or where is None or device is None:
        return []
    return [Lease(where, device, "", None, ends)]
