"""The name servers that this host uses itself (resolv.conf(5))."""

from __future__ import annotations

import ipaddress
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from sm_dns.resolve.forwarding.upstream import UpstreamAddress

RESOLV_CONF = (Path("/etc/resolv.conf"), Path("/run/systemd/resolve/resolv.conf"))
# systemd-resolved's own listeners: they often lead back to us, and what they ask is in the second file.
_STUBS = frozenset({"127.0.0.53", "127.0.0.54"})
ABSENT, EMPTY, LEADS_BACK = "absent", "empty", "leads back"
MAX_OCTETS = 65_536
MAX_SERVERS = 8  # of a file; others are not asked (the C library takes three)


def nameservers(files: Iterable[Path]) -> tuple[str, ...]:
    """The addresses of the name servers, those behind systemd-resolved's stub where it stands in front.

    Unreadable files and lines are passed over: the answer may be empty.
    """
    for file in files:
        real = tuple(address for address in _nameservers(file) if address not in _STUBS)
        if real:
            return real
    return ()


def stubs(files: Iterable[Path]) -> tuple[str, ...]:
    """systemd-resolved's own addresses, as far as the files name them."""
    return tuple(dict.fromkeys(each for file in files for each in _nameservers(file) if each in _STUBS))


def lack(files: Iterable[Path]) -> str:
    """What the files are where they name nobody to ask: `ABSENT`, `EMPTY` (no server in any), or `LEADS_BACK`."""
    files = tuple(files)
    if not any(map(os.path.exists, files)):
        return ABSENT
    return LEADS_BACK if any(_nameservers(file) for file in files) else EMPTY


def lacks_link(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address means nothing by itself: a link-local one of IPv6 without its zone (RFC 4007 §6)."""
    return isinstance(address, ipaddress.IPv6Address) and address.is_link_local and not address.scope_id


def leads_back(server: UpstreamAddress, listeners: Iterable[tuple[str, int]]) -> bool:
    """Whether a query to it would come back to one of our listeners; a wildcard listens on every loopback address."""
    address = ipaddress.ip_address(server.address)
    for own_text, port in listeners:
        own = ipaddress.ip_address(own_text)
        everywhere = own.is_unspecified and own.version == address.version and address.is_loopback
        if port == server.port and (own == address or everywhere):
            return True
    return False


def _nameservers(file: Path) -> tuple[str, ...]:
    try:
        lines = _read(file).splitlines()
    except OSError:
        return ()
    found: list[str] = []
    for line in lines:
        words = line.split()
        if len(words) < 2 or words[0] != "nameserver":
            continue
        try:
            address = ipaddress.ip_address(words[1])
        except ValueError:
            continue
        if not lacks_link(address):
            found.append(str(address))
    return tuple(dict.fromkeys(found))[:MAX_SERVERS]


def _read(file: Path) -> str:
    """The head of a regular file; "" for anything else there, which may have no end or never be written (a pipe)."""
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return ""
        return os.read(descriptor, MAX_OCTETS).decode("utf-8", "replace")
    finally:
        os.close(descriptor)
