"""The numbers at the axis of a chart."""

from __future__ import annotations

from typing import Final

TICKS: Final = 5  # at most, beside the zero


def ticks(most: int) -> range:
    """Round numbers for the axis of counts up to `most`: 0, and `TICKS` more at most."""
    apart, factors = 1, (2, 5, 10)
    while most > apart * TICKS:
        ten = 10 ** (len(str(apart)) - 1)
        apart = next(ten * factor for factor in factors if ten * factor > apart)
    return range(0, most + 1, apart)
