"""One line of counts: the parts of a stretch of time, such as its days, beside the count of the whole.

Parts overlap (the same person comes on several days), so max(parts) <= whole <= sum(parts) is all that binds them. A
small part may go down by `sum - whole` and up to the whole without breaking it. A part of value c marked small can
therefore take every value from 1 to limit - 1 where sum - whole >= c - 1. Where that fails for any part of the line,
the whole line is kept back under the mark that says nothing of a number: then each part may go up, and nobody can say
which are small. So is a line under a small whole, of which nobody shall know on which parts it fell. What is marked
small is therefore always one of 1 to limit - 1, and never nobody.
"""

from __future__ import annotations

from collections.abc import Sequence

from sm_dns.monitor.model import Cell

PROTECTED = Cell(None, "protect")


def small(count: int, limit: int) -> bool:
    """Whether a count is of so few persons that it is kept back."""
    return 0 < count < limit


def cell(count: int, limit: int) -> Cell:
    """A count that nothing else binds."""
    return Cell(None, "small") if small(count, limit) else Cell(count)


def line(whole: int, parts: Sequence[int], limit: int) -> list[Cell]:
    """The parts of a stretch whose count `whole` the reader knows, or knows to be small.

    Under a small whole every part is small or 0; which of them, is not said.
    """
    if small(whole, limit) or not slack_suffices(whole, parts, limit):
        return [PROTECTED] * len(parts)
    return [cell(part, limit) for part in parts]


def slack_suffices(whole: int, parts: Sequence[int], limit: int) -> bool:
    """Whether each small part could as well be any other small number."""
    slack = sum(parts) - whole
    return all(slack >= part - 1 for part in parts if small(part, limit))


def crossing(*cells: Cell) -> Cell:
    """The one cell where lines cross: kept back if any of them keeps it back, by the mark that says least."""
    if PROTECTED in cells:
        return PROTECTED
    return next((each for each in cells if each.count is None), cells[0])
