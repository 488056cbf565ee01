from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.headcount import Base, Dated, DatedWeek, Headcount

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
OLD, MARCH, MID, LATER = (
    Dated(date(2025, 1, 1), 100),
    Dated(FIRST, 110),
    Dated(date(2026, 3, 15), 120),
    Dated(date(2026, 4, 1), 130),
)
OFFICE = (1500, 900, 900, 900, 1500, None, None)
WEEK = Headcount((DatedWeek(None, OFFICE),))
MONDAY = date(2026, 8, 10)


def headcount(*dated: Dated) -> Headcount:
    return Headcount(tuple(DatedWeek.same(each.since, each.number or 0) for each in dated))


def days(*numbers: int) -> list[date]:
    """Of the week that begins on a Monday."""
    return [MONDAY + timedelta(days=number) for number in numbers]


@pytest.mark.parametrize(
    ("dated", "found"),
    [
        ((), Base()),
        ((LATER,), Base()),
        ((Dated(None, 7),), Base(7)),
        ((OLD, LATER), Base(100, OLD.since)),
        ((OLD, MARCH), Base(110, FIRST)),
        ((OLD, MID, LATER), Base(120, MID.since, (OLD,))),
        ((OLD, MARCH, MID), Base(120, MID.since, (MARCH,))),
        ((MID,), Base(120, MID.since, (), MID.since)),
        ((Dated(LAST, 1),), Base(1, LAST, (), LAST)),
    ],
)
def test_the_number_of_a_period(dated: tuple[Dated, ...], found: Base) -> None:
    assert headcount(*dated).over(FIRST, LAST, [LAST]) == found


@given(st.sets(st.integers(-60, 60), max_size=8), st.integers(0, 30))
def test_a_day_has_the_number_that_began_last(starts: set[int], day: int) -> None:
    dated = [Dated(FIRST + timedelta(days=at), at + 60) for at in sorted(starts)]
    at = FIRST + timedelta(days=day)
    found = headcount(*dated).over(at, at, [at])
    assert found.number == max((start + 60 for start in starts if start <= day), default=None)
    assert found.number == headcount(*dated).on(at)
    assert (found.replaced, found.unknown_before) == ((), None)


def test_each_weekday_has_its_own_number() -> None:
    assert [WEEK.on(day) for day in days(*range(7))] == list(OFFICE)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [((0, 1, 2, 3, 4), 1500), ((1, 2), 900), ((3,), 900), ((3, 4), 1500), ((1, 5), 900), ((5, 6), None), ((), 1500)],
)  # fmt: skip
def test_over_several_days_the_greatest_of_theirs_counts(
    numbers: tuple[int, ...], expected: int | None
) -> None:
    found = WEEK.over(MONDAY, MONDAY + timedelta(days=6), days(*numbers))
    assert (found.number, found.week) == (expected, OFFICE)


def test_numbers_of_a_week_are_dated_too() -> None:
    hybrid = DatedWeek(date(2026, 8, 1), OFFICE)
    both = Headcount((DatedWeek.same(None, 1480), hybrid))
    assert both.on(date(2026, 7, 28)) == 1480
    assert both.on(date(2026, 8, 4)) == 900
    july = both.over(date(2026, 7, 1), date(2026, 7, 31), [date(2026, 7, 28)])
    assert july == Base(1480)
    across = both.over(date(2026, 7, 1), date(2026, 8, 31), [date(2026, 8, 4), date(2026, 8, 5)])
    assert across == Base(900, hybrid.since, (Dated(None, 1480),), None, OFFICE)
