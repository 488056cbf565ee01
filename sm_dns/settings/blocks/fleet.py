"""The block `fleet` of the configuration: whether this server is one of several that are one service."""

from __future__ import annotations

from typing import Literal

from sm_dns.settings.types import Block, Listen, Name

POLICY_KEYS = (
    "schedules",
    "groups",
    "categories",
    "services",
    "optional_services",
    "lists",
    "calendars",
    "bypass",
    "rebinding",
    "ttl",
)
"""The keys of the configuration that are the policy of a fleet: a node has them from its primary."""


class FleetSettings(Block):
    """role: as what this server begins, None for a server alone. name: what the others call it; left out, the
    name of the host. listen: where it is joined and asked as primary; a node without one is never promoted."""

    role: Literal["primary", "node"] | None = None
    name: Name | None = None
    listen: Listen | None = None
