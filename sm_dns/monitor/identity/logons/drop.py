"""Logons that a site writes itself: a CSV file or JSON lines with `time`, `user`, `address`, `device`, `event`.

    time,user,address,device,event
    2026-08-10T09:00:00+08:00,OFFICE\\officer1,10.0.0.11,,logon

`address` or `device` must be there; `event` is `logon`, which may be left out, or `logoff`. Of a time such as
`3/12/2026` the file's times together say which is the day.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence

from sm_dns.monitor.identity.leases.lease import Written, seconds
from sm_dns.monitor.identity.leases.windows_times import Order, instant, order_of
from sm_dns.monitor.identity.logons.logon import Event, Events, gathered, staff_key
from sm_dns.monitor.identity.office_rows import SEPARATORS
from sm_dns.policy.clients.devices import hardware
from sm_dns.util.ip_networks import canonical

NEEDED = ("time", "user")
EVENTS = ("logon", "logoff")

_POSIX = re.compile(r"(\d{9,11})\.\d{1,9}", re.ASCII)
_IS_END = {"": False, "logon": False, "logoff": True}


def read_csv(lines: Sequence[str], written: Written) -> Events:
    """The logons of a CSV file; further columns are left out. Raises `BadInput` beyond `MAX_EVENTS`."""
    useful = [line for line in lines if line.strip() and not line.startswith("#")]
    if not useful:
        return Events((), 0)
    separator = _separator(useful[0])
    header = headings(useful[0])
    rows = (_values(line, separator) for line in useful[1:])
    return _events((dict(zip(header, row, strict=False)) for row in rows), written)


def read_json(lines: Iterable[str], written: Written) -> Events:
    """The logons of JSON lines, an object each. Raises `BadInput` beyond `MAX_EVENTS`."""
    return _events((_object(line) for line in lines if line.strip()), written)


def headings(line: str) -> list[str]:
    """The columns that a header names, in small letters."""
    return [name.lower() for name in _values(line, _separator(line))]


def _separator(header: str) -> str:
    """What stands oftenest in the line of the headings."""
    return max(SEPARATORS, key=header.count)


def _values(line: str, separator: str) -> list[str]:
    try:
        return [value.strip() for value in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:
        return []


def _object(line: str) -> Mapping[str, object]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _events(rows: Iterable[Mapping[str, object]], written: Written) -> Events:
    known = list(rows)
    order = order_of((str(row.get("time", "")) for row in known), written)
    return gathered(event_of(row, order, written) for row in known)


def event_of(row: Mapping[str, object], order: Order, written: Written) -> Event | None:
    """What one record says; None where it says nothing that can be used. `order`: of day and month in its time."""
    told = {key: str(row.get(key, "") or "") for key in (*NEEDED, "address", "device", "event")}
    whole = _POSIX.fullmatch(told["time"])
    at = seconds(whole[1] if whole else told["time"])
    if at is None:
        at = instant(told["time"], order, written)
    staff = staff_key(told["user"])
    device, address = hardware(told["device"]), canonical(told["address"])
    is_end = _IS_END.get(told["event"].lower())
    if at is None or not staff or is_end is None or (device is None and address is None):
        return None
    return Event(at, staff, device, address, is_end)
