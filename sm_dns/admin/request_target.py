"""For whom a request is granted: the one place where that is chosen."""

from __future__ import annotations

import ipaddress
from typing import NamedTuple

from sm_dns.state.access_requests import AccessRequest


class Target(NamedTuple):
    """The clients of an exemption: of a group, of a network, or who is known as something."""

    group: str | None
    network: str | None
    who: str | None


def target_of(request: AccessRequest, group: str | None) -> Target:
    """The device that asked, or its person; the address where neither was known; or all clients of a group."""
    if group:
        return Target(group, None, None)
    if request.who is not None:
        return Target(None, None, request.who)
    return Target(None, str(ipaddress.ip_network(request.client)), None)
