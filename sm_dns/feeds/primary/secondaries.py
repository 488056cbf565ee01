"""Who may take the zones: by address, and by key where one has a key; and how far each of them is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sm_dns.feeds.wire import tsig
from sm_dns.feeds.wire.requests import Request
from sm_dns.feeds.wire.tsig import Key
from sm_dns.util import ip_networks


@dataclass(slots=True)
class Progress:
    """How far one secondary is with one zone. Times are POSIX seconds, 0.0 for never.

    serial: what it took last; lag: seconds from the instant of the change to its having taken it.
    """

    notified: float = 0.0
    asked: float = 0.0
    taken: float = 0.0
    serial: int = 0
    lag: float = 0.0


@dataclass(slots=True)
class Secondary:
    """One who takes the zones. It is notified and asked at `address` and `port`; without a `key` it signs nothing.

    `sources`: further addresses that it asks from.
    """

    address: str
    port: int
    key: Key | None = None
    sources: tuple[str, ...] = ()
    progress: dict[str, Progress] = field(default_factory=dict)

    def of(self, zone: str) -> Progress:
        """How far it is with a zone, by the zone's short name."""
        return self.progress.setdefault(zone, Progress())


class Refused(Exception):
    """Somebody may not have what was asked; `error` is that of a signature (RFC 8945 §3), 0 where there is none."""

    def __init__(self, error: int) -> None:
        super().__init__(error)
        self.error = error


class Secondaries:
    """Everybody who may take the zones."""

    def __init__(self, everybody: Iterable[Secondary]) -> None:
        self.all = tuple(everybody)
        self._by_address: dict[str, list[Secondary]] = {}
        for one in self.all:
            for address in {ip_networks.plain(one.address.partition("%")[0]), *one.sources}:
                self._by_address.setdefault(address, []).append(one)

    def are_at(self, address: str) -> bool:
        """Whether anybody is at an address, which is canonical."""
        return address in self._by_address

    def identify(self, address: str, request: Request, octets: bytes, now: float) -> Secondary:
        """Who sent a request. Raises `Refused`."""
        here = self._by_address.get(address, [])
        signature = request.signature
        if signature is None:
            found = next((one for one in here if one.key is None), None)
            if found is None:
                raise Refused(tsig.NO_ERROR)
            return found
        found = next(
            (one for one in here if one.key is not None and one.key.name == signature.key_name), None
        )
        error = tsig.judge(octets, signature, None if found is None else found.key, now)
        if error or found is None:
            raise Refused(error)
        return found
