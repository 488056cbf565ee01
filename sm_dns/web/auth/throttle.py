"""Guessing made slow: after some failures each further try of the same origin must wait, longer and longer.

A try counts as a failure from its beginning until it succeeds, so that however many come at once no more are checked
than may fail. Who must wait waits on after a restart of the process: `STATE_DIR/web/lockouts.json`.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sm_dns.util.errors import BadInput
from sm_dns.util.files import atomic_write, make_directory, read_text

FILE = "lockouts.json"
FREE_TRIES = 5
LONGEST_SECONDS = 900.0
FORGET_SECONDS = 3600.0
MAX_KEYS = 4096
MAX_BYTES = 1 << 20

log = logging.getLogger(__name__)


class Try(NamedTuple):
    """wait: seconds until a try may be made, 0.0 where this one may. failures: with it, if it fails too."""

    wait: float
    failures: int = 0


@dataclass(slots=True)
class _Failures:
    count: int
    last: float


class Throttle:
    """Failures by key; the least recent are forgotten when there are too many. Times are POSIX seconds."""

    def __init__(self, file: Path | None = None) -> None:
        """`file` is where lock-outs outlive the process; nowhere without it."""
        self._file = file
        self._lock = threading.Lock()
        self._failures = _read(file)

    def begin(self, keys: tuple[str, ...], now: float) -> Try:
        """Make a try, if it may be made now: it has failed unless `succeeded` says otherwise."""
        with self._lock:
            wait = max(self._wait(key, now) for key in keys)
            if wait:
                return Try(wait)
            failures = [self._count(key, now) for key in keys]
            while len(self._failures) > MAX_KEYS:
                self._failures.popitem(last=False)
            if max(failures) >= FREE_TRIES:
                self._keep()
            return Try(0.0, failures[0])

    def succeeded(self, keys: tuple[str, ...]) -> None:
        """Begin anew."""
        with self._lock:
            gone = [self._failures.pop(key, None) for key in keys]
            if any(each is not None and each.count >= FREE_TRIES for each in gone):
                self._keep()

    def _wait(self, key: str, now: float) -> float:
        found = self._failures.get(key)
        if found is None or found.count < FREE_TRIES or now - found.last > FORGET_SECONDS:
            return 0.0
        pause = min(2.0 ** (found.count - FREE_TRIES + 1), LONGEST_SECONDS)
        return min(pause, max(0.0, found.last + pause - now))  # a clock that was set back lengthens no wait

    def _count(self, key: str, now: float) -> int:
        found = self._failures.pop(key, _Failures(0, now))
        fresh = now - found.last <= FORGET_SECONDS
        self._failures[key] = _Failures(found.count + 1 if fresh else 1, now)
        return self._failures[key].count

    def _keep(self) -> None:
        if self._file is None:
            return
        locked = {
            key: [each.count, each.last] for key, each in self._failures.items() if each.count >= FREE_TRIES
        }
        try:
            make_directory(self._file.parent, mode=0o700)
            atomic_write(self._file, json.dumps(locked).encode() + b"\n", mode=0o600)
        except OSError as error:  # the lock-out holds all the same, as long as the process does
            log.warning("lock-outs of the dashboard could not be kept: %s", error)


def _read(file: Path | None) -> OrderedDict[str, _Failures]:
    """What an earlier process kept. A file that cannot be read keeps nobody out and nobody in."""
    if file is None or not file.exists():
        return OrderedDict()
    try:
        found = json.loads(read_text(file, limit=MAX_BYTES))
        known = [(str(key), _Failures(int(count), float(last))) for key, (count, last) in found.items()]
    except (BadInput, ValueError, TypeError, AttributeError) as error:
        log.warning("lock-outs of the dashboard could not be read: %s", error)
        return OrderedDict()
    return OrderedDict(known[-MAX_KEYS:])


def origin_of(client: str) -> str:
    """Whom an address stands for: an IPv4 address itself, an IPv6 /64, else the text."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))
