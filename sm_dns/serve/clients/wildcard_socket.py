"""A UDP socket on a wildcard address, by which replies leave from the address that was asked (RFC 1123 §6.1.3.2)."""

from __future__ import annotations

import socket
from struct import Struct
from typing import Final

# <linux/in.h>; the socket module has no name for it.
IP_PKTINFO: Final = 8

_IPV4_PKTINFO: Final = Struct("=I4s4s")
_IPV6_PKTINFO: Final = Struct("=16sI")


Address = tuple[str, int] | tuple[str, int, int, int]
Ancillary = list[tuple[int, int, bytes]]

PacketInfo = tuple[int, int, int]
"""Level, kind and octets of what the kernel tells of where a datagram arrived."""

Way = tuple[str, Address, Ancillary]
"""A client's address in text, its socket address, and what makes a reply leave from where the query arrived."""


class WildcardSocket:
    """A socket bound to 0.0.0.0 or ::."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        if sock.family == socket.AF_INET6:
            sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVPKTINFO, 1)
            self.pktinfo: PacketInfo = (socket.IPPROTO_IPV6, socket.IPV6_PKTINFO, _IPV6_PKTINFO.size)
        else:
            sock.setsockopt(socket.IPPROTO_IP, IP_PKTINFO, 1)
            self.pktinfo = (socket.IPPROTO_IP, IP_PKTINFO, _IPV4_PKTINFO.size)
        self._room = socket.CMSG_SPACE(self.pktinfo[2])

    def fileno(self) -> int:
        """The descriptor of the socket."""
        return self._sock.fileno()

    def recvfrom(self, size: int, /) -> tuple[bytes, Way]:
        """A datagram of at most so many octets, and its way. Raises `OSError`."""
        message, ancillary, _, address = self._sock.recvmsg(size, self._room)
        return message, way_of(address, ancillary)

    def sendto(self, wire: bytes, way: Way, /) -> None:
        """Send a reply. Raises `OSError`."""
        _, address, source = way
        self._sock.sendmsg([wire], source, 0, address)


def way_of(address: Address, ancillary: Ancillary) -> Way:
    """That of the reply to a datagram from an address, which came with this."""
    return address[0], address, _reply_source(ancillary)


def _reply_source(ancillary: Ancillary) -> Ancillary:
    """The ancillary data that makes a reply leave from where its query arrived."""
    for level, kind, value in ancillary:
        if level == socket.IPPROTO_IP and kind == IP_PKTINFO:
            interface, local, _ = _IPV4_PKTINFO.unpack(value)
            return [(level, kind, _IPV4_PKTINFO.pack(interface, local, b"\0\0\0\0"))]
        if level == socket.IPPROTO_IPV6 and kind == socket.IPV6_PKTINFO:
            return [(level, kind, value)]
    return []
