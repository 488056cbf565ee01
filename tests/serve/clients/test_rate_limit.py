from __future__ import annotations

from ipaddress import ip_network
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.serve.clients.limits import USUAL, ClientLimits, Limits
from sm_dns.serve.clients.rate_limit import RateLimiter
from tests.support.limits import rate_of


def spend(rate: RateLimiter, address: str, now: float) -> bool:
    """One query, as the listener counts it: whether it may be answered."""
    budget = rate.budget(address, now)
    budget.tokens -= 1
    return budget.tokens >= 0 or rate.refill(budget, now)


def test_a_burst_is_answered_and_then_the_rate() -> None:
    """T9."""
    rate = rate_of(per_second=10, burst=5)
    assert [spend(rate, "10.0.0.1", 0.0) for _ in range(7)] == [True] * 5 + [False] * 2
    assert [spend(rate, "10.0.0.1", 0.3) for _ in range(4)] == [True] * 3 + [False]
    assert rate.limited == 3


def test_one_client_does_not_spend_anothers_budget() -> None:
    rate = rate_of(per_second=1, burst=1)
    assert spend(rate, "10.0.0.1", 0.0)
    assert not spend(rate, "10.0.0.1", 0.0)
    assert spend(rate, "10.0.0.2", 0.0)


def test_an_ipv6_prefix_shares_one_budget() -> None:
    rate = rate_of(per_second=1, burst=1)
    assert spend(rate, "2001:db8:0:1200::1", 0.0)
    assert not spend(rate, "2001:db8:0:12ff::2", 0.0)
    assert spend(rate, "2001:db8:0:1300::1", 0.0)
    assert rate.budget("::ffff:10.0.0.1", 0.0) is rate.budget("10.0.0.1", 0.0)
    assert rate.budget("fe80::1%eth0", 0.0) is rate.budget("fe80::2", 0.0)


def test_loopback_has_no_bound() -> None:
    rate = rate_of(per_second=1, burst=1)
    assert all(spend(rate, address, 0.0) for address in ("127.0.0.1", "127.8.8.8", "::1") for _ in range(100))
    assert rate.budget("127.0.0.1", 0.0).tokens == inf


def test_loopback_is_bound_where_a_network_of_the_site_covers_it() -> None:
    """A forwarder on the same host, such as dnsdist, asks from loopback for everybody."""
    own = Limits(1, 2, 32, bounds_loopback=True)
    networks = [(ip_network("127.0.0.0/8"), own), (ip_network("::1/128"), own)]
    rate = RateLimiter(ClientLimits(USUAL, networks))
    for address in ("127.0.0.1", "::1", "::ffff:127.0.0.9"):
        assert [spend(rate, address, 0.0) for _ in range(3)] == [True, True, False]
        assert spend(rate, address, 1.0)
    everybody = RateLimiter(ClientLimits(USUAL, [(ip_network("0.0.0.0/0"), own)]))
    assert [spend(everybody, "127.0.0.1", 0.0) for _ in range(3)] == [True, True, False]
    assert everybody.budget("::1", 0.0).tokens == inf
    connections = RateLimiter(
        ClientLimits(USUAL, [(ip_network("127.0.0.0/8"), USUAL._replace(connections=256))])
    )
    assert connections.budget("127.0.0.1", 0.0).tokens == inf


@given(st.floats(1, 1000), st.floats(1, 1000), st.lists(st.floats(0, 0.5), min_size=1, max_size=300))
def test_no_more_than_burst_and_rate_in_any_run(per_second: float, burst: float, gaps: list[float]) -> None:
    rate = rate_of(per_second, burst)
    now = 0.0
    answered = 0
    for gap in gaps:
        now += gap
        answered += spend(rate, "10.0.0.1", now)
    assert answered <= burst + now * per_second + 1
