"""What the control process knows of requests that staff make on the block page, as plain values of `service.json`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RequestPlan:
    """departments: that may be named; longest: seconds after which one ends at the latest; keep: seconds that what
    has ended is kept; mails: whether anybody is told by mail."""

    departments: tuple[str, ...]
    longest: int
    keep: int
    mails: bool
