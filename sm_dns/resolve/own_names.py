"""The site's own records over the names of the LAN's devices, each renewed without the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sm_dns.resolve.local_records import NO_LOCAL_DATA, LocalData, LocalRecord

Row = tuple[str, int, int, str]
"""Owner, type, TTL in seconds, RDATA; octets in hexadecimal digits."""


def records(rows: Iterable[Row]) -> Iterator[LocalRecord]:
    """The records themselves."""
    for owner, rtype, ttl, rdata in rows:
        yield LocalRecord(bytes.fromhex(owner), rtype, ttl, bytes.fromhex(rdata))


class OwnNames:
    """What is answered here and never asked upstream."""

    def __init__(self) -> None:
        self._site = self._devices = NO_LOCAL_DATA
        self._coming = LocalData()

    @property
    def data(self) -> LocalData:
        """All of them."""
        return self._site.over(self._devices)

    def adopt(self, site: LocalData) -> None:
        """Go by other records of the site."""
        self._site = site

    def take(self, rows: Iterable[Row], *, first: bool, last: bool) -> bool:
        """Take a part of the names of devices, so few that nobody waits; True where they are now complete."""
        if first:
            self._coming = LocalData()
        self._coming.add(records(rows))
        if last:
            self._devices = self._coming
        return last
