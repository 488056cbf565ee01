"""The kernel's tables of neighbours and addresses over netlink (rtnetlink(7)): no command, no capability.

Debian's `ip` drops its capabilities first and ends without a word where a unit's system call filter forbids that.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

from sm_dns.monitor.identity.neighbours import MAX_NEIGHBOURS, Neighbour

ANSWER_SECONDS = 5.0
_ROOM = 1 << 20  # octets of one part of an answer, and of what may wait in the socket

# <linux/netlink.h>, <linux/rtnetlink.h>, <linux/neighbour.h>
_HEADER = struct.Struct("=IHHII")  # length, type, flags, sequence, port
_MESSAGE = struct.Struct("=BxxxiHBB")  # family, interface, state, flags, type
_ATTRIBUTE = struct.Struct("=HH")  # length, type
_OWN = struct.Struct("=BBBBI")  # family, prefix length, flags, scope, interface
_DONE, _ERROR, _NEW_NEIGHBOUR, _GET_NEIGHBOUR, _NEW_ADDRESS, _GET_ADDRESS = 3, 2, 28, 30, 20, 22
_REQUEST_DUMP = 0x301
_ADDRESS, _LINK, _LOCAL_ADDRESS = 1, 2, 2
_EVERYWHERE = 0  # the scope of an address that is good beyond its link
_FAMILIES = {socket.AF_INET: IPv4Address, socket.AF_INET6: IPv6Address}
_UNUSABLE = 0x01 | 0x20 | 0x40  # incomplete, failed, without ARP
_ROUTER = 0x80

Network = IPv4Network | IPv6Network


def neighbour_table() -> list[Neighbour]:
    """Every neighbour of both families that is in a usable state, `MAX_NEIGHBOURS` at most. Raises `OSError`."""
    found: list[Neighbour] = []
    for part in dump(_GET_NEIGHBOUR, _NEW_NEIGHBOUR, _MESSAGE.pack(socket.AF_UNSPEC, 0, 0, 0, 0)):
        if len(found) < MAX_NEIGHBOURS:
            found += read_neighbour(part)
    return found


def own_links() -> tuple[str, ...]:
    """The networks on this host's own links, in CIDR form: those of its addresses that others can reach.

    Raises `OSError`.
    """
    found: set[Network] = set()
    for part in dump(_GET_ADDRESS, _NEW_ADDRESS, _OWN.pack(socket.AF_UNSPEC, 0, 0, 0, 0)):
        found.update(read_own(part))
    return tuple(map(str, sorted(found, key=lambda each: (each.version, each))))


def read_own(message: bytes) -> list[Network]:
    """The network of one address of this host; [] for one that nobody else is on a link with."""
    if len(message) < _OWN.size:
        return []
    family, length, _, scope, _ = _OWN.unpack_from(message)
    told = dict(attributes(message[_OWN.size :]))
    address = told.get(_LOCAL_ADDRESS, told.get(_ADDRESS, b""))
    if family not in _FAMILIES or scope != _EVERYWHERE:
        return []
    try:
        found = ip_network(f"{_FAMILIES[family](address)}/{length}", strict=False)
    except ValueError:
        return []
    return [] if length in (0, found.max_prefixlen) else [found]


def dump(question: int, answer: int, body: bytes) -> Iterator[bytes]:
    """Ask the kernel for a table; the content of each message of its answer. Raises `OSError`."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as sock:
        sock.settimeout(ANSWER_SECONDS)
        with suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _ROOM)
        sock.bind((0, 0))
        sock.sendall(_HEADER.pack(_HEADER.size + len(body), question, _REQUEST_DUMP, 1, 0) + body)
        while True:
            for kind, part in _messages(sock.recv(_ROOM)):
                if kind == _DONE:
                    return
                if kind == _ERROR:
                    raise _error(part)
                if kind == answer:
                    yield part


def read_neighbour(message: bytes) -> list[Neighbour]:
    """The neighbour of one message; [] for one that cannot be used."""
    if len(message) < _MESSAGE.size:
        return []
    family, _, state, flags, _ = _MESSAGE.unpack_from(message)
    told = dict(attributes(message[_MESSAGE.size :]))
    address, link = told.get(_ADDRESS, b""), told.get(_LINK, b"")
    if family not in _FAMILIES or not link or not state or state & _UNUSABLE:
        return []
    try:
        text = str(_FAMILIES[family](address))
    except ValueError:
        return []
    return [Neighbour(text, link.hex(":"), bool(flags & _ROUTER))]


def _messages(answer: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and content of each message."""
    while len(answer) >= _HEADER.size:
        length, kind, *_ = _HEADER.unpack_from(answer)
        if not _HEADER.size <= length <= len(answer):
            return
        yield kind, answer[_HEADER.size : length]
        answer = answer[_aligned(length) :]


def attributes(part: bytes) -> Iterator[tuple[int, bytes]]:
    while len(part) >= _ATTRIBUTE.size:
        length, kind = _ATTRIBUTE.unpack_from(part)
        if not _ATTRIBUTE.size <= length <= len(part):
            return
        yield kind, part[_ATTRIBUTE.size : length]
        part = part[_aligned(length) :]


def _aligned(length: int) -> int:
    return (length + 3) & ~3


def _error(part: bytes) -> OSError:
    number = -int.from_bytes(part[:4], sys.byteorder, signed=True)
    return OSError(number, os.strerror(number))
