from __future__ import annotations

from typing import overload

from hypothesis import assume, given
from hypothesis import strategies as st

from sm_dns.monitor.model import Cell
from sm_dns.monitor.suppression.departments import Cells, Counts, suppress, together
from sm_dns.monitor.suppression.line import PROTECTED
from tests.monitor.suppression.attacker import possible

LIMIT = 3  # 1 and 2 are small: every table there could be can then be tried
SMALL = Cell(None, "small")
BAND = (0, 1)


@st.composite
def counts(draw: st.DrawFn) -> Counts:
    """A department of at most five users: each comes on some of two days, in some of three hours."""
    users = draw(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3), st.booleans()), max_size=5))
    night = draw(st.integers(0, 4))
    return Counts(
        len(users),
        tuple(sum(days >> day & 1 for days, _, _ in users) for day in range(2)),
        (*(sum(hours >> hour & 1 for _, hours, _ in users) for hour in range(2)), night),
    )


tables = st.lists(counts(), min_size=2, max_size=4).map(
    lambda rows: {f"d{n}": row for n, row in enumerate(rows)}
)


def attack(table: dict[str, Counts], cells: dict[str, Cells], of: str) -> None:
    names = list(table)
    true = [[table[name].whole, *parts_of(table[name], of)] for name in names]
    shown = [[cells[name].whole, *parts_of(cells[name], of)] for name in names]
    whole = together(table, BAND, LIMIT)
    totals = [whole.whole, *parts_of(whole, of)]
    found = possible(shown, totals, LIMIT, bound=sum(each.whole for each in table.values()))
    for row, (values, marks) in enumerate(zip(true, shown, strict=True)):
        for column, (value, cell) in enumerate(zip(values, marks, strict=True)):
            assert value in found[row][column], "the attacker must not be wrong"
            if cell.count is not None:
                assert value == 0 or value >= LIMIT
            elif 0 < value < LIMIT:
                assert len(found[row][column]) > 1, (names[row], column, value, cell)
            if cell == SMALL:
                assert found[row][column] == set(range(1, LIMIT)), (names[row], column)


@overload
def parts_of(row: Counts, of: str) -> tuple[int, ...]: ...
@overload
def parts_of(row: Cells, of: str) -> tuple[Cell, ...]: ...
def parts_of(row: Counts | Cells, of: str) -> tuple[int, ...] | tuple[Cell, ...]:
    return row.days if of == "days" else row.hours[:2]


@given(tables)
def test_nothing_small_can_be_worked_out_from_days(table: dict[str, Counts]) -> None:
    attack(table, suppress(table, BAND, LIMIT), "days")


@given(tables)
def test_nothing_small_can_be_worked_out_from_hours(table: dict[str, Counts]) -> None:
    attack(table, suppress(table, BAND, LIMIT), "hours")


@given(tables)
def test_hours_outside_the_band_are_a_column_of_their_own(table: dict[str, Counts]) -> None:
    cells = suppress(table, BAND, LIMIT)
    # Of departments whose range is hidden nothing is shown, so their marks say nothing: as a row hidden whole.
    shown = [[each.hours[2] if each.whole.count is not None else PROTECTED] for each in cells.values()]
    silent = {at for at, each in enumerate(cells.values()) if each.whole.count is None}
    total = together(table, BAND, LIMIT).hours[2]
    for name, found in zip(table, possible(shown, [total], LIMIT, bound=16, silent=silent), strict=True):
        if 0 < table[name].hours[2] < LIMIT:
            assert len(found[0]) > 1


def test_large_departments_are_shown_as_they_are() -> None:
    table = {
        "a": Counts(40, (30, 20), (40, 0)),
        "b": Counts(9, (9, 5), (9, 0)),
        "c": Counts(0, (0, 0), (0, 0)),
    }
    cells = suppress(table, (0,), 5)
    for name, each in table.items():
        assert cells[name].whole == Cell(each.whole)
        assert cells[name].days == tuple(map(Cell, each.days))
        assert cells[name].hours == tuple(map(Cell, each.hours))


def test_a_small_department_takes_another_with_it() -> None:
    table = {"a": Counts(40, (40,), (40,)), "b": Counts(9, (9,), (9,)), "c": Counts(3, (3,), (3,))}
    cells = suppress(table, (0,), 5)
    assert cells["a"].whole == Cell(40)
    assert cells["b"] == Cells(PROTECTED, (PROTECTED,), (PROTECTED,))
    assert cells["c"] == Cells(SMALL, (PROTECTED,), (PROTECTED,))


def test_two_small_ones_need_no_third_unless_their_sum_gives_them_away() -> None:
    table = {"a": Counts(40, (40,), (40,)), "b": Counts(2, (2,), (2,)), "c": Counts(3, (3,), (3,))}
    assert suppress(table, (0,), 5)["a"].whole == Cell(40)
    table["b"] = table["c"] = Counts(1, (1,), (1,))
    assert suppress(table, (0,), 5)["a"].whole == PROTECTED


def test_a_known_base_is_no_room() -> None:
    """Nine of ten staff may rise by one only, which would bind the small one from below."""
    table = {
        "a": Counts(40, (40,), (40,)),
        "b": Counts(9, (9,), (9,), base=10),
        "c": Counts(4, (4,), (4,)),
    }
    assert suppress(table, (0,), 5)["a"].whole == PROTECTED


def test_a_day_does_not_follow_from_the_range_and_the_other_days() -> None:
    """Nine in all and five on Tuesday would be four at least on Monday."""
    table = {"a": Counts(9, (4, 5), (9,)), "b": Counts(60, (50, 50), (60,)), "c": Counts(50, (40, 40), (50,))}
    assert suppress(table, (0,), 5)["a"].days == (PROTECTED, PROTECTED)


def test_a_lone_department_is_the_total_itself() -> None:
    assert suppress({"a": Counts(3, (3,), (3,))}, (0,), 5)["a"].whole == SMALL


@given(tables)
def test_the_order_of_departments_does_not_matter(table: dict[str, Counts]) -> None:
    assume(len(set(table.values())) == len(table))
    turned = dict(reversed(table.items()))
    assert suppress(table, BAND, LIMIT) == suppress(turned, BAND, LIMIT)
