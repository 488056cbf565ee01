"""One line of what a DHCP server or the kernel says: this device has this address, from then to then."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from sm_dns.util.errors import BadInput

MAX_BYTES = 32 * 1024 * 1024  # of a lease file
MAX_LINES = 400_000
MAX_LINE = 1024  # characters; a longer one is skipped, unread
MAX_HOST = 63  # characters kept of a host name: its first label

FOREVER = math.inf

_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?", re.ASCII)


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


class Reading(NamedTuple):
    """The leases of a file in its order (of one address, the later is the newer), and how many lines gave none."""

    leases: tuple[Lease, ...]
    skipped: int


Reader = Callable[[Iterable[str]], Reading]


def host_label(text: str) -> str:
    """The first label of a host name in lower case; "" for what is no host name (T16: clients choose it)."""
    label = text.strip().rstrip(".").lower().partition(".")[0]
    return label if len(label) <= MAX_HOST and _HOST.fullmatch(label) else ""


def host_domain(text: str) -> str:
    """What follows the first label of a host name, in lower case and without the dot at its end."""
    return text.strip().rstrip(".").lower().partition(".")[2]


def usable_lines(text: str) -> list[str]:
    """The lines of a file, overlong ones emptied. Raises `BadInput` beyond `MAX_LINES`."""
    if text.count("\n") > MAX_LINES:
        raise BadInput("more than {most} lines", most=MAX_LINES)
    return ["" if len(line) > MAX_LINE else line for line in text.split("\n")]


def seconds(text: str) -> float | None:
    """A POSIX time in decimal digits; None for anything else."""
    return float(text) if text.isascii() and text.isdigit() and len(text) <= 12 else None
