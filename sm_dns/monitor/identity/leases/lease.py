"""One line of what a DHCP server or the kernel says: this device has this address, from then to then."""

from __future__ import annotations

import math
from collections import Counter
from enum import Enum
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sm_dns.util.errors import BadInput

MAX_BYTES = 32 * 1024 * 1024  # of a lease file
MAX_LINES = 400_000
MAX_LINE = 4096  # characters read of a line
MAX_LEASES = 400_000

FOREVER = math.inf


class Lease(NamedTuple):
    """An address (canonical) held by a device. `starts` is None where the source does not say; `ends` is exclusive.

    `host` is the name the client gave itself, "" for none. `by_identifier`: the device is only known by its DHCPv6
    identifier, which names a network card but not always the one in use. `domain`: what followed `host` in that name,
    in lower case, "" for nothing.
    """

    address: str
    device: str
    host: str
    starts: float | None
    ends: float
    by_identifier: bool = False
    domain: str = ""


class Written(NamedTuple):
    """When a file was written (POSIX seconds), and in which zone its local times are."""

    at: float
    zone: ZoneInfo


class LeftOut(Enum):
    """What is ordinary in a file, and no lease of an address to a device."""

    FREE = "free"
    DECLINED = "declined"
    PREFIX = "delegated prefixes"
    OTHER = "of other things"


Found = Lease | LeftOut | None
"""What a line or block gives; None for one that cannot be used."""


class Reading(NamedTuple):
    """What a source says, in its order (of one address, the later is the newer).

    `skipped`: how many lines or blocks cannot be used; `left_out`: what is ordinary and no lease, and how many.
    """

    leases: tuple[Lease, ...]
    skipped: int
    left_out: tuple[tuple[str, int], ...] = ()


class Gathering:
    """A reading that grows."""

    def __init__(self) -> None:
        self._leases: list[Lease] = []
        self._skipped = 0
        self._left_out: Counter[str] = Counter()

    def take(self, found: Found) -> None:
        """Take in what the next line or block gives. Raises `BadInput` beyond `MAX_LEASES`."""
        if isinstance(found, Lease):
            if len(self._leases) >= MAX_LEASES:
                raise BadInput("more than {most} leases", most=MAX_LEASES)
            self._leases.append(found)
        elif found is None:
            self._skipped += 1
        else:
            self._left_out[found.value] += 1

    def reading(self) -> Reading:
        """All that was taken in."""
        return Reading(tuple(self._leases), self._skipped, tuple(sorted(self._left_out.items())))


def usable_lines(text: str) -> list[str]:
    """The lines of a file, overlong ones cut off. Raises `BadInput` beyond `MAX_LINES`."""
    if text.count("\n") > MAX_LINES:
        raise BadInput("more than {most} lines", most=MAX_LINES)
    return [line[:MAX_LINE] for line in text.split("\n")]


def seconds(text: str) -> float | None:
    """A POSIX time in decimal digits; None for anything else."""
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None
