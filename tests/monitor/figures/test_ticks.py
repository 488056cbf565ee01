from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.monitor.figures.ticks import TICKS, ticks


def test_an_axis_has_few_round_numbers() -> None:
    found = {most: list(ticks(most)) for most in (0, 1, 5, 6, 12_480)}
    assert found == {
        0: [0],
        1: [0, 1],
        5: [0, 1, 2, 3, 4, 5],
        6: [0, 2, 4, 6],
        12_480: [0, 5000, 10_000],
    }


@given(st.integers(0, 10**9))
def test_an_axis_goes_over_half_of_its_longest_bar(most: int) -> None:
    found = ticks(most)
    assert found[0] == 0 and found[-1] <= most and len(found) <= TICKS + 1
    assert most == 0 or found[-1] * 2 > most
