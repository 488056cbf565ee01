from __future__ import annotations

import pytest

from sm_dns.monitor.model import Cell
from sm_dns.monitor.suppression.column import UNBOUNDED, Hidden, marked_small, protect, safe


def room(count: int, high: int = UNBOUNDED) -> Hidden:
    return Hidden(count, 5, high, small=False)


@pytest.mark.parametrize(
    ("hidden", "expected"),
    [
        ([], True),
        ([marked_small(3, 5)], False),
        ([marked_small(2, 5), marked_small(3, 5)], True),
        ([marked_small(1, 5), marked_small(1, 5)], False),
        ([marked_small(4, 5), marked_small(4, 5)], False),
        ([marked_small(3, 5), room(5)], False),
        ([marked_small(3, 5), room(6)], True),
        ([marked_small(3, 5), room(6, 7)], False),
        ([marked_small(3, 5), room(5), room(6, 8)], True),
        ([room(9)], False),
        ([room(9), room(7)], True),
    ],
)
def test_a_column_is_safe_when_everything_small_can_be_anything_small(
    hidden: list[Hidden], expected: bool
) -> None:
    assert safe(hidden, 5) is expected


def test_the_smallest_is_hidden_first() -> None:
    counts = {"a": 50, "b": 9, "c": 2, "d": 0}
    cells = protect(counts, {"c": marked_small(2, 5)}, lambda name: room(counts[name]), 5)
    assert cells == {"a": Cell(50), "b": Cell(None, "protect"), "c": Cell(None, "small"), "d": Cell(0)}


def test_a_column_that_cannot_be_made_safe_says_so() -> None:
    assert protect({"c": 2, "d": 0}, {"c": marked_small(2, 5)}, lambda name: room(0), 5) is None
