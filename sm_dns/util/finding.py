"""One thing that `check` and `status` tell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to know: an `error` keeps the service from working, a `warning` wants a person, a `note` is news."""

    level: Level
    text: str
