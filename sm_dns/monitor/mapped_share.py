"""Whether those who are known as staff became fewer as staff do not: by a fault of leases or of the map."""

from __future__ import annotations

from typing import NamedTuple

FEWEST = 10  # who asked; of fewer nothing can be said


class Seen(NamedTuple):
    """How many different staff, and how many devices and addresses that nobody knows, asked in a stretch of time."""

    mapped: int
    unmapped: int

    @property
    def percent(self) -> float:
        """The share of staff; 0 where nobody asked."""
        return 100 * self.mapped / (self.mapped + self.unmapped) if self.mapped + self.unmapped else 0.0


def has_fallen(before: Seen, now: Seen) -> bool:
    """Whether the share fell by a third or more while more are unknown than before.

    On a day of rest staff are away, and no more become unknown; where leases fail, staff turn into unknown devices.
    """
    enough = min(sum(before), sum(now)) >= FEWEST and before.mapped > 0
    return enough and now.unmapped > before.unmapped and now.percent * 3 <= before.percent * 2
