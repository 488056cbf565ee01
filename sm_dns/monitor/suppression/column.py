"""One column of counts: the departments in one stretch of time, beside their total, which the reader knows.

Departments share no person, so hidden counts add up to a number the reader can work out: total less what is shown.
A hidden count moves only if others move the other way. Each has a room [low, high] in which it may move while all
outside the column stays as it is. A count marked small is safe if it can reach both 1 and limit - 1 by the others'
room; one under the other mark, if it can move at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sm_dns.monitor.model import Cell
from sm_dns.monitor.suppression.line import small

UNBOUNDED = 1_000_000_000  # more than any staff


@dataclass(frozen=True, slots=True)
class Hidden:
    """A hidden count: its true value, the room in which it may move, and whether it is marked small."""

    count: int
    low: int
    high: int
    small: bool

    @property
    def down(self) -> int:
        return max(0, self.count - self.low)

    @property
    def up(self) -> int:
        return max(0, self.high - self.count)


def safe(hidden: list[Hidden], limit: int) -> bool:
    """Whether no count of a column can be worked out from the total."""
    up = sum(each.up for each in hidden)
    down = sum(each.down for each in hidden)
    return all(_safe(each, up - each.up, down - each.down, limit) for each in hidden)


def _safe(each: Hidden, others_up: int, others_down: int, limit: int) -> bool:
    if each.small:
        return others_up >= each.count - 1 and others_down >= limit - 1 - each.count
    return bool(min(each.up, others_down) or min(each.down, others_up))


def protect(
    counts: Mapping[str, int],
    hidden: Mapping[str, Hidden],
    room: Callable[[str], Hidden],
    limit: int,
) -> dict[str, Cell] | None:
    """The cells of a column, or None where nothing but keeping back the whole column helps.

    counts: every department that could be shown. hidden: what is hidden already, whatever it stands for. room: how a
    department moves that is hidden only to protect others. The smallest are hidden first: that loses least.
    """
    taken = dict(hidden)
    candidates = sorted(
        (name for name, count in counts.items() if name not in taken and count >= limit),
        key=lambda name: (counts[name], name),
    )
    while not safe(list(taken.values()), limit):
        if not candidates:
            return None
        name = candidates.pop(0)
        taken[name] = room(name)
    return {name: _cell(count, taken.get(name)) for name, count in counts.items()}


def _cell(count: int, hidden: Hidden | None) -> Cell:
    if hidden is None:
        return Cell(count)
    return Cell(None, "small" if hidden.small else "protect")


def marked_small(count: int, limit: int) -> Hidden:
    """A small count whose line leaves it all the room that its mark allows."""
    assert small(count, limit)
    return Hidden(count, 1, limit - 1, small=True)
