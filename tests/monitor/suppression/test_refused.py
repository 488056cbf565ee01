"""Whoever knows the sum, how many were seen, and the marks, finds no small count."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.model import Cell
from sm_dns.monitor.suppression.line import PROTECTED
from sm_dns.monitor.suppression.refused import refused_by_department

LIMIT = 5
MOST = 14


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, int], dict[str, int], set[str]]:
    """Some departments: refused, seen, and whether all else is told of them (then no small number was seen)."""
    counts, seen, told = {}, {}, set()
    for name in "abcd"[: draw(st.integers(1, 4))]:
        is_open = draw(st.booleans())
        seen[name] = draw(st.sampled_from([0, *range(LIMIT, MOST)]) if is_open else st.integers(0, MOST))
        counts[name] = draw(st.integers(0, seen[name]))
        told |= {name} if is_open else set()
    return counts, seen, told


def worlds(
    shown: dict[str, Cell], seen: dict[str, int], told: set[str], whole: int | None
) -> list[tuple[int, ...]]:
    """Every table of counts that has this sum, where it is known, and these marks."""
    ranges = []
    for name, cell in shown.items():
        if cell.count is not None:
            ranges.append([cell.count])
        elif cell.mark == "small":
            ranges.append([*range(1, LIMIT)])
        else:
            ranges.append([*range((seen[name] if name in told else MOST) + 1)])
    return [each for each in itertools.product(*ranges) if whole is None or sum(each) == whole]


@given(tables())
def test_no_small_count_can_be_worked_out(table: tuple[dict[str, int], dict[str, int], set[str]]) -> None:
    counts, seen, told = table
    shown = refused_by_department(counts, seen, told, LIMIT)
    whole = sum(counts.values())
    # A usage report keeps a small sum back.
    found = worlds(shown, seen, told, None if 0 < whole < LIMIT else whole)
    for at, (name, cell) in enumerate(shown.items()):
        values = {each[at] for each in found}
        assert counts[name] in values
        if cell.mark == "small":
            assert values == {*range(1, LIMIT)}
        elif name in told and cell.count is None and 0 < counts[name] < LIMIT:
            assert len(values) > LIMIT - 1
        if cell.count is not None:
            assert cell.count == counts[name] and not 0 < cell.count < LIMIT


def test_of_a_department_of_which_something_is_kept_back_nothing_is_told() -> None:
    shown = refused_by_department({"a": 20, "b": 9, "c": 0}, {"a": 30, "b": 9, "c": 7}, {"a", "c"}, LIMIT)
    assert shown == {"a": Cell(20), "b": PROTECTED, "c": Cell(0)}


def test_another_count_protects_a_small_one() -> None:
    shown = refused_by_department({"a": 3, "b": 9, "c": 20}, dict.fromkeys("abc", 40), {*"abc"}, LIMIT)
    assert shown == {"a": Cell(None, "small"), "b": PROTECTED, "c": Cell(20)}
