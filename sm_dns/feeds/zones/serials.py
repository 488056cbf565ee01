"""Serials of zones: numbers of 32 bits that only grow, in the sense of RFC 1982.

A new one is the second of the change where that is greater than the last, else the next number: two primaries that
pass the same edge give it the same serial without a word between them, and a clock that is set back takes none back.
"""

from __future__ import annotations

from typing import Final

_MASK: Final = 0xFFFFFFFF
_HALF: Final = 1 << 31


def is_newer(serial: int, other: int) -> bool:
    """Whether a serial follows another (RFC 1982 §3.2)."""
    return serial != other and (serial - other) & _MASK < _HALF


def next_serial(before: int | None, instant: float) -> int:
    """The serial of a change at an instant (POSIX seconds) after the serial before; None where there was none."""
    wanted = int(instant) & _MASK
    if before is None:
        return wanted or 1
    return wanted if wanted and is_newer(wanted, before) else ((before + 1) & _MASK or 1)
