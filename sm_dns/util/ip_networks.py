"""Client addresses and networks: text to numbers, and look-up by prefix.

An IPv4-mapped IPv6 address or network (RFC 4291 §2.5.5.2) is its IPv4 one; a scope id (RFC 4007) plays no part.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from typing import Generic, NamedTuple, TypeVar

from sm_dns.util.errors import BadInput

_MAPPED = 0xFFFF << 32
_BITS = {4: 32, 6: 128}

T = TypeVar("T")


class Network(NamedTuple):
    """IP version 4 or 6, prefix length, and the bits of the prefix as a number."""

    version: int
    length: int
    bits: int


def address(text: str) -> tuple[int, int] | None:
    """IP version and number of an address; None for what is not an address."""
    try:
        if ":" not in text:
            return 4, int.from_bytes(socket.inet_pton(socket.AF_INET, text))
        number = int.from_bytes(socket.inet_pton(socket.AF_INET6, text.partition("%")[0]))
    except (OSError, ValueError):
        return None
    if number >> 32 == 0xFFFF:
        return 4, number - _MAPPED
    return 6, number


def canonical(text: str) -> str | None:
    """The canonical text of an address (RFC 5952; IPv4-mapped IPv6 is IPv4, no scope); None for what is none."""
    found = address(text.strip())
    if found is None:
        return None
    version, number = found
    return str(ipaddress.IPv4Address(number) if version == 4 else ipaddress.IPv6Address(number))


def plain(text: str) -> str:
    """An address as networks are written: its canonical text; any other text as it is."""
    return canonical(text) or text


def network(text: str) -> Network:
    """A network in CIDR form, or one address; raises `BadInput` for anything else and for stray host bits."""
    try:
        read = ipaddress.ip_network(text)
    except ValueError as error:
        raise BadInput("not a network: {reason}", reason=error) from None
    version, length, number = read.version, read.prefixlen, int(read.network_address)
    # Without host bits, a network that starts so is at least 96 bits long.
    if version == 6 and number >> 32 == 0xFFFF:
        version, length, number = 4, length - 96, number - _MAPPED
    return Network(version, length, number >> (_BITS[version] - length))


def covers(outer: Network, inner: Network) -> bool:
    """Whether all of a network lies in another."""
    return (
        outer.version == inner.version
        and outer.length <= inner.length
        and inner.bits >> (inner.length - outer.length) == outer.bits
    )


def holds(network: Network, version: int, number: int) -> bool:
    """Whether an address, by its IP version and number, lies in a network."""
    return network.version == version and number >> (_BITS[version] - network.length) == network.bits


class PrefixTable(Generic[T]):
    """Values by network; a look-up costs one dictionary probe for each prefix length in use."""

    def __init__(self) -> None:
        self._tables: dict[int, dict[int, dict[int, T]]] = {4: {}, 6: {}}

    def add(self, where: Network, value: T) -> T:
        """Set the value of a network unless it has one; returns the value it has."""
        table = self._tables[where.version]
        if where.length not in table:
            table[where.length] = {}
            # Longest first, so that the first hit of a look-up is the most specific.
            self._tables[where.version] = dict(sorted(table.items(), reverse=True))
        return self._tables[where.version][where.length].setdefault(where.bits, value)

    def covering(self, version: int, number: int) -> Iterator[T]:
        """The values of all networks that hold an address, longest prefix first."""
        width = _BITS[version]
        for length, values in self._tables[version].items():
            value = values.get(number >> (width - length))
            if value is not None:
                yield value
