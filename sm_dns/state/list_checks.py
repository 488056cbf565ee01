"""How old the copies of remote lists are, told without reading the lists: the control process plans by it."""

from __future__ import annotations

import json
from pathlib import Path

CACHE = "lists"


def due(state_dir: Path, name: str, refresh: float, now: float) -> float:
    """The POSIX second at which a list is to be fetched next: `refresh` seconds after it was last known current.

    Now for one that was never fetched, whose notes cannot be read, or that was checked in the future.
    """
    try:
        checked = float(json.loads((state_dir / CACHE / f"{name}.json").read_bytes())["checked"])
    except (OSError, ValueError, KeyError, TypeError):
        return now
    return max(now, checked + refresh) if checked <= now else now
