"""How old the copies of remote lists are, told without reading the lists: the control process plans by it."""

from __future__ import annotations

import json
from pathlib import Path

CACHE = "lists"


def checked_at(state_dir: Path, name: str) -> float | None:
    """The POSIX second at which a list was last known to be current; None where its notes cannot be read."""
    return _noted(state_dir, name, "checked")


def fetched_at(state_dir: Path, name: str) -> float | None:
    """The POSIX second at which the copy of a list came; None where its notes cannot be read."""
    return _noted(state_dir, name, "fetched")


def due(state_dir: Path, name: str, refresh: float, now: float) -> float:
    """The POSIX second at which a list is to be fetched next: `refresh` seconds after it was last known current.

    Now for one that was never fetched, whose notes cannot be read, or that was checked in the future.
    """
    checked = checked_at(state_dir, name)
    return now if checked is None or checked > now else max(now, checked + refresh)


def _noted(state_dir: Path, name: str, key: str) -> float | None:
    try:
        return float(json.loads((state_dir / CACHE / f"{name}.json").read_bytes())[key])
    except (OSError, ValueError, KeyError, TypeError):
        return None
