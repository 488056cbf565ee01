from __future__ import annotations

import pytest

from sm_dns.monitor.figures.rounding import percent, ratio
from sm_dns.util.errors import BadInput


@pytest.mark.parametrize(
    ("count", "base", "expected"),
    [
        (1310, 1500, "87.33"),
        (0, 1500, "0.00"),
        (2, 3, "66.67"),
        (1, 800, "0.13"),
        (1, 1, "100.00"),
        (10**9, 10**9, "100.00"),
    ],
)
def test_percent_is_half_up(count: int, base: int, expected: str) -> None:
    assert str(percent(count, base)) == expected


@pytest.mark.parametrize("base", [0, None])
def test_no_base_no_percent(base: int | None) -> None:
    assert percent(7, base) is None


@pytest.mark.parametrize(("count", "base"), [(8, 7), (0, -1)])
def test_more_than_all_is_an_error(count: int, base: int) -> None:
    with pytest.raises(BadInput):
        percent(count, base)


def test_a_mean_is_half_up() -> None:
    assert str(ratio(1, 8)) == "0.13"
