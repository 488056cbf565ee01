"""For whom a request is granted: the one place where that is chosen."""

from __future__ import annotations

import ipaddress
from typing import NamedTuple

from sm_dns.state.access_requests import AccessRequest


class Target(NamedTuple):
    """The clients of an exemption: of a group, or of a network."""

    group: str | None
    network: str | None


def target_of(request: AccessRequest, group: str | None) -> Target:
    """The address that asked, or all clients of a group."""
    if group:
        return Target(group, None)
    return Target(None, str(ipaddress.ip_network(request.client)))
