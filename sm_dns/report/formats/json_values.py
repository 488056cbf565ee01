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


def before_of(before: VisitorsBefore | QueriesBefore, told: Object) -> Object:
    """Dates of the period before, and what is told of it: nothing where nobody watched, or it is disposed of."""
    data = before.coverage is not None and not before.coverage.is_empty
    values = told if data else {name: "" if name == "mark" else None for name in told}
    return {"from": str(before.first), "to": str(before.last), "data": data, **values}
