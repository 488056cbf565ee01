"""What a soak's figures complain of."""

from __future__ import annotations

import pytest

from tests.soak.soak import MAX_GROWTH, MAX_LOST_SHARE, Figures


def good() -> Figures:
    return Figures(10_000, 5, 5, 0.1, 40, 7, [], [50_000, 60_000, 61_000, 61_000, 61_000, 61_500])


def test_a_good_run_has_nothing_to_complain_of() -> None:
    assert MAX_LOST_SHARE * good().sent == 10
    assert good().complaints("an ordinary line") == []


def test_growth_is_told_from_the_middle_to_the_end() -> None:
    figures = good()
    assert figures.growth == pytest.approx((61_250 / 61_000) - 1)
    figures.memory[-1] += int(61_000 * 3 * MAX_GROWTH)
    assert figures.complaints("") == [f"memory grew by {figures.growth:.1%}: {figures.memory}"]


def test_losses_exceptions_and_idleness_are_told() -> None:
    figures = good()
    figures.wrong += 1
    figures.changes = 0
    figures.left_out = ["tls"]
    found = figures.complaints("before\nTraceback (most recent call last):\n  line")
    assert [one.split()[0] for one in found] == ["5", "an", "nothing", "has"]
