"""The period before, as its own report tells it: what a figure is read beside.

Both are as they are shown, so their difference says nothing that the two reports do not (PRIV-3).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sm_dns.monitor.model import Cell, Coverage, OutcomeCounts

WhyNot = Literal["", "erased", "no_data", "unwatched", "unknown", "kept_back"]
"""Why two figures have no difference: who asked is erased; nobody watched, or there is no figure; too little of the
time was watched, or too few were known, in one of the two periods; one of them is kept back."""


@dataclass(frozen=True, slots=True)
class VisitorsBefore:
    """first, last: local dates, both inclusive. total: distinct staff. departments: of each one that had a line.

    coverage: None where who asked is erased already, so that staff cannot be counted any more.
    """

    first: date
    last: date
    total: Cell
    departments: Mapping[str, Cell]
    coverage: Coverage | None


@dataclass(frozen=True, slots=True)
class QueriesBefore:
    """first, last: local dates, both inclusive. whole: queries by outcome, of all categories.

    coverage: None where counts of it are erased already.
    """

    first: date
    last: date
    whole: OutcomeCounts
    coverage: Coverage | None


@dataclass(frozen=True, slots=True)
class Change:
    """difference: how many more there are now, None where `why_not` says why there is none."""

    difference: int | None
    why_not: WhyNot = ""


def change_of_staff(
    now: int | None, was: int | None, coverages: tuple[Coverage | None, Coverage | None]
) -> Change:
    """How a number of staff changed; None for one that is kept back. coverages: of both periods."""
    found = change_of_queries(now, was, coverages)
    if found.why_not in ("", "kept_back") and any(each and each.is_little_known for each in coverages):
        return Change(None, "unknown")
    return found


def change_of_queries(
    now: int | None, was: int | None, coverages: tuple[Coverage | None, Coverage | None]
) -> Change:
    """How a number of queries changed, whoever asked them; None for one that is kept back. coverages: of both."""
    known = [each for each in coverages if each is not None]
    if len(known) < 2:
        return Change(None, "erased")
    if any(each.is_empty for each in known):
        return Change(None, "no_data")
    if any(each.is_little_watched for each in known):
        return Change(None, "unwatched")
    if now is None or was is None:
        return Change(None, "kept_back")
    return Change(now - was)
