"""Whether browsers are refused at once where denied names point, and do not hang or see a wrong certificate.

A host that owns an address and has nothing on port 443 refuses TCP with RST and UDP (QUIC) with "port unreachable" by
itself. It is otherwise where the address belongs to nobody, and where something of ours does listen there.
"""

from __future__ import annotations

import errno
import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path

from sm_dns.settings.settings import Settings
from sm_dns.util.finding import Finding, finding

HTTPS_PORT = 443
_HTTP = "http/1.1"


def portal_findings(settings: Settings) -> Iterator[Finding]:
    """What is odd about the sinkhole address and the pages."""
    for address in (settings.sinkhole_ipv4, settings.sinkhole_ipv6):
        if not ipaddress.ip_address(address).is_unspecified:
            yield from _sinkhole(settings, address)
    portal = settings.portal
    if portal.is_on and portal.name is None:
        yield finding(
            "note",
            "portal.name is not set: the notice is found by address only, and a block page cannot say where it is",
        )


def _sinkhole(settings: Settings, address: str) -> Iterator[Finding]:
    if not is_own(address):
        yield finding(
            "warning",
            "denied names point to {address}, which is no address of this host: unless that host "
            "refuses port 443 (TCP and UDP), browsers wait for HTTPS sites until they give up",
            address=address,
        )
        return
    for endpoint in (*settings.tls.doh, *settings.portal.https):
        listens = ipaddress.ip_address(endpoint.address)
        same = endpoint.address == address or (
            listens.is_unspecified and listens.version == ipaddress.ip_address(address).version
        )
        if endpoint.port == HTTPS_PORT and same:
            yield finding(
                "warning",
                "denied names point to {address}, where {endpoint} is listened on: browsers show a "
                "wrong certificate for denied HTTPS sites instead of being refused at once: move one "
                "of them",
                address=address,
                endpoint=endpoint,
            )


def is_own(address: str) -> bool:
    """Whether this host owns an address. Only a clear "no such address" of the kernel is a no."""
    if _binds_anything(address):
        return True
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.bind((address, 0))
    except OSError as error:
        return error.errno not in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)
    return True


def _binds_anything(address: str, proc: Path = Path("/proc/sys/net")) -> bool:
    """Whether the kernel lets addresses be bound that are not here: then nothing can be told (ip_nonlocal_bind)."""
    version = "ipv6" if ":" in address else "ipv4"
    try:
        return (proc / version / "ip_nonlocal_bind").read_text(encoding="ascii").strip() != "0"
    except OSError:
        return False
