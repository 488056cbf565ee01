"""How many staff of each department were refused, beside how many used services and how many were seen.

Departments share no person, and a reader may know the sum of all (a usage report tells it). Who was refused was seen,
so that a count is at most what stands beside it; of a department of which either of the two others is kept back
nothing is told here, under the mark that says nothing of its size: then none bounds another. The rest is one column
(`column.py`), in which those departments are one more hidden count.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sm_dns.monitor.model import Cell
from sm_dns.monitor.suppression.column import Hidden, marked_small, protect
from sm_dns.monitor.suppression.departments import GROUP
from sm_dns.monitor.suppression.line import PROTECTED, small


def refused_by_department(
    counts: Mapping[str, int], seen: Mapping[str, int], open_ones: Collection[str], limit: int
) -> dict[str, Cell]:
    """counts: staff refused. seen: staff seen. open_ones: departments of which all else is told."""
    told = {name: count for name, count in counts.items() if name in open_ones}
    hidden = {name: marked_small(count, limit) for name, count in told.items() if small(count, limit)}
    if not hidden:  # the sum of the others says nothing of one of them
        cells: Mapping[str, Cell] | None = {name: Cell(count) for name, count in told.items()}
    else:
        others = [name for name in counts if name not in told]
        if others:
            most = sum(seen[name] for name in others)
            hidden[GROUP] = Hidden(sum(counts[name] for name in others), 0, most, small=False)

        def room(name: str) -> Hidden:
            return Hidden(told[name], limit, seen[name], small=False)

        cells = protect(told, hidden, room, limit)
    return {name: (cells or {}).get(name, PROTECTED) for name in counts}
