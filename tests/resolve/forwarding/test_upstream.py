"""Which upstream is asked, and how long one that fails is passed over."""

from __future__ import annotations

from itertools import pairwise

from sm_dns.resolve.forwarding.upstream import (
    FAILURES_BEFORE_BACKOFF,
    FIRST_BACKOFF,
    LONGEST_BACKOFF,
    LONGEST_RETRY_TIMEOUT,
    SHORTEST_RETRY_TIMEOUT,
    Upstream,
    UpstreamAddress,
)

NOW = 1_800_000_000.0


def three() -> tuple[Upstream, Upstream, Upstream]:
    return (
        Upstream(UpstreamAddress("192.0.2.1", 53)),
        Upstream(UpstreamAddress("192.0.2.2", 53)),
        Upstream(UpstreamAddress("2001:db8::1", 5353)),
    )


def test_the_rest_doubles_up_to_a_bound() -> None:
    upstream = Upstream(UpstreamAddress("192.0.2.1", 53))
    backoffs = []
    for _ in range(200):
        upstream.failed(NOW)
        backoffs.append(max(upstream.backoff_until - NOW, 0))
    grown = backoffs[FAILURES_BEFORE_BACKOFF - 1 :]
    assert grown[0] == FIRST_BACKOFF
    assert all(later in (2 * earlier, LONGEST_BACKOFF) for earlier, later in pairwise(grown))
    assert grown[-1] == LONGEST_BACKOFF


def test_the_retry_timeout_follows_latency_within_bounds() -> None:
    upstream = Upstream(UpstreamAddress("192.0.2.1", 53))
    for seconds, timeout in ((0.0, SHORTEST_RETRY_TIMEOUT), (0.2, 0.8), (60.0, LONGEST_RETRY_TIMEOUT)):
        for _ in range(100):
            upstream.answered(seconds)
        assert abs(upstream.retry_timeout() - timeout) < 0.001


def test_a_clock_that_went_back_is_no_negative_latency() -> None:
    upstream = Upstream(UpstreamAddress("192.0.2.1", 53))
    for _ in range(50):
        upstream.answered(-3600.0)
    assert upstream.latency >= 0


def test_an_upstream_is_written_as_an_address_and_a_port() -> None:
    first, _, third = three()
    assert str(first.server) == "192.0.2.1:53"
    assert str(third.server) == "[2001:db8::1]:5353"
    tls = UpstreamAddress("192.0.2.1", 853, "tls", "dns.example")
    assert str(tls) == "tls://dns.example@192.0.2.1:853"


def test_only_what_can_be_forged_is_asked_in_mixed_case() -> None:
    assert Upstream(UpstreamAddress("192.0.2.1", 53)).mixes_case
    assert not Upstream(UpstreamAddress("192.0.2.1", 853, "tls")).mixes_case
