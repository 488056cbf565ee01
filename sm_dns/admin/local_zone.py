"""`local.zone` in the site's folder of lists: the site's own records, as hosts lines or zone lines (RFC 1035 §5.1).

10.0.0.2  intranet.agency.gov.my  intranet     # hosts line: an address, then names; the reverse comes by itself
www.agency.gov.my.  1h  IN  CNAME  intranet.agency.gov.my.

$ORIGIN holds from its line on for zone lines, $TTL for all. Each line is read by itself, so that a mistake has its
number; dnspython reads what is no hosts line.
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from sm_dns.admin.zone_lines import NO_ZONE, Unclosed, ZoneReader, entries
from sm_dns.dns import names
from sm_dns.dns.codes import Type
from sm_dns.resolve.local_records import WILDCARD, LocalRecord
from sm_dns.util.errors import BadInput, Wrong
from sm_dns.util.files import read_text
from sm_dns.util.message import Message, reason_of

FILE = "local.zone"
MAX_BYTES = 4 << 20


def read_local_zone(files: Iterable[Path]) -> list[LocalRecord]:
    """The site's records with the PTR records that follow from them; [] without `FILE` among its files.

    Raises `BadInput`.
    """
    path = next((each for each in files if each.name == FILE), None)
    if path is None:
        return []
    records = _records(path)
    _refuse_mixed_aliases(records, path)
    _refuse_redirected(records, path)
    return [*records, *_pointers(records)]


def _records(path: Path) -> dict[LocalRecord, int]:
    """The records of the file, each once, with the number of its line."""
    reader = ZoneReader()
    found: dict[LocalRecord, int] = {}
    try:
        for line, text in entries(read_text(path, limit=MAX_BYTES).splitlines()):
            try:
                if _is_address(text.split()[0]):
                    reader.forget_owner()
                    read = _hosts_line(text.partition("#")[0].split(), reader.ttl)
                else:
                    read = reader.read(text)
            except ValueError as error:
                raise BadInput(reason_of(error), file=path, line=line) from error
            for record in read:
                found.setdefault(record, line)
    except Unclosed as error:
        raise BadInput(error.message, file=path, line=error.line) from error
    return found


def _is_address(word: str) -> bool:
    try:
        ipaddress.ip_address(word)
    except ValueError:
        return False
    return True


def _hosts_line(words: list[str], ttl: int) -> list[LocalRecord]:
    address = ipaddress.ip_address(words[0])
    if "%" in words[0]:
        raise Wrong(NO_ZONE)
    if len(words) < 2:
        raise Wrong("{address} has no name beside it", address=words[0])
    rtype = Type.A if address.version == 4 else Type.AAAA
    return [LocalRecord(names.from_text(name), rtype, ttl, address.packed) for name in words[1:]]


def _refuse_mixed_aliases(records: dict[LocalRecord, int], path: Path) -> None:
    """A name with a CNAME has nothing else (RFC 2181 §10.1)."""
    count = Counter(record.owner for record in records)
    for record, line in records.items():
        if record.rtype == Type.CNAME and count[record.owner] > 1:
            owner = names.to_text(record.owner)
            raise BadInput("{owner} is a CNAME and has other records", file=path, line=line, owner=owner)


def _refuse_redirected(records: dict[LocalRecord, int], path: Path) -> None:
    """A name has one DNAME, and below it nothing else is (RFC 6672 §2.4)."""
    owners = Counter(record.owner for record in records if record.rtype == Type.DNAME)
    for record, line in records.items():
        owner = names.to_text(record.owner)
        if record.rtype == Type.DNAME and owners[record.owner] > 1:
            raise BadInput("{owner} has more than one DNAME", file=path, line=line, owner=owner)
        above = next((one for one in names.suffixes(record.owner) if one in owners), record.owner)
        if above != record.owner:
            reason = Message(
                "{owner} is led elsewhere by the DNAME of {above}, and can have no records",
                owner=owner,
                above=names.to_text(above),
            )
            raise BadInput(reason, file=path, line=line)


def _pointers(records: Iterable[LocalRecord]) -> Iterator[LocalRecord]:
    """For each address the PTR to its first name, unless the file has one."""
    seen = {record.owner for record in records if record.rtype == Type.PTR}
    for record in records:
        if record.rtype in (Type.A, Type.AAAA) and not record.owner.startswith(WILDCARD):
            owner = names.from_text(ipaddress.ip_address(record.rdata).reverse_pointer)
            if owner not in seen:
                seen.add(owner)
                yield LocalRecord(owner, Type.PTR, record.ttl, record.owner)
