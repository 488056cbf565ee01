"""Days of which nothing is known: nobody watched, and nothing was counted. A zero of such a day would be none."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from sm_dns.monitor.figures.local_hours import HOUR, LocalHour
from sm_dns.monitor.model import Cell, Coverage, DayFigure, HeatRow
from sm_dns.monitor.store.read import Presence

UNWATCHED = Cell(None, "unwatched")


def unwatched_days(
    days: Iterable[date], coverage: Coverage, everything: Presence, local: Callable[[int], LocalHour]
) -> frozenset[date]:
    """Those of some days in no part of which every resolver watched, and on which nobody asked for anything."""
    known = {local(at).day for at in everything.hours}
    for start, end in coverage.watched:
        known |= {local(at).day for at in range(int(start) // HOUR * HOUR, -(-int(end) // HOUR) * HOUR, HOUR)}
    return frozenset(days) - known


def of_day(figure: DayFigure, unwatched: frozenset[date]) -> DayFigure:
    """The figure of a day, or that there is none."""
    if figure.day not in unwatched:
        return figure
    return replace(figure, staff=UNWATCHED, percent=None, seen=UNWATCHED, percent_of_seen=None)


def of_days(days: Iterable[date], cells: Iterable[Cell], unwatched: frozenset[date]) -> tuple[Cell, ...]:
    """The cells of some days, in their order."""
    return tuple(UNWATCHED if day in unwatched else cell for day, cell in zip(days, cells, strict=True))


def of_heat(row: HeatRow, unwatched: frozenset[date]) -> HeatRow:
    """The hours of a day, or that there are none."""
    return HeatRow(row.day, (UNWATCHED,) * len(row.hours)) if row.day in unwatched else row
