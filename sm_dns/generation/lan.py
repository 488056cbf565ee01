"""What the control process needs to know to name the LAN's devices, as plain values of `service.json`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LanPlan:
    """The domain of the names, and the lease files they come from, by absolute paths."""

    domain: str
    leases: tuple[str, ...]
