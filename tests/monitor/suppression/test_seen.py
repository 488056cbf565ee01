"""A reader with every count beside every "seen on the network", who tries every office there could be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations_with_replacement, product

import pytest

from sm_dns.monitor.model import Cell
from sm_dns.monitor.suppression.departments import Counts, suppress
from sm_dns.monitor.suppression.line import PROTECTED, line
from sm_dns.monitor.suppression.seen import Presence, seen_by_day, seen_by_department

LIMIT = 3  # 1 and 2 are small
SMALL = Cell(None, "small")


def is_small(value: int) -> bool:
    return 0 < value < LIMIT


def fits(value: int, cell: Cell) -> bool:
    """Whether a cell may stand for a value."""
    if cell.count is not None:
        return value == cell.count
    return cell.mark != "small" or is_small(value)


# Days


STATES = tuple(product(("away", "seen", "user"), repeat=2))[1:]  # of one person on two days


@cache
def offices(people: int) -> dict[tuple[int, int], set[tuple[int, int, int, int]]]:
    """By how many used the service and how many were seen at all: the counts of two days, then those seen on them."""
    found: dict[tuple[int, int], set[tuple[int, int, int, int]]] = defaultdict(set)
    for office in combinations_with_replacement(STATES, people):
        users = sum("user" in person for person in office)
        counts = [sum(person[day] == "user" for person in office) for day in range(2)]
        seen = [sum(person[day] != "away" for person in office) for day in range(2)]
        found[users, people].add((*counts, *seen))  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize("people", range(1, 8))
def test_no_small_count_of_a_day_follows_from_who_was_seen(people: int) -> None:
    for (users, _), worlds in offices(people).items():
        for world in worlds:
            counts, seen = world[:2], world[2:]
            beside = line(users, counts, LIMIT)
            shown = [*beside, *seen_by_day(people, seen, beside, LIMIT)]
            possible = [other for other in worlds if all(map(fits, other, shown))]
            assert world in possible
            for at, value in enumerate(world):
                if is_small(value):
                    assert shown[at].count is None
                    assert len({other[at] for other in possible}) > 1, (users, world, shown, at)


def test_a_day_whose_count_is_kept_back_says_nothing_of_who_was_seen() -> None:
    assert seen_by_day(40, (40, 30), [Cell(9), SMALL], 5) == (Cell(40), PROTECTED)
    assert seen_by_day(40, (40, 30, 2), [Cell(9), Cell(9), Cell(0)], 5) == (Cell(40), Cell(30), SMALL)
    assert seen_by_day(40, (39, 3), [Cell(9), Cell(0)], 5) == (Cell(39), SMALL)
    assert seen_by_day(40, (38, 2, 0), [Cell(9), Cell(0), Cell(0)], 5) == (PROTECTED,) * 3


# Departments


ROWS = tuple((users, users + others) for users in (0, 1, 3, 4) for others in (0, 1, 2))
"""Departments: how many used the service, and how many were seen."""


def reachable(rows: list[set[tuple[int, int]]]) -> set[tuple[int, int]]:
    sums = {(0, 0)}
    for row in rows:
        sums = {(a + c, b + d) for a, b in sums for c, d in row}
    return sums


def options(count: Cell, seen: Cell, most: int) -> Iterator[tuple[int, int]]:
    """Pairs that a row of the table may stand for: who used the service was seen."""
    for users in range(most + 1):
        for present in range(users, most + 1):
            if fits(users, count) and fits(present, seen):
                yield users, present


@pytest.mark.parametrize("number", range(1, 4))
def test_no_small_count_of_a_department_follows_from_who_was_seen(number: int) -> None:
    for true in combinations_with_replacement(ROWS, number):
        attack(true)


def attack(true: Sequence[tuple[int, int]]) -> None:
    table = {f"d{n}": Counts(users, (users,), (users,)) for n, (users, _) in enumerate(true)}
    whole = {name: cells.whole for name, cells in suppress(table, (0,), LIMIT).items()}
    presences = {
        name: Presence(present, users, whole[name], None)
        for name, (users, present) in zip(table, true, strict=True)
    }
    seen = seen_by_department(presences, LIMIT)
    totals = (sum(users for users, _ in true), sum(present for _, present in true))
    rows = [set(options(whole[name], seen[name], totals[1])) for name in table]
    for at, (name, pair) in enumerate(zip(table, true, strict=True)):
        others = reachable([row for number, row in enumerate(rows) if number != at])
        possible = {row for row in rows[at] if (totals[0] - row[0], totals[1] - row[1]) in others}
        assert pair in possible
        if len(true) == 1:
            continue  # a lone department is the whole staff, whose figure is always shown
        for which, cell in enumerate((whole[name], seen[name])):
            values = {row[which] for row in possible}
            if is_small(pair[which]):
                assert cell.count is None
                assert len(values) > 1, (name, which, true)
            if cell == SMALL:
                assert values == {1, 2}, (name, which, true)


def test_a_small_number_seen_takes_another_with_it() -> None:
    table = {
        "a": Presence(40, 30, Cell(30), None),
        "b": Presence(9, 6, Cell(6), None),
        "c": Presence(3, 0, Cell(0), None),
    }
    assert seen_by_department(table, 5) == {"a": Cell(40), "b": PROTECTED, "c": SMALL}
    assert seen_by_department({"c": table["c"]}, 5) == {"c": SMALL}


def test_beside_a_count_that_is_kept_back_nothing_is_said() -> None:
    table = {
        "a": Presence(40, 30, Cell(30), None),
        "b": Presence(9, 6, PROTECTED, None),
        "c": Presence(30, 2, SMALL, None),
        "d": Presence(2, 2, SMALL, None),
    }
    assert seen_by_department(table, 5) == {"a": Cell(40), "b": PROTECTED, "c": PROTECTED, "d": PROTECTED}
