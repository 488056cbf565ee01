"""The kernel's neighbour table, as `ip -j neigh` prints it: which hardware answers for an address on our own links.

It holds both families, so the IPv4 and the IPv6 addresses of a device meet in its hardware address.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from sm_dns.monitor.identity.addresses import canonical, is_ipv4
from sm_dns.monitor.identity.devices import hardware
from sm_dns.monitor.identity.lease import Lease, Reading

MAX_BYTES = 16 * 1024 * 1024
MAX_NEIGHBOURS = 65_536
ROUTER_ADDRESSES = 8  # IPv4 addresses behind one hardware address: more is a router that answers for others

_UNUSABLE = {"FAILED", "INCOMPLETE", "NOARP", "NONE"}


def read(text: str, ends: float) -> Reading:
    """What the table says, believed until `ends` (POSIX seconds). Raises `ValueError` for what is not its JSON."""
    found = json.loads(text)
    if not isinstance(found, list):
        raise ValueError("not a table of neighbours")  # noqa: TRY004 (one error for every wrong form)
    rows = [_neighbour(row, ends) for row in found[:MAX_NEIGHBOURS]]
    usable = [row for row in rows if row is not None]
    counts = Counter(row.device for row in usable if is_ipv4(row.address))
    leases = tuple(row for row in usable if counts[row.device] <= ROUTER_ADDRESSES)
    return Reading(leases, len(found) - len(leases))


def _neighbour(row: Any, ends: float) -> Lease | None:
    if not isinstance(row, dict):
        return None
    address, link, states = row.get("dst"), row.get("lladdr"), row.get("state")
    if not isinstance(address, str) or not isinstance(link, str) or "router" in row:
        return None
    if isinstance(states, list) and _UNUSABLE.intersection(map(str, states)):
        return None
    where, device = canonical(address), hardware(link)
    return None if where is None or device is None else Lease(where, device, "", None, ends)
