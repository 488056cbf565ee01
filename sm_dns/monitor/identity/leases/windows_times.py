"""Times as Windows writes them: by ISO 8601, or with day and month in an order of the culture, in local time."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from sm_dns.monitor.identity.leases.lease import Written
from sm_dns.util import walltime

DAY_FIRST, MONTH_FIRST = (2, 1, 0), (2, 0, 1)
Order = tuple[int, int, int]
"""Where year, month and day stand."""

MAX_SAMPLES = 1000  # times by which an order is found

_ISO = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.\d{1,9})?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_OTHER = re.compile(
    r"(\d{1,4})[/.-](\d{1,2})[/.-](\d{1,4})[ ,]+(\d{1,2})[:.](\d\d)(?:[:.](\d\d))?\s*([ap]\.?m\.?|pg|ptg)?",
    re.ASCII | re.IGNORECASE,
)
_AFTERNOON = ("p", "pt")


def order_of(texts: Iterable[str], written: Written) -> Order:
    """The order that a file's times are in: by a day that is no month, else whichever is nearer to its writing."""
    distance = {DAY_FIRST: 0.0, MONTH_FIRST: 0.0}
    for text, _ in zip(texts, range(MAX_SAMPLES), strict=False):
        found = {order: instant(text, order, written) for order in distance}
        for order, at in found.items():
            if at is not None:
                distance[order] += abs(at - written.at)
            elif any(other is not None for other in found.values()):
                distance[order] += _NEVER
    return min(distance, key=lambda order: distance[order])


_NEVER = 1e12  # seconds further off than any time


def instant(text: str, order: Order, written: Written) -> float | None:
    """The POSIX seconds of a time; None for what is none."""
    if found := _ISO.fullmatch(text.strip()):
        day, clock, offset = found.groups()
        return _of(f"{day}T{clock}{offset or ''}", written)
    found = _OTHER.fullmatch(text.strip())
    if found is None:
        return None
    parts = [int(part) for part in found.groups()[:3]]
    year, month, day_of_month = parts if parts[0] > 31 else [parts[place] for place in order]
    hour = _hour(int(found[4]), (found[7] or "").lower())
    year += 2000 if year < 100 else 0
    return _of(f"{year:04}-{month:02}-{day_of_month:02}T{hour:02}:{found[5]}:{found[6] or '00'}", written)


def _hour(hour: int, half: str) -> int:
    """The hour of the day, where half of it may be named: AM and PM, or pagi and petang."""
    if not half:
        return hour
    return hour % 12 + (12 if half.startswith(_AFTERNOON) and half != "pg" else 0)


def _of(iso: str, written: Written) -> float | None:
    try:
        read = datetime.fromisoformat(iso)
    except ValueError:
        return None
    if not 1970 <= read.year < 9000:
        return None
    return read.timestamp() if read.tzinfo is not None else float(walltime.instant(read, written.zone))
