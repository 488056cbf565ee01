"""Names of the LAN's devices: what a lease says of one, as records of the site's domain and their reverse.

A device chooses its name itself (T16). So it is one label in the site's own domain, none that programs look for by
themselves nor one of another domain, and it stays with whoever had it first for as long as that one is there.
"""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Iterable

from sm_dns.dns import names
from sm_dns.dns.codes import Type
from sm_dns.monitor.identity.leases.lease import Lease
from sm_dns.resolve.own_names import Row

LanRows = list[Row]
"""Records as workers are told them."""

MAX_ADDRESSES = 65_536  # of devices with names
TTL = 60  # seconds
# What begins a name under which something is said of a domain (`_dmarc`): an address there would hide it (RFC 8552).
_SERVICE = "_"
_SOUGHT = frozenset(("isatap", "localhost", "wpad"))  # what programs look for by themselves


def lan_rows(leases: Iterable[Lease], domain: str, now: float) -> LanRows:
    """Address and reverse records of the devices that have a lease and a name at `now` (POSIX seconds)."""
    by_address = {lease.address: lease for lease in leases}  # of one address, the later is the newer
    held = [lease for lease in by_address.values() if _is_named(lease, domain, now)]
    held.sort(key=lambda lease: (_begin(lease), lease.device, lease.address))
    owners: dict[str, str] = {}
    rows: LanRows = []
    for lease in held[:MAX_ADDRESSES]:
        if owners.setdefault(lease.host, lease.device) == lease.device:
            rows += _rows(lease, domain)
    return rows


def _is_named(lease: Lease, domain: str, now: float) -> bool:
    host = lease.host
    is_ours = lease.domain in ("", domain)  # www.facebook.com is no name of this site's
    is_a_name = is_ours and bool(host) and host not in _SOUGHT and not host.startswith(_SERVICE)
    return is_a_name and _begin(lease) <= now < lease.ends


def _begin(lease: Lease) -> float:
    return -math.inf if lease.starts is None else lease.starts


def _rows(lease: Lease, domain: str) -> LanRows:
    address = ipaddress.ip_address(lease.address)
    try:
        owner = names.from_text(f"{lease.host}.{domain}").hex()
    except names.BadName:  # too long together with the domain, or with a hyphen at an end
        return []
    reverse = names.from_text(address.reverse_pointer).hex()
    rtype = Type.A if address.version == 4 else Type.AAAA
    return [(owner, int(rtype), TTL, address.packed.hex()), (reverse, int(Type.PTR), TTL, owner)]
