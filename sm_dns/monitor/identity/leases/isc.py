"""`dhcpd.leases` and `dhcpd6.leases` of ISC dhcpd: a journal of blocks."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

from sm_dns.monitor.identity.leases.isc_blocks import OUTERMOST, Block, blocks, instant
from sm_dns.monitor.identity.leases.lease import FOREVER, Found, Gathering, Lease, LeftOut, Reading, seconds
from sm_dns.policy.clients.devices import hardware, host_domain, host_label, identifier
from sm_dns.util.ip_networks import canonical

STARTS = (*OUTERMOST, "authoring-byte-order", "server-duid", "failover")
"""The words with which the lines of such a file begin."""

_HELD = ("active", "")
_ABANDONED = "abandoned"
_ASSOCIATION_OCTETS = 4  # the IAID before the DUID
_OCTET = re.compile(r"\\([0-3][0-7]{2})|\\(.)|([^\\])", re.ASCII | re.DOTALL)


def read(lines: Iterable[str]) -> Reading:
    """Every lease with hardware; one whose binding state is not `active` ended when it says, and not later.

    A pair of servers writes a block for each free address: that is no lease, and no mistake.
    """
    found = Gathering()
    for block in blocks(lines):
        if not block.closed:
            found.take(None)
        elif block.kind == "lease":
            found.take(_lease(block))
        elif block.kind == "ia-pd":
            found.take(LeftOut.PREFIX)
        else:
            for each in _association(block):
                found.take(each)
    return found.reading()


def _lease(block: Block) -> Found:
    told = block.statements
    state = told.get("binding state", "")
    if state not in _HELD and "hardware ethernet" not in told:
        return LeftOut.DECLINED if state == _ABANDONED else LeftOut.FREE
    where = canonical(block.name)
    device = hardware(told.get("hardware ethernet", ""))
    starts, ends = instant(told.get("starts", "")), instant(told.get("ends", ""))
    if where is None or device is None or starts is None or ends is None or math.isinf(starts):
        return None
    if state not in _HELD and ends == FOREVER:
        ends = starts
    host = told.get("client-hostname", "").strip('"')
    return Lease(where, device, host_label(host), starts, ends, domain=host_domain(host))


def _association(block: Block) -> Iterator[Found]:
    """The addresses of one client's association (RFC 8415 §12)."""
    octets = _octets(block.name.removeprefix('"').removesuffix('"'))[_ASSOCIATION_OCTETS:]
    device = identifier(":".join(f"{octet:02x}" for octet in octets))
    for inner in block.inside:
        if inner.kind == "iaaddr":
            yield None if device is None else _address(inner, device)


def _address(block: Block, device: str) -> Found:
    told = block.statements
    where, ends, lifetime = (
        canonical(block.name),
        instant(told.get("ends", "")),
        seconds(told.get("max-life", "")),
    )
    if told.get("binding state") == _ABANDONED:
        return LeftOut.DECLINED
    if where is None or ends is None:
        return None
    starts = None if lifetime is None or ends == FOREVER else ends - lifetime
    if told.get("binding state", "") not in _HELD and ends == FOREVER:
        return LeftOut.FREE
    return Lease(where, device, "", starts, ends, by_identifier=True)


def _octets(text: str) -> list[int]:
    """The octets of a string with escapes, none where it holds what is no octet."""
    found = [
        int(octal, 8) if octal else ord(escaped or plain) for octal, escaped, plain in _OCTET.findall(text)
    ]
    return found if all(octet < 256 for octet in found) else []
