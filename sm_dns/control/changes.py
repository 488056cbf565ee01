"""What the changes of policy have in common: whoever makes one writes it down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Note(Protocol):
    """Writes a change that was made into the audit; who made it is known to the writer."""

    def __call__(self, action: str, target: str, *, why: str, detail: Mapping[str, Any]) -> None:
        """action: what was done; target: to what; why: the reason given; detail: JSON (before, after)."""
