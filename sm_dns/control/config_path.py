"""Where the configuration is when nobody says."""

from __future__ import annotations

import os
from pathlib import Path

from sm_dns.errors import BadInput

_PLACES = (Path("config/sm-dns.yaml"), Path("/etc/sm-dns/sm-dns.yaml"))


def default_config() -> Path:
    """$SM_DNS_CONFIG, ./config/sm-dns.yaml or /etc/sm-dns/sm-dns.yaml. Raises `BadInput` where there is none."""
    named = os.environ.get("SM_DNS_CONFIG")
    if named:
        return Path(named)
    for place in _PLACES:
        if place.exists():
            return place
    raise BadInput(f"no configuration: give --config, or make one of {', '.join(map(str, _PLACES))}")
