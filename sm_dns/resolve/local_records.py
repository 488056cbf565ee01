"""The site's own records: names that are answered here and never asked upstream."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from sm_dns.dns.codes import Rcode, Type
from sm_dns.dns.names import suffixes
from sm_dns.resolve.redirect import substituted

MAX_CNAMES: Final = 8
WILDCARD: Final = b"\x01*"
"""The first label of an owner that stands for every name below it that does not exist (RFC 4592)."""


class LocalRecord(NamedTuple):
    """One record: canonical owner, type, TTL in seconds, RDATA without compression."""

    owner: bytes
    rtype: int
    ttl: int
    rdata: bytes


class LocalAnswer(NamedTuple):
    """The records that answer a question; none for NODATA. YXDOMAIN: they lead to a name that is too long."""

    records: tuple[LocalRecord, ...]
    rcode: int = Rcode.NOERROR


class LocalData:
    """Records by owner, and others below them for the names that these do not have.

    A name above a record exists too, without records of its own (RFC 8020), and a wildcard does not stand for it.
    """

    def __init__(self, records: Iterable[LocalRecord] = (), below: LocalData | None = None) -> None:
        self._by_owner: dict[bytes, list[LocalRecord]] = {}
        self._existing: set[bytes] = set()
        self._has_wildcards = False
        self._redirected: dict[bytes, LocalRecord] = {}  # the DNAME above all names below its owner
        self._below = below
        self.add(records)

    def add(self, records: Iterable[LocalRecord]) -> None:
        """Take further records; for data that nobody asks yet."""
        for record in records:
            self._by_owner.setdefault(record.owner, []).append(record)
            self._existing.update(suffixes(record.owner))
            self._has_wildcards = self._has_wildcards or record.owner.startswith(WILDCARD)
            if record.rtype == Type.DNAME:
                self._redirected[record.owner] = record

    def over(self, below: LocalData) -> LocalData:
        """The same records, with others below them."""
        both = LocalData(below=below)
        both._by_owner, both._existing = self._by_owner, self._existing
        both._has_wildcards, both._redirected = self._has_wildcards, self._redirected
        return both

    def __bool__(self) -> bool:
        return bool(self._by_owner) or bool(self._below)

    def __contains__(self, qname: bytes) -> bool:
        return qname in self._by_owner or bool(self._at(qname)) or self._redirect_of(qname) is not None

    def find(self, qname: bytes, qtype: int) -> LocalAnswer | None:
        """The answer to a question, following aliases within this data; None for a name that is not ours."""
        if qname not in self:
            return None
        found: list[LocalRecord] = []
        name = qname
        for _ in range(MAX_CNAMES):
            redirect = self._redirect_of(name)
            if redirect is not None:
                target = substituted(name, redirect.owner, redirect.rdata)
                if target is None:
                    return LocalAnswer((*found, redirect), Rcode.YXDOMAIN)
                found += (redirect, LocalRecord(name, Type.CNAME, redirect.ttl, target))
                if qtype in (Type.CNAME, Type.ANY):
                    break
                name = target
                continue
            here = self._at(name)
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

    def _redirect_of(self, name: bytes) -> LocalRecord | None:
        """The DNAME above a name, which then is nothing else (RFC 6672 §2.4)."""
        if self._redirected:
            for above in suffixes(name):
                found = self._redirected.get(above)
                if found is not None and above != name:
                    return found
        return None if self._below is None else self._below._redirect_of(name)

    def _at(self, name: bytes) -> Sequence[LocalRecord]:
        """The records of a name, or what the wildcard of its closest encloser makes for it (RFC 4592 §3.3.1)."""
        here = self._by_owner.get(name)
        if here is not None:
            return here
        if self._has_wildcards and name not in self._existing:
            above = next((one for one in suffixes(name) if one in self._existing), None)
            if above is not None and WILDCARD + above in self._by_owner:
                return [record._replace(owner=name) for record in self._by_owner[WILDCARD + above]]
        return () if self._below is None else self._below._at(name)

    def exists(self, qname: bytes) -> bool:
        """Whether a name has records or stands above one that has."""
        return qname in self._existing or (self._below is not None and self._below.exists(qname))


NO_LOCAL_DATA: Final = LocalData()
