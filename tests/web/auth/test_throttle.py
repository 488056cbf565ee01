from __future__ import annotations

import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sm_dns.web.auth.throttle import (
    FORGET_SECONDS,
    FREE_TRIES,
    LONGEST_SECONDS,
    MAX_KEYS,
    Throttle,
    origin_of,
)


def test_some_tries_are_free_then_each_waits_longer() -> None:
    throttle = Throttle()
    now, waits = 100.0, []
    for number in range(FREE_TRIES + 12):
        assert throttle.begin(("a",), now) == (0.0, number + 1)
        waits.append(throttle.begin(("a", "b"), now).wait if number >= FREE_TRIES - 1 else 0.0)
        now += waits[-1]
    assert waits[: FREE_TRIES + 2] == [0.0] * (FREE_TRIES - 1) + [2.0, 4.0, 8.0]
    assert waits == sorted(waits) and waits[-1] == LONGEST_SECONDS
    assert throttle.begin(("b",), now).wait == 0.0


def test_success_and_time_make_it_forget() -> None:
    throttle = Throttle()
    for _ in range(FREE_TRIES):
        throttle.begin(("a", "b"), 100.0)
    throttle.succeeded(("a",))
    assert throttle.begin(("a",), 100.0).wait == 0.0 < throttle.begin(("b",), 100.0).wait
    assert throttle.begin(("b",), 101.0 + FORGET_SECONDS) == (0.0, 1)


def test_of_many_tries_at_once_no_more_begin_than_may_fail() -> None:
    throttle = Throttle()
    gate = threading.Barrier(60)

    def guess(number: int) -> bool:
        gate.wait()
        return throttle.begin(("a", f"a {number}"), 100.0).wait == 0.0

    with ThreadPoolExecutor(60) as pool:
        assert sum(pool.map(guess, range(60))) == FREE_TRIES


def test_a_clock_that_was_set_back_lengthens_no_wait() -> None:
    throttle = Throttle()
    for _ in range(FREE_TRIES):
        throttle.begin(("a",), 100_000.0)
    assert throttle.begin(("a",), 100.0).wait == 2.0


def test_who_must_wait_waits_on_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "web" / "lockouts.json"
    throttle = Throttle(file)
    for _ in range(FREE_TRIES - 1):
        throttle.begin(("a", "b"), 100.0)
    assert not file.exists()
    throttle.begin(("a",), 100.0)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    again = Throttle(file)
    assert again.begin(("a",), 100.0).wait == 2.0
    assert again.begin(("b",), 100.0).wait == 0.0
    assert again.begin(("a",), 103.0) == (0.0, FREE_TRIES + 1)
    again.succeeded(("a",))
    assert Throttle(file).begin(("a",), 103.0) == (0.0, 1)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 1}', '{"a": ["x", 1]}', "null"])
def test_a_damaged_file_of_lockouts_is_none(tmp_path: Path, text: str) -> None:
    file = tmp_path / "lockouts.json"
    file.write_text(text)
    assert Throttle(file).begin(("a",), 1.0) == (0.0, 1)


@given(st.lists(st.integers(0, 10_000), max_size=50))
def test_what_is_remembered_is_bounded(keys: list[int]) -> None:
    """T17."""
    throttle = Throttle()
    for number in [*range(MAX_KEYS), *keys]:
        throttle.begin((str(number),), 1.0)
    assert len(throttle._failures) <= MAX_KEYS


def test_an_ipv6_network_is_one_origin() -> None:
    assert origin_of("2001:db8::1") == origin_of("2001:db8::ffff") == "2001:db8::/64"
    assert origin_of("192.0.2.1") == "192.0.2.1"
    assert origin_of("") == ""
