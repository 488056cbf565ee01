"""Which of the three kinds a lease file is, by its first line that says something."""

from __future__ import annotations

from sm_dns.monitor.identity import dnsmasq, isc, kea
from sm_dns.monitor.identity.lease import Reading, usable_lines


def read(text: str) -> Reading:
    """The leases of a file of dnsmasq, Kea or ISC dhcpd; an empty file has none.

    A line that cannot be used is counted, never an error (T14). Raises `BadInput` beyond `MAX_LINES`.
    """
    lines = usable_lines(text)
    first = next((line.split() for line in lines if line.strip() and not line.lstrip().startswith("#")), None)
    if first is None:
        return Reading((), 0)
    if first[0].startswith("address,"):
        return kea.read(lines)
    if first[0].isdigit() or first[0] == "duid":
        return dnsmasq.read(lines)
    return isc.read(lines)
