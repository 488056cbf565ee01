from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.headcount import Base, Dated, in_period

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
OLD, MARCH, MID, LATER = (
    Dated(date(2025, 1, 1), 100),
    Dated(FIRST, 110),
    Dated(date(2026, 3, 15), 120),
    Dated(date(2026, 4, 1), 130),
)


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
    assert in_period(dated, FIRST, LAST) == found


@given(st.sets(st.integers(-60, 60), max_size=8), st.integers(0, 30))
def test_a_day_has_the_number_that_began_last(starts: set[int], day: int) -> None:
    dated = [Dated(FIRST + timedelta(days=at), at) for at in sorted(starts)]
    at = FIRST + timedelta(days=day)
    found = in_period(dated, at, at)
    assert found.number == max((start for start in starts if start <= day), default=None)
    assert (found.replaced, found.unknown_before) == ((), None)
