"""How many staff were seen on the network, beside counts of those of them who used a service.

Who used a service was seen, so a count is at most what stands beside it. Where the count is kept back, how many were
seen is kept back too, under the mark that says nothing of its size: then neither bounds the other, and no percentage
gives it away. In the worlds by which `line.py` and `departments.py` argue that a hidden count may have other values,
whoever uses a service was seen too; that changes only what is hidden here.

What is left are days and departments whose count is shown. How many were seen there can be small only where nobody
used a service. It is kept back as any other count is: days on the line of the range, departments in the column of the
whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sm_dns.monitor.model import Cell
from sm_dns.monitor.suppression.column import UNBOUNDED, Hidden, marked_small, protect
from sm_dns.monitor.suppression.departments import GROUP
from sm_dns.monitor.suppression.line import PROTECTED, line, small


def seen_by_day(whole: int, days: Sequence[int], counts: Sequence[Cell], limit: int) -> tuple[Cell, ...]:
    """Staff seen on each day. whole: on any of them, which the reader knows. counts: what is shown beside."""
    shown = line(whole, days, limit)
    return tuple(
        PROTECTED if count.count is None else cell for count, cell in zip(counts, shown, strict=True)
    )


@dataclass(frozen=True, slots=True)
class Presence:
    """Of one department: staff seen, how many of them used the service, what of that is shown, how many there are."""

    seen: int
    count: int
    shown: Cell
    base: int | None


def seen_by_department(table: Mapping[str, Presence], limit: int) -> dict[str, Cell]:
    """Staff seen of each department. They share no person, and their sum is known."""
    open_ones = {name: each for name, each in table.items() if each.shown.count is not None}
    group = [each for each in table.values() if each.shown.count is None]
    hidden = {
        name: marked_small(each.seen, limit) for name, each in open_ones.items() if small(each.seen, limit)
    }
    counts = {name: each.seen for name, each in open_ones.items()}
    cells: Mapping[str, Cell] | None
    if not hidden:  # the sum of the group says nothing of its members
        cells = {name: Cell(seen) for name, seen in counts.items()}
    elif len(table) == 1:  # a lone department is the whole staff
        cells = dict.fromkeys(counts, Cell(None, "small"))
    else:
        if group:
            hidden[GROUP] = _together(group)
        cells = protect(counts, hidden, lambda name: _room(open_ones[name], limit), limit)
    return {name: (cells or {}).get(name, PROTECTED) for name in table}


def _room(each: Presence, limit: int) -> Hidden:
    return Hidden(each.seen, max(limit, each.count), _most(each), small=False)


def _together(group: Sequence[Presence]) -> Hidden:
    """The members of the group as one count: at least those who used the service were seen."""
    return Hidden(
        sum(each.seen for each in group),
        sum(each.count for each in group),
        sum(map(_most, group)),
        small=False,
    )


def _most(each: Presence) -> int:
    return UNBOUNDED if each.base is None else max(each.base, each.seen)
