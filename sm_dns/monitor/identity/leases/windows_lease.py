"""A lease as the DHCP server of Windows tells it, in whatever file: the properties of `Get-DhcpServerv4Lease`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from sm_dns.monitor.identity.leases.lease import FOREVER, Found, Gathering, Lease, LeftOut, Reading, Written
from sm_dns.monitor.identity.leases.windows_times import Order, instant, order_of
from sm_dns.policy.clients.devices import hardware, host_domain, host_label, identifier
from sm_dns.util.ip_networks import canonical

ADDRESS, CLIENT, IDENTIFIER, HOST, STATE, ENDS = (
    "ipaddress",
    "clientid",
    "clientduid",
    "hostname",
    "addressstate",
    "leaseexpirytime",
)

_HELD = ("", "active", "activereservation", "expired")
_DECLINED = ("declined", "declinedreservation")

Row = Mapping[str, str]
"""Properties of a lease by their names in small letters."""


def reading_of(rows: Sequence[Row | None], written: Written) -> Reading:
    """The leases of all rows of a file; None is one that cannot be used."""
    order = order_of(_ends(rows), written)
    found = Gathering()
    for row in rows:
        found.take(None if row is None else _lease(row, order, written))
    return found.reading()


def _ends(rows: Iterable[Row | None]) -> Iterable[str]:
    return (row[ENDS] for row in rows if row is not None and row.get(ENDS))


def _lease(row: Row, order: Order, written: Written) -> Found:
    where = canonical(row.get(ADDRESS, ""))
    state = row.get(STATE, "").lower()
    if where is None:
        return None
    if state in _DECLINED:
        return LeftOut.DECLINED
    if state not in _HELD:
        return LeftOut.FREE
    device = hardware(row.get(CLIENT, ""))
    by_identifier = device is None
    if device is None:
        device = identifier(row.get(IDENTIFIER, "").replace("-", ":"))
    ends = instant(row[ENDS], order, written) if row.get(ENDS) else FOREVER
    if device is None or ends is None:
        return None
    host = row.get(HOST, "")
    return Lease(where, device, host_label(host), None, ends, by_identifier, host_domain(host))
