"""Kea's memfile leases, `kea-leases4.csv` and `kea-leases6.csv`: a journal in which later lines are newer.

Kea writes `&#x2c` for a comma inside a value, and other odd octets likewise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sm_dns.monitor.identity.leases.lease import Found, Gathering, Lease, LeftOut, Reading, seconds
from sm_dns.policy.clients.devices import hardware, host_domain, host_label, identifier
from sm_dns.util.ip_networks import canonical

_ESCAPED = re.compile(r"&#x([0-9a-fA-F]{2})")
_ASSIGNED, DECLINED, _RECLAIMED, _RELEASED, _REGISTERED = "01234"
HELD = (_ASSIGNED, _REGISTERED)  # registered: an address that a client made up and told of (RFC 9686)
ENDED = (_RECLAIMED, _RELEASED)
_PREFIX_DELEGATION = "2"
_NAMED = {"address", "expire"}  # both in a header; a client can call itself only one of them


def read(lines: Iterable[str]) -> Reading:
    """Every assigned lease; a line that gives one up ends those before it. A header names the columns below it."""
    columns: list[str] = []
    found = Gathering()
    for line in lines:
        if not line.strip():
            continue
        values = line.rstrip("\r").split(",")
        if set(values) >= _NAMED:
            columns = values
        elif len(values) != len(columns):
            found.take(None)
        else:
            found.take(_lease(dict(zip(columns, map(_plain, values), strict=True))))
    return found.reading()


def _lease(row: Mapping[str, str]) -> Found:
    where = canonical(row.get("address", ""))
    lifetime, ends = seconds(row.get("valid_lifetime", "")), seconds(row.get("expire", ""))
    state = row.get("state", _ASSIGNED)
    if where is None or lifetime is None or ends is None:
        return None
    if row.get("lease_type") == _PREFIX_DELEGATION:
        return LeftOut.PREFIX
    if state == DECLINED:
        return LeftOut.DECLINED
    if state not in (*HELD, *ENDED):
        return None
    starts = ends - lifetime
    if state in ENDED:
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
