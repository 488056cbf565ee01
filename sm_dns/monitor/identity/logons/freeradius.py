"""The accounting detail file of FreeRADIUS (rlm_detail): a time, then lines `Name = value`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from sm_dns.monitor.identity.leases.lease import seconds
from sm_dns.monitor.identity.logons.logon import Event, Events, gathered, staff_key
from sm_dns.policy.clients.devices import hardware
from sm_dns.util.ip_networks import canonical

LINE = re.compile(r"\s+User-Name(?: :?)?= ")

_VALUE = re.compile(r"\s+([A-Za-z0-9-]{1,64}) :?= (.*)")
_WANTED = (
    "User-Name",
    "Acct-Status-Type",
    "Calling-Station-Id",
    "Framed-IP-Address",
    "Framed-IPv6-Address",
    "Timestamp",
    "Acct-Delay-Time",
)
_SEEN = ("Start", "Interim-Update", "Alive")
_LEFT = "Stop"


def read(lines: Iterable[str]) -> Events:
    """Who was seen at which device. Raises `BadInput` beyond `MAX_EVENTS`."""
    return gathered(_event(record) for record in _records(lines))


def _records(lines: Iterable[str]) -> Iterator[Mapping[str, str]]:
    record: dict[str, str] = {}
    for line in lines:
        found = _VALUE.match(line)
        if found is None:
            if record:
                yield record
            record = {}
        elif found[1] in _WANTED:
            record.setdefault(found[1], found[2].strip().strip('"'))
    if record:
        yield record


def _event(record: Mapping[str, str]) -> Event | None:
    staff = staff_key(record.get("User-Name", "").replace("\\\\", "\\"))
    at = seconds(record.get("Timestamp", ""))
    status = record.get("Acct-Status-Type", "")
    device = hardware(record.get("Calling-Station-Id", ""))
    address = canonical(record.get("Framed-IP-Address", record.get("Framed-IPv6-Address", "")))
    if not staff or at is None or status not in (*_SEEN, _LEFT) or (device is None and address is None):
        return None
    late = seconds(record.get("Acct-Delay-Time", "")) or 0.0
    return Event(max(0.0, at - late), staff, device, address, status == _LEFT)
