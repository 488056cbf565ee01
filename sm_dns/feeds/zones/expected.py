"""What the gate is to a client: as the zones say it, whatever the policy would say in full."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from sm_dns.feeds.zones.client_networks import Network
from sm_dns.feeds.zones.gate import GateState


def is_open_to(state: GateState, address: str) -> bool:
    """Whether a client with this address gets by what is scheduled."""
    return state.is_open or _is_in(address, (*state.past_schedule, *state.past_everything))


def gets_everything(state: GateState, address: str) -> bool:
    """Whether it gets by what is always denied, too."""
    return _is_in(address, state.past_everything)


def _is_in(address: str, networks: Iterable[Network]) -> bool:
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return any(found.version == one.version and found in one for one in networks)
