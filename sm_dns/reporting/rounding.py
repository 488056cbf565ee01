"""How this house rounds numbers for who is not the administrator (PRIV-3)."""

from __future__ import annotations

from sm_dns.monitor import secret_file
from sm_dns.monitor.disclosure.rounding import KEY_FILE, Rounding
from sm_dns.settings.settings import Settings


def rounding_of(settings: Settings) -> Rounding:
    """By the key of the state directory, which is made where there is none. Raises `BadInput`, `OSError`."""
    key = secret_file.load_or_make(settings.state_dir / KEY_FILE)
    return Rounding(key, settings.monitoring.small_cell)
