from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.web.throttle import (
    FORGET_SECONDS,
    FREE_TRIES,
    LONGEST_SECONDS,
    MAX_KEYS,
    Throttle,
    origin_of,
)


def test_some_tries_are_free_then_each_waits_longer() -> None:
    throttle = Throttle()
    waits = []
    for _ in range(FREE_TRIES + 12):
        throttle.failed(("a",), 100.0)
        waits.append(throttle.wait(("a", "b"), 100.0))
    assert waits[: FREE_TRIES - 1] == [0.0] * (FREE_TRIES - 1)
    assert waits[FREE_TRIES - 1 : FREE_TRIES + 2] == [2.0, 4.0, 8.0]
    assert waits == sorted(waits) and waits[-1] == LONGEST_SECONDS
    assert throttle.wait(("a",), 100.0 + LONGEST_SECONDS) == 0.0
    assert throttle.wait(("b",), 100.0) == 0.0


def test_success_and_time_make_it_forget() -> None:
    throttle = Throttle()
    for _ in range(FREE_TRIES):
        throttle.failed(("a", "b"), 100.0)
    throttle.succeeded(("a",))
    assert throttle.wait(("a",), 100.0) == 0.0 < throttle.wait(("b",), 100.0)
    throttle.failed(("b",), 101.0 + FORGET_SECONDS)
    assert throttle.wait(("b",), 101.0 + FORGET_SECONDS) == 0.0


@given(st.lists(st.integers(0, 10_000), max_size=50))
def test_what_is_remembered_is_bounded(keys: list[int]) -> None:
    """T17."""
    throttle = Throttle()
    for number in [*range(MAX_KEYS), *keys]:
        throttle.failed((str(number),), 1.0)
    assert len(throttle._failures) <= MAX_KEYS


def test_an_ipv6_network_is_one_origin() -> None:
    assert origin_of("2001:db8::1") == origin_of("2001:db8::ffff") == "2001:db8::/64"
    assert origin_of("192.0.2.1") == "192.0.2.1"
    assert origin_of("") == ""
