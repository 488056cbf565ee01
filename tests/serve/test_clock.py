"""The worker's clock: wall time by the monotonic clock, and steps noticed (TIME-11)."""

from __future__ import annotations

import time

import pytest

from sm_dns.serve import clock
from sm_dns.serve.clock import STEP, Clock


class Hands:
    """The host's clocks, moved by the test."""

    CLOCK_BOOTTIME = time.CLOCK_BOOTTIME

    def __init__(self) -> None:
        self.wall = 1_800_000_000.0
        self.running = 5_000.0
        self.slept = 0.0

    def pass_by(self, seconds: float) -> None:
        self.wall += seconds
        self.running += seconds

    def time(self) -> float:
        return self.wall

    def monotonic(self) -> float:
        return self.running

    def clock_gettime(self, which: int) -> float:
        assert which == self.CLOCK_BOOTTIME
        return self.running + self.slept


@pytest.fixture
def hands(monkeypatch: pytest.MonkeyPatch) -> Hands:
    both = Hands()
    monkeypatch.setattr(clock, "time", both)
    return both


def test_it_tells_the_wall_time() -> None:
    assert abs(Clock().now() - time.time()) < 10


def test_a_rehearsal_is_ahead_or_behind(hands: Hands) -> None:
    for seconds in (86_400.0, -86_400.0):
        one = Clock(seconds)
        hands.pass_by(10)
        assert one.now() == hands.wall + seconds
        assert one.check() == 0.0
        assert one.now() == hands.wall + seconds


def test_a_slew_is_followed_without_a_word(hands: Hands) -> None:
    one = Clock()
    for _ in range(10):
        hands.pass_by(0.5)
        hands.wall += STEP / 2
        assert one.check() == 0.0
        assert one.now() == hands.wall


@pytest.mark.parametrize("seconds", [3600.0, -3600.0, STEP, -STEP])
def test_a_step_is_reported_once(hands: Hands, seconds: float) -> None:
    one = Clock()
    hands.pass_by(0.5)
    hands.wall += seconds
    assert one.check() == pytest.approx(seconds)
    assert one.check() == 0.0
    assert one.now() == hands.wall


def test_a_suspend_is_a_step(hands: Hands) -> None:
    one = Clock()
    hands.wall += 600
    assert one.check() == pytest.approx(600)


def test_between_two_checks_a_step_moves_nothing(hands: Hands) -> None:
    one = Clock()
    before = one.now()
    hands.wall += 3600
    hands.running += 0.25
    assert one.now() == before + 0.25


def test_sleep_is_no_step(hands: Hands) -> None:
    """What was cached before a suspend has aged by it."""
    one = Clock()
    hands.wall += 7200
    hands.slept += 7200
    assert one.check() == 0.0
    assert one.now() == hands.wall
    hands.wall += 3600
    assert one.check() == 3600
