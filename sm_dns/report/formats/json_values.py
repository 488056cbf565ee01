"""Values in reports as JSON: instants, decimals, periods."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from sm_dns.monitor.comparison import QueriesBefore, VisitorsBefore
from sm_dns.util.strict_json import Json

Object = dict[str, Json]


def instant(at: float) -> str:
    """POSIX seconds in ISO 8601 in UTC."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def text(value: Decimal | None) -> str | None:
    """A decimal as it is printed."""
    return None if value is None else str(value)


def period_of(before: VisitorsBefore | QueriesBefore) -> Object:
    """The dates of the period before, and whether there is anything of it that has not been disposed of."""
    data = before.coverage is not None and not before.coverage.is_empty
    return {"from": str(before.first), "to": str(before.last), "data": data}
