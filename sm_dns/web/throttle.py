"""Guessing made slow: after some failures each further try of the same origin must wait, longer and longer."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass

FREE_TRIES = 5
LONGEST_SECONDS = 900.0
FORGET_SECONDS = 3600.0
MAX_KEYS = 4096


@dataclass(slots=True)
class _Failures:
    count: int
    last: float


class Throttle:
    """Failures by key; the least recent are forgotten when there are too many. Times are POSIX seconds."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def wait(self, keys: tuple[str, ...], now: float) -> float:
        """Seconds until the next try may be made; 0.0 when it may be made now."""
        return max((self._wait(key, now) for key in keys), default=0.0)

    def _wait(self, key: str, now: float) -> float:
        found = self._failures.get(key)
        if found is None or found.count < FREE_TRIES or now - found.last > FORGET_SECONDS:
            return 0.0
        pause = min(2.0 ** (found.count - FREE_TRIES + 1), LONGEST_SECONDS)
        return max(0.0, found.last + pause - now)

    def failed(self, keys: tuple[str, ...], now: float) -> None:
        """Note a failure."""
        for key in keys:
            found = self._failures.pop(key, _Failures(0, now))
            fresh = now - found.last <= FORGET_SECONDS
            self._failures[key] = _Failures(found.count + 1 if fresh else 1, now)
        while len(self._failures) > MAX_KEYS:
            self._failures.popitem(last=False)

    def succeeded(self, keys: tuple[str, ...]) -> None:
        """Begin anew."""
        for key in keys:
            self._failures.pop(key, None)


def origin_of(client: str) -> str:
    """Whom an address stands for: an IPv4 address itself, an IPv6 /64, else the text."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
