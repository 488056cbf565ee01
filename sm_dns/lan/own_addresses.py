"""This host's own addresses and default routes, asked of the kernel over netlink (rtnetlink(7))."""

from __future__ import annotations

import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_interface

from sm_dns.lan.netlink import attributes, dump

MAX_ADDRESSES = 4096  # of a host; a router of containers has hundreds

# <linux/rtnetlink.h>, <linux/if_addr.h>
_ADDRESS_HEAD = struct.Struct("=BBBBI")  # family, prefix length, flags, scope, interface
_ROUTE_HEAD = struct.Struct("=BBBBBBBBI")  # family, to, from, tos, table, protocol, scope, type, flags
_NEW_ADDRESS, _GET_ADDRESS, _NEW_ROUTE, _GET_ROUTE = 20, 22, 24, 26
_ADDRESS, _LOCAL_ADDRESS, _FLAGS = 1, 2, 8
_OUT, _GATEWAY = 4, 5
_MAIN_TABLE, _UNICAST, _EVERYWHERE = 254, 1, 0
_TEMPORARY, _DEPRECATED, _LASTING = 0x01, 0x20, 0x80
_FAMILIES = {socket.AF_INET: IPv4Address, socket.AF_INET6: IPv6Address}


@dataclass(frozen=True, slots=True)
class OwnAddress:
    """An address of this host and the network of its link. `is_everywhere`: it is good beyond the link and the host;
    `is_lasting`: it was set for good, and not by DHCP or a router for a while; `is_temporary`: it will be another
    one soon (RFC 8981), or is not to be used any more (RFC 4862)."""

    interface: str
    address: str
    prefix: int
    is_everywhere: bool
    is_lasting: bool
    is_temporary: bool

    @property
    def network(self) -> IPv4Network | IPv6Network:
        """The network of its link."""
        return ip_interface(f"{self.address}/{self.prefix}").network

    @property
    def version(self) -> int:
        """4 or 6."""
        return self.network.version


@dataclass(frozen=True, slots=True)
class DefaultRoute:
    """The way to everywhere else. `gateway` is "" where there is none, as on a point-to-point link."""

    interface: str
    gateway: str
    version: int


def own_addresses() -> tuple[OwnAddress, ...]:
    """Every address of this host, `MAX_ADDRESSES` at most. Raises `OSError`."""
    body = _ADDRESS_HEAD.pack(socket.AF_UNSPEC, 0, 0, 0, 0)
    found: list[OwnAddress] = []
    for part in dump(_GET_ADDRESS, _NEW_ADDRESS, body):
        if len(found) < MAX_ADDRESSES:
            found += read_address(part)
    return tuple(found)


def own_links() -> tuple[str, ...]:
    """The networks on this host's own links, in CIDR form: those of its addresses that others can reach. Raises
    `OSError`."""
    networks = {each.network for each in own_addresses() if each.is_everywhere}
    shared = (each for each in networks if 0 < each.prefixlen < each.max_prefixlen)
    return tuple(map(str, sorted(shared, key=lambda each: (each.version, each))))


def default_routes() -> tuple[DefaultRoute, ...]:
    """The default routes of both families. Raises `OSError`."""
    body = _ROUTE_HEAD.pack(socket.AF_UNSPEC, 0, 0, 0, 0, 0, 0, 0, 0)
    found = [each for part in dump(_GET_ROUTE, _NEW_ROUTE, body) for each in read_route(part)]
    return tuple(dict.fromkeys(found))


def read_address(message: bytes) -> list[OwnAddress]:
    """The address of one message; [] for one that cannot be read."""
    if len(message) < _ADDRESS_HEAD.size:
        return []
    family, length, flags, scope, interface = _ADDRESS_HEAD.unpack_from(message)
    told = dict(attributes(message[_ADDRESS_HEAD.size :]))
    flags = _number(told, _FLAGS) or flags  # all of them; the head has room for eight
    try:
        address = _FAMILIES[family](told.get(_LOCAL_ADDRESS, told.get(_ADDRESS, b"")))
        name = socket.if_indextoname(interface)
    except (KeyError, ValueError, OSError):
        return []
    is_passing = bool(flags & (_TEMPORARY | _DEPRECATED)) and address.version == 6
    return [OwnAddress(name, str(address), length, scope == _EVERYWHERE, bool(flags & _LASTING), is_passing)]


def read_route(message: bytes) -> list[DefaultRoute]:
    """The default route of one message; [] for any other."""
    if len(message) < _ROUTE_HEAD.size:
        return []
    family, to, _, _, table, _, _, kind, _ = _ROUTE_HEAD.unpack_from(message)
    told = dict(attributes(message[_ROUTE_HEAD.size :]))
    if to or table != _MAIN_TABLE or kind != _UNICAST or family not in _FAMILIES:
        return []
    gateway = told.get(_GATEWAY, b"")
    try:
        name = socket.if_indextoname(_number(told, _OUT))
        via = str(_FAMILIES[family](gateway)) if gateway else ""
    except (ValueError, OSError):
        return []
    return [DefaultRoute(name, via, 4 if family == socket.AF_INET else 6)]


def _number(told: Mapping[int, bytes], kind: int) -> int:
    value = told.get(kind, b"")
    return int(struct.unpack("=I", value)[0]) if len(value) == 4 else 0
