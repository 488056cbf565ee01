"""Which upstream is asked, and how long one that fails is rested."""

from __future__ import annotations

from itertools import pairwise

from sm_dns.resolve.upstream import (
    FAILURES_BEFORE_REST,
    FIRST_REST,
    LONGEST_REST,
    LONGEST_WAIT,
    SHORTEST_WAIT,
    Upstream,
    choose,
)

NOW = 1_800_000_000.0


def three() -> tuple[Upstream, Upstream, Upstream]:
    return Upstream("192.0.2.1", 53), Upstream("192.0.2.2", 53), Upstream("2001:db8::1", 5353)


def test_the_quickest_is_asked() -> None:
    slow, quick, middling = three()
    for upstream, seconds in ((slow, 0.2), (quick, 0.002), (middling, 0.04)):
        for _ in range(20):
            upstream.answered(seconds)
    assert choose((slow, quick, middling), [], NOW) is quick


def test_each_is_asked_once_before_any_is_asked_twice() -> None:
    upstreams = three()
    asked: list[Upstream] = []
    for _ in range(6):
        one = choose(upstreams, asked, NOW)
        assert one is not None
        asked.append(one)
    assert set(asked[:3]) == set(asked[3:]) == set(upstreams)


def test_one_that_fails_is_rested_until_it_answers() -> None:
    first, second, _ = three()
    first.latency = 0.001
    for _ in range(FAILURES_BEFORE_REST):
        assert choose((first, second), [], NOW) is first
        first.failed(NOW)
    assert choose((first, second), [], NOW) is second
    assert choose((first, second), [], NOW + FIRST_REST) is first
    first.failed(NOW)
    first.answered(0.001)
    assert choose((first, second), [], NOW) is first


def test_the_rest_doubles_up_to_a_bound() -> None:
    upstream = Upstream("192.0.2.1", 53)
    rests = []
    for _ in range(200):
        upstream.failed(NOW)
        rests.append(max(upstream.rests_until - NOW, 0))
    grown = rests[FAILURES_BEFORE_REST - 1 :]
    assert grown[0] == FIRST_REST
    assert all(later in (2 * earlier, LONGEST_REST) for earlier, later in pairwise(grown))
    assert grown[-1] == LONGEST_REST


def test_all_resting_is_no_reason_to_ask_nobody() -> None:
    upstreams = three()
    for upstream in upstreams:
        for _ in range(FAILURES_BEFORE_REST):
            upstream.failed(NOW)
    assert choose(upstreams, [], NOW) in upstreams


def test_one_that_was_slow_is_tried_again_some_day() -> None:
    quick, slow, _ = three()
    quick.latency, slow.latency = 0.01, 1.0
    chosen = []
    for _ in range(1_000):
        one = choose((quick, slow), [], NOW)
        assert one is not None
        one.answered(one.latency)
        chosen.append(one)
    assert slow in chosen
    assert chosen.count(quick) > chosen.count(slow)


def test_patience_follows_latency_within_bounds() -> None:
    upstream = Upstream("192.0.2.1", 53)
    for seconds, patience in ((0.0, SHORTEST_WAIT), (0.2, 0.8), (60.0, LONGEST_WAIT)):
        for _ in range(100):
            upstream.answered(seconds)
        assert abs(upstream.patience() - patience) < 0.001


def test_a_clock_that_went_back_is_no_negative_latency() -> None:
    upstream = Upstream("192.0.2.1", 53)
    for _ in range(50):
        upstream.answered(-3600.0)
    assert upstream.latency >= 0


def test_without_upstreams_there_is_nobody_to_ask() -> None:
    assert choose((), [], NOW) is None


def test_an_upstream_is_written_as_an_address_and_a_port() -> None:
    first, _, third = three()
    assert str(first) == "192.0.2.1:53"
    assert str(third) == "[2001:db8::1]:5353"
