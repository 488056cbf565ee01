"""What the control process needs to know to name the LAN's devices, as plain values of `service.json`."""

from __future__ import annotations

from dataclasses import dataclass

from sm_dns.generation.lease_source import LeaseSource


@dataclass(frozen=True)
class LanPlan:
    """The domain of the names, and where the leases they come from are told."""

    domain: str
    leases: tuple[LeaseSource, ...]
