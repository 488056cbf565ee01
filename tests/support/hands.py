"""A clock that a test sets."""

from __future__ import annotations

from dataclasses import dataclass, field

from sm_dns.util.clock import Clock


@dataclass(frozen=True)
class Hands(Clock):
    """Shows the last of `shown`, in POSIX seconds."""

    shown: list[float] = field(default_factory=lambda: [0.0])

    def now(self) -> float:
        return self.shown[-1]

    def set(self, instant: float) -> None:
        """Show this instant from now on."""
        self.shown.append(instant)
