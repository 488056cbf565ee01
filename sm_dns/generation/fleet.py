"""What the process of the fleet needs to know, as plain values of `service.json` and of its start."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal


@dataclass(frozen=True)
class FleetPlan:
    """role: as what a server begins that is in no fleet yet; name: of this server in its fleet; listen: the
    address and port of who may be primary."""

    role: Literal["primary", "node"]
    name: str
    listen: tuple[str, int] | None


@dataclass(frozen=True)
class FleetStart:
    """The argument of the process of the fleet."""

    plan: FleetPlan
    config: Path
    state_dir: Path
