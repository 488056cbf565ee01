"""Kea's memfile leases, `kea-leases4.csv` and `kea-leases6.csv`: a journal in which later lines are newer.

Kea writes `&#x2c` for a comma inside a value, and other odd octets likewise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sm_dns.monitor.identity.addresses import canonical
from sm_dns.monitor.identity.devices import hardware, identifier
from sm_dns.monitor.identity.lease import Lease, Reading, host_domain, host_label, seconds

_ESCAPED = re.compile(r"&#x([0-9a-fA-F]{2})")
_ASSIGNED = "0"  # 1 declined, 2 expired and reclaimed, 3 released
_PREFIX_DELEGATION = "2"
_ENDED = ("2", "3")


def read(lines: Iterable[str]) -> Reading:
    """Every assigned lease; a line that gives one up ends the ones before it. The first line names the columns."""
    columns: list[str] | None = None
    leases: list[Lease] = []
    skipped = 0
    for line in lines:
        if not line.strip():
            continue
        values = line.rstrip("\r").split(",")
        if columns is None:
            columns = values
            continue
        if len(values) != len(columns):
            skipped += 1
            continue
        lease = _lease(dict(zip(columns, map(_plain, values), strict=True)))
        if lease is None:
            skipped += 1
        else:
            leases.append(lease)
    return Reading(tuple(leases), skipped)


def _lease(row: Mapping[str, str]) -> Lease | None:
    where = canonical(row.get("address", ""))
    lifetime, ends = seconds(row.get("valid_lifetime", "")), seconds(row.get("expire", ""))
    state = row.get("state", _ASSIGNED)
    if where is None or lifetime is None or ends is None or row.get("lease_type") == _PREFIX_DELEGATION:
        return None
    if state != _ASSIGNED and state not in _ENDED:
        return None
    starts = ends - lifetime
    if state in _ENDED:
        ends = starts
    device = hardware(row.get("hwaddr", ""))
    by_identifier = device is None
    if device is None:
        device = identifier(row.get("duid", ""))
    if device is None:
        return None
    host = row.get("hostname", "")
    return Lease(where, device, host_label(host), starts, ends, by_identifier, host_domain(host))


def _plain(value: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), value) if "&" in value else value
