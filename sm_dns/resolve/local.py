"""The site's own records: names that are answered here and never asked upstream."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sm_dns.dns.codes import Type
from sm_dns.dns.names import suffixes

MAX_CNAMES = 8


class LocalRecord(NamedTuple):
    """One record: canonical owner, type, TTL in seconds, RDATA without compression."""

    owner: bytes
    rtype: int
    ttl: int
    rdata: bytes


class LocalAnswer(NamedTuple):
    """The records that answer a question; none for NODATA."""

    records: tuple[LocalRecord, ...]


class LocalData:
    """Records by owner. A name above a record exists too, without records of its own (RFC 8020)."""

    def __init__(self, records: Iterable[LocalRecord] = ()) -> None:
        self._by_owner: dict[bytes, list[LocalRecord]] = {}
        self._existing: set[bytes] = set()
        for record in records:
            self._by_owner.setdefault(record.owner, []).append(record)
            self._existing.update(suffixes(record.owner))

    def __bool__(self) -> bool:
        return bool(self._by_owner)

    def __contains__(self, qname: bytes) -> bool:
        return qname in self._by_owner

    def find(self, qname: bytes, qtype: int) -> LocalAnswer | None:
        """The answer to a question, following CNAMEs within this data; None for a name that is not ours."""
        if qname not in self._by_owner:
            return None
        found: list[LocalRecord] = []
        name = qname
        for _ in range(MAX_CNAMES):
            here = self._by_owner.get(name, ())
            wanted = [record for record in here if qtype in (record.rtype, Type.ANY)]
            if wanted:
                found += wanted
                break
            alias = next((record for record in here if record.rtype == Type.CNAME), None)
            if alias is None:
                break
            found.append(alias)
            name = alias.rdata
        return LocalAnswer(tuple(found))

    def exists(self, qname: bytes) -> bool:
        """Whether a name has records or stands above one that has."""
        return qname in self._existing


NO_LOCAL_DATA = LocalData()
