"""The kernel's tables over netlink (rtnetlink(7)), and that of neighbours: no command, no capability.

Debian's `ip` drops its capabilities first and ends without a word where a unit's system call filter forbids that.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address

from sm_dns.monitor.identity.neighbours import MAX_NEIGHBOURS, Neighbour

ANSWER_SECONDS = 5.0
_ROOM = 1 << 20  # octets of one part of an answer, and of what may wait in the socket

# <linux/netlink.h>, <linux/rtnetlink.h>, <linux/neighbour.h>
_HEADER = struct.Struct("=IHHII")  # length, type, flags, sequence, port
_MESSAGE = struct.Struct("=BxxxiHBB")  # family, interface, state, flags, type
_ATTRIBUTE = struct.Struct("=HH")  # length, type
_DONE, _ERROR, _NEW_NEIGHBOUR, _GET_NEIGHBOUR = 3, 2, 28, 30
_REQUEST_DUMP = 0x301
_ADDRESS, _LINK = 1, 2
_FAMILIES = {socket.AF_INET: IPv4Address, socket.AF_INET6: IPv6Address}
_UNUSABLE = 0x01 | 0x20 | 0x40  # incomplete, failed, without ARP
_ROUTER = 0x80


def neighbour_table() -> list[Neighbour]:
    """Every neighbour of both families that is in a usable state, `MAX_NEIGHBOURS` at most. Raises `OSError`."""
    found: list[Neighbour] = []
    for part in dump(_GET_NEIGHBOUR, _NEW_NEIGHBOUR, _MESSAGE.pack(socket.AF_UNSPEC, 0, 0, 0, 0)):
        if len(found) < MAX_NEIGHBOURS:
            found += read_neighbour(part)
    return found


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
