"""Each strategy picks among healthy, sick, quick and slow upstreams."""

from __future__ import annotations

import pytest

from sm_dns.resolve.forwarding.strategies import AT_ONCE, STRATEGIES, failover, fastest, parallel
from sm_dns.resolve.forwarding.upstream import (
    FAILURES_BEFORE_BACKOFF,
    FIRST_BACKOFF,
    Upstream,
    UpstreamAddress,
)

NOW = 1_800_000_000.0


def several(count: int = 3) -> list[Upstream]:
    return [Upstream(UpstreamAddress(f"192.0.2.{at}", 53)) for at in range(1, count + 1)]


def three() -> tuple[Upstream, Upstream, Upstream]:
    first, second, third = several(3)
    return first, second, third


def choose(upstreams: tuple[Upstream, ...], asked: list[Upstream], now: float) -> Upstream:
    (one,) = fastest(upstreams, asked, now)
    return one


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
        asked.append(one)
    assert set(asked[:3]) == set(asked[3:]) == set(upstreams)


def test_one_that_fails_is_passed_over_until_it_answers() -> None:
    first, second, _ = three()
    first.latency = 0.001
    for _ in range(FAILURES_BEFORE_BACKOFF):
        assert choose((first, second), [], NOW) is first
        first.failed(NOW)
    assert choose((first, second), [], NOW) is second
    assert choose((first, second), [], NOW + FIRST_BACKOFF) is first
    first.failed(NOW)
    first.answered(0.001)
    assert choose((first, second), [], NOW) is first


def test_all_resting_is_no_reason_to_ask_nobody() -> None:
    upstreams = three()
    for upstream in upstreams:
        for _ in range(FAILURES_BEFORE_BACKOFF):
            upstream.failed(NOW)
    assert choose(upstreams, [], NOW) in upstreams


def test_one_that_was_slow_is_tried_again_some_day() -> None:
    quick, slow, _ = three()
    quick.latency, slow.latency = 0.01, 1.0
    chosen = []
    for _ in range(1_000):
        one = choose((quick, slow), [], NOW)
        one.answered(one.latency)
        chosen.append(one)
    assert slow in chosen
    assert chosen.count(quick) > chosen.count(slow)


@pytest.mark.parametrize("name", STRATEGIES)
def test_without_upstreams_there_is_nobody_to_ask(name: str) -> None:
    assert not STRATEGIES[name]((), [], NOW)


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_resting_upstream_is_passed_over_while_another_is_well(name: str) -> None:
    sick, well = several(2)
    for _ in range(FAILURES_BEFORE_BACKOFF):
        sick.failed(NOW)
    assert all(list(STRATEGIES[name]((sick, well), [], NOW)) == [well] for _ in range(20))


@pytest.mark.parametrize("name", STRATEGIES)
def test_every_upstream_gets_its_turn_for_one_question(name: str) -> None:
    upstreams = several(4)
    asked: list[Upstream] = []
    while len(asked) < 4:
        asked += STRATEGIES[name](upstreams, asked, NOW)
    assert set(asked) == set(upstreams)


def test_failover_keeps_the_order_whatever_the_latency() -> None:
    first, second, _ = three()
    first.latency, second.latency = 1.0, 0.001
    assert list(failover((first, second), [], NOW)) == [first]
    assert list(failover((first, second), [first], NOW)) == [second]


def test_parallel_asks_several_at_once_and_then_one_by_one() -> None:
    upstreams = several(5)
    first = list(parallel(upstreams, [], NOW))
    assert len(first) == AT_ONCE
    assert len(parallel(upstreams, first, NOW)) == 1


def test_random_does_not_stay_with_one() -> None:
    upstreams = several(4)
    chosen = {STRATEGIES["random"](upstreams, [], NOW)[0] for _ in range(200)}
    assert chosen == set(upstreams)
