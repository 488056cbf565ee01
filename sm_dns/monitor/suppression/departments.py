"""The table of departments: range, days and hours, kept back so far that nothing small can be worked out.

1. The range. Small departments are hidden, and others with them until the column is safe (`column.py`). They are
   the *group*. Of its members nothing at all is shown, in any day or hour. So what is shown depends on the group's
   persons only as a whole: let them change departments among themselves, by any numbers the column allows, and every
   number and mark of the report stays. In some such world each small member has any of the values 1 to limit - 1,
   and no day or hour of a member on which anybody of the group came is fixed.
2. Days and hours of the others. A small part is hidden. If its line leaves it too little room (`line.py`), the line
   is hidden whole. Then each column of days or hours is made safe, with the group as one more hidden count. A move
   inside one column changes one part of each line, within that line's slack, so it breaks no line.
3. Where a column cannot be made safe, or is small for the whole staff together, it is hidden whole, under one mark;
   and where that is not enough, all the days or all the hours of the band are.

The limit of this: a reader who also knows single persons' habits, or reasons from why just these cells are hidden,
may narrow a count further than arithmetic on the table does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from sm_dns.monitor.model import Cell
from sm_dns.monitor.suppression.column import UNBOUNDED, Hidden, marked_small, protect, safe
from sm_dns.monitor.suppression.line import PROTECTED, cell, crossing, line, slack_suffices, small

V = TypeVar("V")

GROUP = "\0group"  # no department has this name


@dataclass(frozen=True, slots=True)
class Counts:
    """One department: distinct staff over the range, on each day, in each hour.

    base: how many staff it has. seen: how many were seen on the network, which `seen.py` keeps back.
    """

    whole: int
    days: tuple[int, ...]
    hours: tuple[int, ...]
    base: int | None = None
    seen: int = 0


@dataclass(frozen=True, slots=True)
class Cells:
    """The same, as it may be shown."""

    whole: Cell
    days: tuple[Cell, ...]
    hours: tuple[Cell, ...]


class Stretch(NamedTuple):
    """Distinct staff in some of the hours, given by their places among the 24; told beside the figure itself."""

    whole: int
    places: Sequence[int]


def together(table: Mapping[str, Counts], band: Sequence[int], limit: int) -> Cells:
    """What may be shown of all departments together, beside the count of the whole range, which always is."""
    days = _sums([each.days for each in table.values()])
    hours = _sums([each.hours for each in table.values()])
    return whole_staff(Counts(sum(each.whole for each in table.values()), days, hours), band, limit)


def whole_staff(counts: Counts, band: Sequence[int], limit: int, beside: Iterable[Stretch] = ()) -> Cells:
    """The same where the departments play no part. The whole is the figure itself and never kept back.

    beside: what else is told. One that is small is kept back itself and binds no hour.
    """
    hours = [cell(count, limit) for count in counts.hours]
    for place, shown in zip(band, line(counts.whole, _at(counts.hours, band), limit), strict=True):
        hours[place] = shown
    for each in beside:
        if not small(each.whole, limit):
            parts = line(each.whole, _at(counts.hours, each.places), limit)
            for place, shown in zip(each.places, parts, strict=True):
                hours[place] = crossing(hours[place], shown)
    return Cells(Cell(counts.whole), tuple(line(counts.whole, counts.days, limit)), tuple(hours))


def suppress(table: Mapping[str, Counts], band: Sequence[int], limit: int) -> dict[str, Cells]:
    """What may be shown of departments that share no person. band: places of the hours that make up the whole."""
    if not table:
        return {}
    wholes = _wholes(table, limit)
    totals = together(table, band, limit)
    shown = {name: counts for name, counts in table.items() if wholes[name].count is not None}
    group = [counts for name, counts in table.items() if name not in shown]
    days = _view(
        {name: _Line(each.whole, each.days) for name, each in shown.items()},
        _Line(sum(each.whole for each in group), _sums([each.days for each in group])) if group else None,
        totals.days,
        limit,
    )
    inside = _view(
        {name: _Line(each.whole, _at(each.hours, band)) for name, each in shown.items()},
        _Line(sum(each.whole for each in group), _at(_sums([each.hours for each in group]), band))
        if group
        else None,
        _at(totals.hours, band),
        limit,
    )
    outside = _free_columns(shown, group, totals.hours, limit)
    result = {}
    for name, counts in table.items():
        if name in shown:
            hours = list(outside[name])
            for place, shown_cell in zip(band, inside[name], strict=True):
                hours[place] = shown_cell
            result[name] = Cells(wholes[name], tuple(days[name]), tuple(hours))
        else:
            # Its days and hours hold nobody or anybody: of them no mark but this one is true.
            result[name] = Cells(
                wholes[name], (PROTECTED,) * len(counts.days), (PROTECTED,) * len(counts.hours)
            )
    return result


def _wholes(table: Mapping[str, Counts], limit: int) -> dict[str, Cell]:
    """Step 1: the range."""
    counts = {name: each.whole for name, each in table.items()}

    def room(name: str) -> Hidden:
        base = table[name].base
        return Hidden(counts[name], limit, UNBOUNDED if base is None else base, small=False)

    few = {name: marked_small(count, limit) for name, count in counts.items() if small(count, limit)}
    if len(table) == 1:  # a lone department is the whole staff, and its count the total itself
        return {name: Cell(None, "small") if few else Cell(count) for name, count in counts.items()}
    return protect(counts, few, room, limit) or dict.fromkeys(counts, PROTECTED)


@dataclass(frozen=True, slots=True)
class _Line:
    """Parts that overlap, and the count of all of them together."""

    whole: int
    parts: tuple[int, ...]

    def room(self, column: int, low: int) -> Hidden:
        part = self.parts[column]
        return Hidden(part, max(low, part - (sum(self.parts) - self.whole)), self.whole, small=False)


def _view(
    lines: Mapping[str, _Line], group: _Line | None, totals: Sequence[Cell], limit: int
) -> dict[str, list[Cell]]:
    """Steps 2 and 3 for the parts of the range: its days, or the hours of its band."""
    columns = [_parts(lines, group, column, total, limit) for column, total in enumerate(totals)]
    if None in columns:
        return {name: [PROTECTED] * len(totals) for name in lines}
    return {name: [column[name] for column in columns if column] for name in lines}


def _parts(
    lines: Mapping[str, _Line], group: _Line | None, column: int, total: Cell, limit: int
) -> dict[str, Cell] | None:
    """One day, or one hour of the band; None where even to hide it whole is not enough."""
    counts = {name: each.parts[column] for name, each in lines.items()}
    nothing = dict.fromkeys(counts, PROTECTED)
    if total.count is None:
        return nothing
    beside = {} if group is None else {GROUP: group.room(column, 0)}
    hidden = dict(beside)
    for name, each in lines.items():
        if not slack_suffices(each.whole, each.parts, limit):
            hidden[name] = each.room(column, 0)
        elif small(counts[name], limit):
            hidden[name] = marked_small(counts[name], limit)
    rooms = {name: each.room(column, limit) for name, each in lines.items()}
    made = _column(counts, hidden, rooms, limit)
    if made is None and safe([*beside.values(), *(each.room(column, 0) for each in lines.values())], limit):
        return nothing
    return made


def _free_columns(
    shown: Mapping[str, Counts], group: Sequence[Counts], totals: Sequence[Cell], limit: int
) -> dict[str, list[Cell]]:
    """Step 2 for hours outside the band, which nothing else in the table binds."""
    cells: dict[str, list[Cell]] = {name: [] for name in shown}
    for column, total in enumerate(totals):
        counts = {name: each.hours[column] for name, each in shown.items()}
        hidden = {name: marked_small(count, limit) for name, count in counts.items() if small(count, limit)}
        if group:
            hidden[GROUP] = Hidden(sum(each.hours[column] for each in group), 0, _most(group), small=False)
        rooms = {
            name: Hidden(counts[name], limit, UNBOUNDED if each.base is None else each.base, small=False)
            for name, each in shown.items()
        }
        made = (_column(counts, hidden, rooms, limit) if total.count is not None else None) or {}
        for name in shown:
            cells[name].append(made.get(name, PROTECTED))
    return cells


def _column(
    counts: Mapping[str, int], hidden: Mapping[str, Hidden], rooms: Mapping[str, Hidden], limit: int
) -> dict[str, Cell] | None:
    if set(hidden) <= {GROUP}:  # only the group, whose own sum says nothing of its members
        return {name: Cell(count) for name, count in counts.items()}
    return protect(counts, hidden, rooms.__getitem__, limit)


def _most(group: Sequence[Counts]) -> int:
    bases = [each.base for each in group]
    return UNBOUNDED if None in bases else sum(base for base in bases if base is not None)


def _at(values: Sequence[V], places: Sequence[int]) -> tuple[V, ...]:
    return tuple(values[place] for place in places)


def _sums(lines: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sum(column) for column in zip(*lines, strict=True))
