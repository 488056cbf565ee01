"""The audit log of Windows' DHCP server, `DhcpSrvLog-Mon.log` to `-Sun.log`: what happened, in local time.

It does not say how long a lease lasts: it is believed for Windows' own default, unless another line ends it before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sm_dns.monitor.identity.leases.lease import Gathering, Lease, LeftOut, Reading, Written
from sm_dns.monitor.identity.leases.windows_times import MONTH_FIRST, instant
from sm_dns.policy.clients.devices import hardware, host_domain, host_label
from sm_dns.util.ip_networks import canonical

LEASE_SECONDS = 8 * 86_400.0  # the length of a lease that Windows gives by default
HEADER = "id,date,time,"

_GIVEN = ("10", "11", "20", "21")  # assigned, renewed; and the same for BOOTP
_ENDED = ("12", "16", "17", "18")  # released, deleted, expired
_IN_USE = "13"  # found in use by somebody else


class _Event(NamedTuple):
    at: float
    number: str
    address: str
    device: str | None
    host: str


def read(lines: Iterable[str], written: Written) -> Reading:
    """What was given and ended, by time; the days of a week may stand in any order."""
    columns: list[str] = []
    events: list[_Event] = []
    found = Gathering()
    for line in lines:
        values = [value.strip() for value in line.split(",")]
        if line.lower().startswith(HEADER):
            columns = [name.lower() for name in values]
        elif columns and values[0].isdigit():
            event = _event(dict(zip(columns, values, strict=False)), written)
            if isinstance(event, _Event):
                events.append(event)
            else:
                found.take(event)
    _tell(sorted(events, key=lambda event: event.at), found)
    return found.reading()


def _event(row: Mapping[str, str], written: Written) -> _Event | LeftOut | None:
    number = row.get("id", "")
    if number == _IN_USE:
        return LeftOut.DECLINED
    if number not in (*_GIVEN, *_ENDED):
        return LeftOut.OTHER
    at = instant(f"{row.get('date', '')} {row.get('time', '')}", MONTH_FIRST, written)
    address = canonical(row.get("ip address", ""))
    device = hardware(row.get("mac address", ""))
    if at is None or address is None or (device is None and number in _GIVEN):
        return None
    return _Event(at, number, address, device, row.get("host name", ""))


def _tell(events: Iterable[_Event], found: Gathering) -> None:
    """An end may not say whose the address was: then it was the last one's."""
    held: dict[str, str] = {}
    for at, number, address, told, host in events:
        device = told or held.get(address)
        if device is None:
            found.take(LeftOut.FREE)
        elif number in _GIVEN:
            held[address] = device
            found.take(
                Lease(address, device, host_label(host), at, at + LEASE_SECONDS, domain=host_domain(host))
            )
        else:
            found.take(Lease(address, device, "", at, at))
