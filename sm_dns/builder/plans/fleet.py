"""The plan that a configuration makes for the process of the fleet."""

from __future__ import annotations

import importlib.util
import re
import socket

from sm_dns.generation.fleet import FleetPlan
from sm_dns.settings.settings import Settings


def own_name(settings: Settings) -> str:
    """What this server is called in its fleet: as configured, else by the name of its host."""
    host = re.sub(r"[^A-Za-z0-9._-]", "-", socket.gethostname())[:63].lstrip("._-")
    return settings.fleet.name or host or "server"


def fleet_plan(settings: Settings) -> FleetPlan | None:
    """What the process of the fleet goes by; None for a server alone. Raises `BadInput` without its library."""
    given = settings.fleet
    if given.role is None:
        return None
    if importlib.util.find_spec("cryptography") is None:
        raise settings.bad("fleet: needs the extra fleet: pip install '.[fleet]' in the source", "fleet")
    listen = None if given.listen is None else (given.listen.address, given.listen.port)
    return FleetPlan(given.role, own_name(settings), listen)
