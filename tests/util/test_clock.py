from __future__ import annotations

import ctypes
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.util import clock
from sm_dns.util.clock import Clock, Jump, Reading, StepWatch, jump_between

START = Reading(wall=1_000_000.0, monotonic=50.0, boottime=80.0)


def later(wall: float, monotonic: float, boottime: float) -> Reading:
    return Reading(START.wall + wall, START.monotonic + monotonic, START.boottime + boottime)


def test_a_rehearsal_runs_at_real_speed_from_its_start() -> None:
    rehearsal = Clock.starting_at(5_000.0)
    assert rehearsal.rehearsal
    assert rehearsal.now() == pytest.approx(5_000.0, abs=10)
    assert not Clock().rehearsal
    assert Clock().now() == pytest.approx(time.time(), abs=10)


@pytest.mark.parametrize(
    ("after", "jump"),
    [
        (later(1, 1, 1), None),
        (later(1.4, 1, 1), None),
        (later(3601, 1, 1), Jump("step", 3600.0)),
        (later(-59, 1, 1), Jump("step", -60.0)),
        (later(601, 1, 601), Jump("suspend", 600.0)),
        (later(4201, 1, 601), Jump("step", 3600.0)),
    ],
)
def test_jumps(after: Reading, jump: Jump | None) -> None:
    assert jump_between(START, after) == jump


@given(st.floats(0, 10_000), st.floats(-0.4, 0.4))
def test_clocks_that_run_together_never_jump(seconds: float, slew: float) -> None:
    assert jump_between(START, later(seconds + slew, seconds, seconds)) is None


def test_the_watch_reports_each_jump_once(monkeypatch: pytest.MonkeyPatch) -> None:
    readings = iter([START, later(1, 1, 1), later(62, 2, 2), later(63, 3, 3)])
    monkeypatch.setattr(clock, "read_clocks", lambda: next(readings))
    watch = StepWatch()
    assert [watch.check(), watch.check(), watch.check()] == [None, Jump("step", 60.0), None]


def test_the_real_clocks_agree() -> None:
    assert StepWatch().check() is None


@pytest.mark.parametrize(
    ("instant", "text"),
    [(0, "1970-01-01T00:00:00Z"), (-0.5, "1969-12-31T23:59:59Z"), (1786338000.9, "2026-08-10T05:00:00Z")],
)
def test_instants_are_printed_in_utc(instant: float, text: str) -> None:
    assert clock.utc_iso(instant) == text


@pytest.mark.parametrize(("state", "said"), [(0, True), (3, True), (5, False), (-1, None)])
def test_what_the_kernel_says(monkeypatch: pytest.MonkeyPatch, state: int, said: bool | None) -> None:
    class Library:
        def adjtimex(self, buffer: Any) -> int:
            assert len(buffer) >= 208  # struct timex on 64-bit Linux
            assert buffer.raw == bytes(len(buffer))  # modes 0: only ask
            return state

    monkeypatch.setattr(ctypes, "CDLL", lambda *arguments, **options: Library())
    assert clock.is_synchronised() is said


def test_a_library_without_the_call_does_not_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda *arguments, **options: object())
    assert clock.is_synchronised() is None


def test_this_host_answers_somehow() -> None:
    assert clock.is_synchronised() in (True, False, None)
