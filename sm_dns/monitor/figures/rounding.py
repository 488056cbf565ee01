"""Percentages and means, in decimal and half up, as officers reckon."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

from sm_dns.util.errors import BadInput

_HUNDREDTH = Decimal("0.01")


def percent(count: int, base: int | None) -> Decimal | None:
    """100 x count / base with two decimals, half up; None where there is no base or it is 0.

    Raises `BadInput` for more than all, and for a base below 0.
    """
    if base is not None and base < 0:
        raise BadInput("a base of {base} is no number of staff", base=base)
    if not base:
        return None
    if count > base:
        raise BadInput(
            "{count} staff were counted, more than the base of {base}: the base is too small or too old",
            count=count,
            base=base,
        )
    return ratio(100 * count, base)


def ratio(part: int, whole: int) -> Decimal:
    """part / whole with two decimals, half up."""
    with localcontext() as context:
        context.prec = 50
        return (Decimal(part) / whole).quantize(_HUNDREDTH, ROUND_HALF_UP)
