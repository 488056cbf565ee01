from __future__ import annotations

import time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.control import clock
from sm_dns.control.clock import Clock, Jump, Reading, StepWatch, jump_between, parse_instant
from sm_dns.errors import BadInput

KL = ZoneInfo("Asia/Kuala_Lumpur")
START = Reading(wall=1_000_000.0, monotonic=50.0, boottime=80.0)


def later(wall: float, monotonic: float, boottime: float) -> Reading:
    return Reading(START.wall + wall, START.monotonic + monotonic, START.boottime + boottime)


def test_a_rehearsal_runs_at_real_speed_from_its_start() -> None:
    rehearsal = Clock.starting_at(5_000.0)
    assert rehearsal.rehearsal
    assert rehearsal.now() == pytest.approx(5_000.0, abs=0.5)
    assert not Clock().rehearsal
    assert Clock().now() == pytest.approx(time.time(), abs=0.5)


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
    ("text", "instant"),
    [
        ("2026-08-10T13:00", 1786338000.0),
        ("2026-08-10T13:00:00.5", 1786338000.5),
        ("2026-08-10 13:00:00+08:00", 1786338000.0),
        ("2026-08-10T05:00:00Z", 1786338000.0),
        ("2026-08-10", 1786291200.0),
    ],
)
def test_instants(text: str, instant: float) -> None:
    assert parse_instant(text, KL) == instant


@pytest.mark.parametrize("text", ["", "13:00", "tomorrow", "2026-13-01T00:00"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(BadInput, match="is not a time"):
        parse_instant(text, KL)


def test_the_skipped_hour_is_no_time() -> None:
    with pytest.raises(BadInput, match="does not exist"):
        parse_instant("2026-03-29T02:30", ZoneInfo("Europe/Berlin"))


@given(st.integers(-(2**31), 2**33))
def test_what_is_printed_reads_back(instant: int) -> None:
    assert parse_instant(clock.local_iso(instant, KL), KL) == instant
    assert parse_instant(clock.utc_iso(instant), KL) == instant
