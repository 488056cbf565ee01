"""The header of the PROXY protocol, version 2: who is behind the proxy that sends it.

It stands before a datagram's message, or once at the beginning of a stream. (The PROXY protocol, HAProxy, §2.2.)
"""

from __future__ import annotations

import socket
from struct import Struct
from typing import Final, NamedTuple

SIGNATURE: Final = b"\r\n\r\n\0\r\nQUIT\n"
FIXED: Final = 16  # octets of the part that says how long the rest is
MAX_REST: Final = 2_048  # octets of addresses and what proxies add to them

_HEAD: Final = Struct("!12sBBH")
_LOCAL, _PROXY = 0x20, 0x21  # version 2 and a command
_SIZES: Final = {socket.AF_INET: 4, socket.AF_INET6: 16}
_FAMILIES: Final = {1: socket.AF_INET, 2: socket.AF_INET6}


class BadHeader(Exception):
    """No header that can be read: nothing after it can be trusted either."""


class ProxyHeader(NamedTuple):
    """`source`: the address of the client, "" where the proxy asks for itself; `size`: octets of the header."""

    source: str
    size: int


def rest_size(head: bytes) -> int:
    """How many octets follow the `FIXED` ones. Raises `BadHeader`."""
    if len(head) < FIXED:
        raise BadHeader
    signature, command, _, size = _HEAD.unpack_from(head)
    if signature != SIGNATURE or command not in (_LOCAL, _PROXY) or size > MAX_REST:
        raise BadHeader
    return int(size)


def read_header(data: bytes) -> ProxyHeader:
    """The header that octets begin with. Raises `BadHeader` for anything else."""
    end = FIXED + rest_size(data)
    if len(data) < end:
        raise BadHeader
    family = _FAMILIES.get(data[13] >> 4)
    if data[12] == _LOCAL or family is None:  # not told, or of a socket in the proxy's own file system
        return ProxyHeader("", end)
    size = _SIZES[family]
    if end < FIXED + 2 * size + 4:  # both addresses and both ports
        raise BadHeader
    return ProxyHeader(socket.inet_ntop(family, data[FIXED : FIXED + size]), end)
