"""A reader who works out from a suppressed table all that follows from it, by trying every table there could be."""

from __future__ import annotations

from collections.abc import Collection
from itertools import product
from operator import add, sub

from sm_dns.monitor.model import Cell

Vector = tuple[int, ...]


def possible(
    rows: list[list[Cell]], totals: list[Cell], limit: int, bound: int, silent: Collection[int] = ()
) -> list[list[set[int]]]:
    """For each cell the values it can have. A row is a whole and its parts; `totals` are the sums of the columns.

    Known are the totals that are shown, what is shown, that a part is at most its whole and the parts together at
    least it, and what the marks mean: small is 1 to limit - 1; a number kept
    back to protect others is not small, unless the whole row (by its marks, or its place in `silent`) or the whole
    column is kept back so: of the rows whose whole is shown, or because its total is hidden.
    """
    shown = [row for row in rows if row[0].count is not None]
    whole_columns = [
        total.count is None or all(row[at].mark == "protect" for row in (shown if at else rows))
        for at, total in enumerate(totals)
    ]
    highest = [limit - 1 if total.mark == "small" else bound for total in totals]
    options = [
        _options(row, [at in silent or whole for whole in whole_columns], limit, highest)
        for at, row in enumerate(rows)
    ]
    known = [at for at, total in enumerate(totals) if total.count is not None]
    wanted = tuple(totals[at].count or 0 for at in known)
    forward = _reach(options, known, wanted)
    backward = list(reversed(_reach(list(reversed(options)), known, wanted)))
    found: list[list[set[int]]] = []
    for number, row in enumerate(options):
        cells: list[set[int]] = [set() for _ in totals]
        before, behind = forward[number], backward[number + 1]
        own = {tuple(vector[at] for at in known) for vector in row}
        fitting = {
            part for part in own if any(_minus(wanted, _plus(part, sums)) in behind for sums in before)
        }
        for vector in row:
            if tuple(vector[at] for at in known) in fitting:
                for cell, value in zip(cells, vector, strict=True):
                    cell.add(value)
        found.append(cells)
    return found


def _options(row: list[Cell], whole_columns: list[bool], limit: int, highest: list[int]) -> list[Vector]:
    whole_row = all(each.mark == "protect" for each in row[1:])
    choices = []
    for at, cell in enumerate(row):
        if cell.count is not None:
            choices.append([cell.count])
        elif cell.mark == "small":
            choices.append(list(range(1, limit)))
        elif whole_columns[at] or (at and whole_row):
            choices.append(list(range(highest[at] + 1)))
        else:
            choices.append(list(range(limit, highest[at] + 1)))
    return [
        vector
        for vector in product(*choices)
        if len(vector) == 1 or max(vector[1:]) <= vector[0] <= sum(vector[1:])
    ]


def _reach(options: list[list[Vector]], known: list[int], wanted: Vector) -> list[set[Vector]]:
    """The sums of the known columns that the first n rows can have, for each n; none that is over its total."""
    reach: list[set[Vector]] = [{(0,) * len(known)}]
    for row in options:
        steps = {tuple(vector[at] for at in known) for vector in row}
        sums = {_plus(sums, step) for sums in reach[-1] for step in steps}
        reach.append({each for each in sums if min(_minus(wanted, each), default=0) >= 0})
    return reach


def _plus(one: Vector, other: Vector) -> Vector:
    return tuple(map(add, one, other))


def _minus(one: Vector, other: Vector) -> Vector:
    return tuple(map(sub, one, other))
