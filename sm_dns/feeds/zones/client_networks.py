"""Networks as the rules for clients of a response policy zone write them, and what is left of one without others."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Final

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_TRIGGER: Final = b"\x0drpz-client-ip"
_WORD_BITS: Final = 16
EVERYWHERE: Final[tuple[Network, ...]] = tuple(
    ipaddress.ip_network(text) for text in ("0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1")
)
"""All addresses: a rule for a prefix of no length is refused by servers."""


def owner(network: Network) -> bytes:
    """The owner of the rule for clients of a network: prefix length, then the address backwards.

    IPv6 has its eight words in hexadecimal, `zz` for the longest run of zeros (draft-vixie-dnsop-dns-rpz-00 §4.1.1).
    """
    if isinstance(network, ipaddress.IPv4Network):
        parts = [str(octet) for octet in reversed(network.network_address.packed)]
    else:
        parts = _words(network.network_address)
    return b"".join(_label(part) for part in (str(network.prefixlen), *parts)) + _TRIGGER


def _words(address: ipaddress.IPv6Address) -> list[str]:
    """The words of an address, the last first, the longest run of zeros as `zz`."""
    groups = [int.from_bytes(address.packed[at : at + 2]) for at in range(0, 16, 2)]
    start, length = _longest_zeros(groups)
    words = [f"{group:x}" for group in groups]
    if length > 1:
        words[start : start + length] = ["zz"]
    return words[::-1]


def _longest_zeros(groups: list[int]) -> tuple[int, int]:
    best, at = (0, 0), 0
    while at < len(groups):
        end = at
        while end < len(groups) and not groups[end]:
            end += 1
        if end - at > best[1]:
            best = (at, end - at)
        at = max(end, at + 1)
    return best


def _label(text: str) -> bytes:
    return bytes((len(text),)) + text.encode("ascii")


def without(network: Network, inner: Iterable[Network]) -> list[Network]:
    """What of a network is in none of the others, which lie within it: the fewest prefixes."""
    left = [network]
    for one in inner:
        left = [part for each in left for part in _minus(each, one)]
    return merged(left)


def _minus(network: Network, one: Network) -> Iterable[Network]:
    if isinstance(network, ipaddress.IPv4Network) and isinstance(one, ipaddress.IPv4Network):
        if network.subnet_of(one):
            return ()
        return network.address_exclude(one) if one.subnet_of(network) else (network,)
    if isinstance(network, ipaddress.IPv6Network) and isinstance(one, ipaddress.IPv6Network):
        if network.subnet_of(one):
            return ()
        return network.address_exclude(one) if one.subnet_of(network) else (network,)
    return (network,)


def merged(networks: Iterable[Network]) -> list[Network]:
    """The same addresses in the fewest prefixes, IPv4 first, in order."""
    given = list(networks)
    four = [each for each in given if isinstance(each, ipaddress.IPv4Network)]
    six = [each for each in given if isinstance(each, ipaddress.IPv6Network)]
    return [*ipaddress.collapse_addresses(four), *ipaddress.collapse_addresses(six)]
