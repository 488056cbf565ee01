"""The lease file of dnsmasq: `EXPIRY HARDWARE ADDRESS HOST CLIENT-ID`, after a `duid` line DHCPv6."""

from __future__ import annotations

from collections.abc import Iterable

from sm_dns.monitor.identity.leases.lease import FOREVER, Gathering, Lease, Reading, seconds
from sm_dns.policy.clients.devices import hardware, host_domain, host_label, identifier
from sm_dns.util.ip_networks import canonical


def read(lines: Iterable[str]) -> Reading:
    """Every lease of the file. Expiry 0 is "for ever"; when a lease began the file does not say."""
    found = Gathering()
    is_v6 = False
    for line in lines:
        words = line.split()
        if not words:
            continue
        if words[0] == "duid":
            is_v6 = True
            continue
        found.take(_lease(words, is_v6))
    return found.reading()


def _lease(words: list[str], is_v6: bool) -> Lease | None:
    if len(words) != 5:
        return None
    expiry, second, address, host, client = words
    ends = seconds(expiry)
    where = canonical(address)
    device = identifier(client) if is_v6 else hardware(_without_type(second))
    if ends is None or where is None or device is None:
        return None
    return Lease(where, device, host_label(host), None, ends or FOREVER, is_v6, host_domain(host))


def _without_type(text: str) -> str:
    """dnsmasq writes `06-aa:…` where the hardware is not Ethernet."""
    kind, hyphen, rest = text.partition("-")
    return rest if hyphen and len(kind) == 2 and ":" in rest else text
