"""`local.zone` in the site's folder of lists: the site's own records, as hosts lines or zone lines.

10.0.0.2  intranet.agency.gov.my  intranet     # hosts line: an address, then names; the reverse comes by itself
www.agency.gov.my.  300  IN  CNAME  intranet.agency.gov.my.
$ORIGIN and $TTL hold from their line on; a record in parentheses may span lines.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from pathlib import Path

from sm_dns.control.files import read_text
from sm_dns.dns import names
from sm_dns.dns.codec import zone_records
from sm_dns.dns.codes import Type
from sm_dns.errors import BadInput
from sm_dns.resolve.local import LocalRecord

FILE = "local.zone"
DEFAULT_TTL = 300  # seconds
LONGEST_TTL = 2**31 - 1  # seconds (RFC 2181 §8)
MAX_BYTES = 4 << 20


def read_local_zone(files: Iterable[Path]) -> list[LocalRecord]:
    """The site's records with the PTR records that follow from them; [] without `FILE` among its files.

    Raises `BadInput`.
    """
    path = next((each for each in files if each.name == FILE), None)
    if path is None:
        return []
    records: list[LocalRecord] = []
    origin, ttl = ".", DEFAULT_TTL
    for line, text in _logical_lines(path):
        try:
            words = text.split()
            if words[0].upper() == "$ORIGIN" and len(words) == 2:
                origin = words[1]
            elif words[0].upper() == "$TTL" and len(words) == 2:
                ttl = _bounded(int(words[1]))
            elif _is_address(words[0]):
                records += _hosts_line(words, ttl)
            else:
                records += [
                    LocalRecord(owner, rtype, _bounded(seconds), rdata)
                    for owner, rtype, seconds, rdata in zone_records(text, origin, ttl)
                ]
        except ValueError as error:
            raise BadInput(str(error), file=path, line=line) from error
    return [*records, *_pointers(records)]


def _logical_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Number and text of each record, comments dropped, parentheses joined."""
    start, pending = 0, ""
    for number, raw in enumerate(read_text(path, limit=MAX_BYTES).splitlines(), start=1):
        text = raw.split(";")[0].split("#")[0].rstrip()
        if not pending:
            start = number
        pending = f"{pending} {text}".strip() if pending else text
        if pending.count("(") <= pending.count(")"):
            if pending.strip():
                yield start, pending.replace("(", " ").replace(")", " ")
            pending = ""
    if pending:
        raise BadInput("a parenthesis is not closed", file=path, line=start)


def _bounded(ttl: int) -> int:
    """A TTL that fits its field."""
    if not 0 <= ttl <= LONGEST_TTL:
        raise ValueError(f"a TTL is 0 to {LONGEST_TTL} seconds")
    return ttl


def _is_address(word: str) -> bool:
    try:
        ipaddress.ip_address(word)
    except ValueError:
        return False
    return True


def _hosts_line(words: list[str], ttl: int) -> list[LocalRecord]:
    address = ipaddress.ip_address(words[0])
    if len(words) < 2:
        raise ValueError(f"{words[0]} has no name beside it")
    rtype = Type.A if address.version == 4 else Type.AAAA
    return [LocalRecord(names.from_text(name), rtype, ttl, address.packed) for name in words[1:]]


def _pointers(records: list[LocalRecord]) -> Iterator[LocalRecord]:
    """For each address the PTR to its first name, unless the file has one."""
    seen = {record.owner for record in records if record.rtype == Type.PTR}
    for record in records:
        if record.rtype in (Type.A, Type.AAAA):
            owner = names.from_text(ipaddress.ip_address(record.rdata).reverse_pointer)
            if owner not in seen:
                seen.add(owner)
                yield LocalRecord(owner, Type.PTR, record.ttl, record.owner)
