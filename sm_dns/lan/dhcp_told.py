"""What DHCP servers tell the clients of a link: asked by DHCPINFORM, which takes no address (RFC 2131, 4.4.3).

Asked from the port of clients, so that it takes root, and a client of this host's own may get the answers instead.
"""

from __future__ import annotations

import ipaddress
import secrets
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SERVER_PORT, CLIENT_PORT = 67, 68
MAX_SERVERS = 16  # that are heard on one link
MAX_OCTETS = 1500

_HEAD = struct.Struct("!BBBBIHH4s4s4s4s16s192x4s")
_COOKIE = b"\x63\x82\x53\x63"
_REQUEST, _REPLY, _ETHERNET = 1, 2, 1
_TYPE, _ASKED, _SERVER, _NAME_SERVERS, _PAD, _END = 53, 55, 54, 6, 0, 255
_INFORM, _ACK = 8, 5
_BIND_TO_DEVICE = 25


@dataclass(frozen=True, slots=True)
class DhcpTold:
    """A DHCP server, and the name servers that it gives to clients (option 6)."""

    server: str
    name_servers: tuple[str, ...]


def ask_dhcp(interface: str, address: str, seconds: float) -> tuple[DhcpTold, ...]:
    """What each DHCP server of a link says within `seconds` to the host with an IPv4 address of its own there.

    Raises `OSError`: not root, or the port is another's.
    """
    number = secrets.token_bytes(4)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
        sock.setsockopt(socket.SOL_SOCKET, _BIND_TO_DEVICE, interface.encode() + b"\0")
        sock.bind(("", CLIENT_PORT))
        sock.sendto(inform(number, address, _hardware(interface)), ("255.255.255.255", SERVER_PORT))
        return tuple(_heard(sock, number, seconds))


def _heard(sock: socket.socket, number: bytes, seconds: float) -> Iterator[DhcpTold]:
    ends, servers = time.monotonic() + seconds, set[str]()
    while len(servers) < MAX_SERVERS and (left := ends - time.monotonic()) > 0:
        sock.settimeout(left)
        try:
            data, sender = sock.recvfrom(MAX_OCTETS)
        except TimeoutError:
            return
        told = read_answer(data, number, sender[0])
        if told is not None and told.server not in servers:
            servers.add(told.server)
            yield told


def inform(number: bytes, address: str, hardware: bytes) -> bytes:
    """The question. number: four octets by which its answers are known."""
    own = ipaddress.IPv4Address(address).packed
    nobody = bytes(4)
    head = _HEAD.pack(
        _REQUEST, _ETHERNET, len(hardware), 0, int.from_bytes(number), 0, 0, own, nobody, nobody, nobody,
        hardware.ljust(16, b"\0"), _COOKIE,
    )  # fmt: skip
    return head + bytes((_TYPE, 1, _INFORM, _ASKED, 1, _NAME_SERVERS, _END))


def read_answer(data: bytes, number: bytes, sender: str) -> DhcpTold | None:
    """What a server says; None for what is no answer to that question, or cannot be read."""
    if len(data) < _HEAD.size or data[0] != _REPLY or data[4:8] != number or data[236:240] != _COOKIE:
        return None
    options = dict(_options(data[240:]))
    if options.get(_TYPE) != bytes((_ACK,)):
        return None
    given = options.get(_NAME_SERVERS, b"")
    servers = [given[at : at + 4] for at in range(0, len(given) - len(given) % 4, 4)]
    server = options.get(_SERVER, b"")
    return DhcpTold(
        str(ipaddress.IPv4Address(server)) if len(server) == 4 else sender,
        tuple(str(ipaddress.IPv4Address(each)) for each in servers),
    )


def _options(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Code and value of each option; what is cut ends them."""
    at = 0
    while at < len(data) and data[at] != _END:
        if data[at] == _PAD:
            at += 1
            continue
        if at + 2 > len(data) or at + 2 + data[at + 1] > len(data):
            return
        yield data[at], data[at + 2 : at + 2 + data[at + 1]]
        at += 2 + data[at + 1]


def _hardware(interface: str) -> bytes:
    """The hardware address of a link; none where it has none."""
    with suppress(OSError, ValueError):
        text = Path("/sys/class/net", interface, "address").read_text("ascii")
        return bytes.fromhex(text.strip().replace(":", ""))[:16]
    return b""
