"""What routers tell the hosts of a link of name servers: the RDNSS option of their advertisements (RFC 8106)."""

from __future__ import annotations

import ipaddress
import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass

MAX_ROUTERS = 16  # that are heard on one link
MAX_OCTETS = 1500

_ALL_ROUTERS = "ff02::2"
_SOLICITATION, _ADVERTISEMENT = 133, 134  # RFC 4861
_HEAD = 16  # octets of an advertisement before its options
_RDNSS = 25
_FILTER = 1  # ICMP6_FILTER of <netinet/icmp6.h>


@dataclass(frozen=True, slots=True)
class RouterTold:
    """A router, and the name servers that it tells; those whose time is over are left out."""

    router: str
    name_servers: tuple[str, ...]


def ask_routers(interface: str, seconds: float) -> tuple[RouterTold, ...]:
    """What each router of a link says within `seconds`. Raises `OSError`: not root, or no IPv6 on the link."""
    index = socket.if_nametoindex(interface)
    with socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6) as sock:
        sock.setsockopt(socket.IPPROTO_ICMPV6, _FILTER, _only(_ADVERTISEMENT))
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 255)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
        sock.sendto(struct.pack("!BBHI", _SOLICITATION, 0, 0, 0), (_ALL_ROUTERS, 0, 0, index))
        return tuple(_heard(sock, index, seconds))


def _heard(sock: socket.socket, index: int, seconds: float) -> Iterator[RouterTold]:
    ends, routers = time.monotonic() + seconds, set[str]()
    while len(routers) < MAX_ROUTERS and (left := ends - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            data, sender = sock.recvfrom(MAX_OCTETS)
        except TimeoutError:
            return
        router = sender[0].partition("%")[0]
        if sender[3] == index and router not in routers and data[:1] == bytes((_ADVERTISEMENT,)):
            routers.add(router)
            yield RouterTold(router, read_advertisement(data))


def read_advertisement(data: bytes) -> tuple[str, ...]:
    """The name servers of an advertisement; what cannot be read ends them."""
    found, at = dict[str, None](), _HEAD
    while at + 8 <= len(data):
        length = 8 * data[at + 1]
        if not length or at + length > len(data):
            break
        if data[at] == _RDNSS and int.from_bytes(data[at + 4 : at + 8]):
            addresses = data[at + 8 : at + length]
            for start in range(0, len(addresses) - len(addresses) % 16, 16):
                found[str(ipaddress.IPv6Address(addresses[start : start + 16]))] = None
        at += length
    return tuple(found)


def _only(kind: int) -> bytes:
    """The filter of RFC 3542, 3.2, that lets messages of one type through: a bit of 0 lets pass."""
    words = [0xFFFFFFFF] * 8
    words[kind >> 5] &= ~(1 << (kind & 31))
    return struct.pack("=8I", *words)
