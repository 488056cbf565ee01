from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.model import Cell
from sm_dns.monitor.suppression.line import cell, crossing, line, small
from tests.monitor.suppression.attacker import possible

SMALL, PROTECT = Cell(None, "small"), Cell(None, "protect")


def test_one_to_four_are_small() -> None:
    assert [small(count, 5) for count in range(7)] == [False, True, True, True, True, False, False]
    assert [cell(count, 5) for count in (0, 1, 5)] == [Cell(0), SMALL, Cell(5)]
    assert cell(1, 1) == Cell(1)


def test_a_line_under_a_small_whole_does_not_say_which_parts_are_empty() -> None:
    assert line(3, (0, 3), 5) == [PROTECT, PROTECT]


@given(st.integers(0, 20), st.lists(st.integers(0, 9), min_size=1, max_size=5))
def test_the_sign_of_one_to_four_never_stands_for_nobody(more: int, parts: list[int]) -> None:
    shown = line(max(parts) + more, parts, 5)
    assert all(0 < part < 5 for part, cell in zip(parts, shown, strict=True) if cell == SMALL)


def test_a_line_with_room_hides_small_parts_only() -> None:
    assert line(9, (3, 9, 0), 5) == [SMALL, Cell(9), Cell(0)]


def test_a_line_without_room_is_hidden_whole() -> None:
    assert line(9, (4, 5), 5) == [PROTECT, PROTECT]


@given(st.lists(st.integers(1, 7), max_size=8))
def test_no_small_part_follows_from_the_whole_and_the_other_parts(users: list[int]) -> None:
    parts = [sum(days >> day & 1 for days in users) for day in range(3)]
    cells = line(len(users), parts, 3)
    whole = cell(len(users), 3)
    # Beside it another line that is wholly kept back: no total of a column binds this one.
    other = [PROTECT] * 4
    bound = 9
    found = possible([[whole, *cells], other], [PROTECT] * 4, 3, bound)[0]
    for part, shown, values in zip(parts, cells, found[1:], strict=True):
        assert shown.count is None or shown.count == part
        if small(part, 3):
            assert len(values) > 1


def test_where_lines_cross_one_mark_suffices() -> None:
    assert crossing(Cell(9), Cell(9)) == Cell(9)
    assert crossing(Cell(9), PROTECT) == PROTECT
    assert crossing(SMALL, Cell(3)) == SMALL
    assert crossing(SMALL, PROTECT) == PROTECT
