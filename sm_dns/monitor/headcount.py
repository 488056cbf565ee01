"""D-10: how many staff there are is a number that the agency supplies, and dates; percentages are of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple


class Dated(NamedTuple):
    """So many staff from a local date on; None: for all time."""

    since: date | None
    number: int


@dataclass(frozen=True, slots=True)
class Base:
    """The number of staff for a period. number: None where there is none. since: from when it holds, None: undated.

    replaced: numbers of earlier days of the period, by date; unknown_before: for the first days of the period the
    agency gave none.
    """

    number: int | None = None
    since: date | None = None
    replaced: tuple[Dated, ...] = ()
    unknown_before: date | None = None


def in_period(dated: Sequence[Dated], first: date, last: date) -> Base:
    """The number that holds on the last day of a period [first, last]; `dated` by date."""
    begun = [each for each in dated if each.since is None or each.since <= last]
    if not begun:
        return Base()
    earlier = [each for each in begun if each.since is None or each.since <= first]
    within = begun[len(earlier) :]
    held = [*earlier[-1:], *within]  # one after the other, in the period
    return Base(
        number=held[-1].number,
        since=held[-1].since,
        replaced=tuple(held[:-1]),
        unknown_before=None if earlier else within[0].since,
    )
