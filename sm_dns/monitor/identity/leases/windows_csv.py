"""`Get-DhcpServerv4Lease | Export-Csv` (and v6): a header, then a line a lease."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from sm_dns.monitor.identity.leases import windows_lease
from sm_dns.monitor.identity.leases.lease import Reading, Written

_TYPE = "#TYPE"  # how Windows PowerShell begins
_SEPARATORS = ",;\t"


def read(lines: Sequence[str], written: Written) -> Reading:
    """Every lease that is held; columns in any order."""
    useful = [line for line in (each.strip() for each in lines) if line and not line.startswith(_TYPE)]
    if not useful:
        return Reading((), 0)
    separator = max(_SEPARATORS, key=useful[0].count)
    header = columns(useful[0])
    rows: list[dict[str, str] | None] = []
    for line in useful[1:]:
        values = _values(line, separator)
        rows.append(dict(zip(header, values, strict=True)) if len(values) == len(header) else None)
    return windows_lease.reading_of(rows, written)


def columns(line: str) -> list[str]:
    """The columns that a header names, in small letters."""
    return [name.lower() for name in _values(line, max(_SEPARATORS, key=line.count))]


def is_header(line: str) -> bool:
    """Whether a line names the columns of leases."""
    names = columns(line)
    return windows_lease.ADDRESS in names and bool(
        {windows_lease.CLIENT, windows_lease.IDENTIFIER} & set(names)
    )


def is_type(line: str) -> bool:
    """Whether a line only says of which kind the objects are."""
    return line.startswith(_TYPE)


def _values(line: str, separator: str) -> list[str]:
    """A line by itself: a quote that a host name leaves open must not swallow the next."""
    try:
        return [value.strip() for value in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:
        return []
