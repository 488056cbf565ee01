"""Where policy tells clients apart by their address alone: every such place, and the class of its clients.

A response policy zone knows a client by its address and by nothing else, so that this is all a feed can tell.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from sm_dns.feeds.zones.client_networks import Network, without
from sm_dns.policy.clients import who
from sm_dns.policy.clients.client_table import ClientClass, ClientTable
from sm_dns.policy.clients.switches import Switch
from sm_dns.policy.groups import PRIVATE_NETWORKS
from sm_dns.policy.service_rules import ServiceRule


@dataclass(frozen=True, slots=True)
class Place:
    """Prefixes whose clients are all of one class."""

    networks: tuple[Network, ...]
    client: ClientClass


def places(clients: ClientTable) -> list[Place]:
    """Every address that is served, in one place each; whoever is not served is in none."""
    prefixes = sorted(
        set(_named(clients)), key=lambda each: (each.version, each.prefixlen, each.network_address)
    )
    found: list[Place] = []
    for at, prefix in enumerate(prefixes):
        inner = [each for each in prefixes[at + 1 :] if _lies_in(each, prefix)]
        left = without(prefix, inner)
        client = clients.classify(str(left[0].network_address)) if left else None
        if client is not None:
            found.append(Place(tuple(left), client))
    return found


def _named(clients: ClientTable) -> Iterator[Network]:
    """Every network that anything of a policy names."""
    yield from map(ipaddress.ip_network, PRIVATE_NETWORKS)
    for group in clients.groups.values():
        yield from map(_network, group.networks)
    for exemption in clients.exemptions:
        if exemption.network is not None:
            yield _network(exemption.network)
    for text in chain.from_iterable(
        one.who for one in chain[ServiceRule | Switch](clients.rules, clients.switches)
    ):
        if who.kind_of(text) == who.NETWORK:
            yield _network(who.value_of(text))


def _network(text: str) -> Network:
    """A network; one of IPv4-mapped addresses is its IPv4 one, as everywhere in policy."""
    read = ipaddress.ip_network(text)
    if isinstance(read, ipaddress.IPv6Network) and read.network_address.ipv4_mapped is not None:
        return ipaddress.IPv4Network((read.network_address.ipv4_mapped, read.prefixlen - 96))
    return read


def _lies_in(inner: Network, outer: Network) -> bool:
    if isinstance(inner, ipaddress.IPv4Network) and isinstance(outer, ipaddress.IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(inner, ipaddress.IPv6Network) and isinstance(outer, ipaddress.IPv6Network):
        return inner.subnet_of(outer)
    return False
