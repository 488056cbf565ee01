"""Whether the kernel holds the wall clock to be synchronised (adjtimex(2))."""

from __future__ import annotations

import ctypes

_TIMEX_OCTETS = 256  # more than struct timex has on any Linux; zeros mean "only tell"
_TIME_ERROR = 5


def is_synchronised() -> bool | None:
    """True or False as the kernel says; None where it does not say."""
    try:
        state = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.create_string_buffer(_TIMEX_OCTETS))
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != _TIME_ERROR
