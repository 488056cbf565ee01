"""The cache: lifetimes, bounds, what it forgets first (RFC 2308, 8767, 9520)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.names import from_text
from sm_dns.resolve.cache import FAILURE_LIFETIME, MAX_FAILURES, STALE_MAX, TRIM, Cache, Key
from sm_dns.resolve.forwarding.upstream_answer import UpstreamAnswer

NOW = 1_800_000_000.0
ROOMY = 1 << 20


def key(name: str = "example.com", qtype: int = 1, dnssec_ok: bool = False, cd: bool = False) -> Key:
    return Key(from_text(name), qtype, dnssec_ok, cd)


def relay(
    lifetime: int = 60, rcode: int = 0, size: int = 16, name: str = "example.com", *more: str
) -> UpstreamAnswer:
    chain = tuple(map(from_text, (name, *more)))
    return UpstreamAnswer(rcode, bytes(size), 1, 0, ((6, lifetime),), 0, chain, lifetime, rcode == 3)


def test_an_answer_lives_for_its_lifetime_and_not_a_moment_longer() -> None:
    cache = Cache(ROOMY)
    cache.put(key(), relay(60), NOW)
    for now in (NOW, NOW + 59.999):
        found = cache.fresh(key(), now)
        assert found is not None
        assert (found.stored, found.expires) == (NOW, NOW + 60)
    assert cache.fresh(key(), NOW + 60) is None


def test_questions_that_differ_are_kept_apart() -> None:
    cache = Cache(ROOMY)
    cache.put(key(), relay(), NOW)
    for other in (key("www.example.com"), key(qtype=28), key(dnssec_ok=True), key(cd=True)):
        assert cache.fresh(other, NOW) is None


def test_an_answer_without_lifetime_is_not_kept() -> None:
    cache = Cache(ROOMY)
    cache.put(key(), relay(0), NOW)
    assert len(cache) == cache.bytes == 0


def test_nxdomain_answers_for_every_type_of_its_name_only() -> None:
    cache = Cache(ROOMY)
    cache.put(key(), relay(rcode=3), NOW)
    assert cache.fresh(key(qtype=65), NOW) is not None
    assert cache.fresh(key(qtype=65, dnssec_ok=True), NOW) is None
    assert cache.fresh(key("www.example.com"), NOW) is None
    assert cache.fresh(key("com"), NOW) is None


def test_nodata_answers_for_its_type_only() -> None:
    cache = Cache(ROOMY)
    cache.put(key(), relay(rcode=0), NOW)
    assert cache.fresh(key(qtype=28), NOW) is None


def test_nxdomain_at_the_end_of_a_chain_is_not_about_the_first_name() -> None:
    cache = Cache(ROOMY)
    cache.put(key(), relay(60, 3, 16, "example.com", "cdn.example"), NOW)
    assert cache.fresh(key(), NOW) is not None
    assert cache.fresh(key(qtype=28), NOW) is None


def test_an_expired_answer_may_be_served_stale_for_a_day() -> None:
    cache = Cache(ROOMY)
    cache.put(key(), relay(60), NOW)
    assert cache.stale(key(), NOW + 60 + STALE_MAX - 1) is not None
    assert cache.stale(key(), NOW + 60 + STALE_MAX) is None


def test_the_stale_answer_is_the_last_one() -> None:
    """The name vanished after its address was known: it is the NXDOMAIN that is repeated."""
    cache = Cache(ROOMY)
    cache.put(key(), relay(60), NOW)
    cache.put(key(), relay(60, rcode=3), NOW + 100)
    found = cache.stale(key(), NOW + 200)
    assert found is not None
    assert found.relay.rcode == 3
    cache.put(key(), relay(60), NOW + 300)
    found = cache.stale(key(), NOW + 400)
    assert found is not None
    assert found.relay.rcode == 0


def test_the_least_recently_used_goes_first() -> None:
    one = Cache(ROOMY)
    one.put(key(), relay(), NOW)
    cache = Cache(3 * one.bytes)
    for name in ("a.example", "b.example", "c.example"):
        cache.put(key(name), relay(), NOW)
    assert cache.fresh(key("a.example"), NOW) is not None
    cache.put(key("d.example"), relay(), NOW)
    kept = [name for name in "abcd" if cache.fresh(key(f"{name}.example"), NOW) is not None]
    assert kept == ["a", "c", "d"]


def test_a_lower_bound_is_reached_bit_by_bit() -> None:
    cache = Cache(1 << 30)
    for number in range(2 * TRIM + 10):
        cache.put(key(f"n{number}.example"), relay(rcode=3), NOW)
    assert not cache.trim()
    cache.max_bytes = 10 * cache.bytes // len(cache)
    assert cache.trim()
    assert len(cache) == TRIM + 10
    assert not cache.trim()
    assert len(cache) == len(cache._missing) == 10
    assert cache.fresh(key(f"n{2 * TRIM + 9}.example"), NOW) is not None


def test_an_answer_larger_than_the_cache_leaves_it_sound() -> None:
    cache = Cache(2_000)
    cache.put(key("big.example"), relay(size=4_000), NOW)
    assert (len(cache), cache.bytes) == (0, 0)


@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcdefgh"), st.integers(0, 2_000), st.integers(0, 99), st.sampled_from([0, 3])
        )
    ),
    st.integers(0, 8_000),
)
def test_the_bound_holds_and_the_count_of_bytes_is_right(
    puts: list[tuple[str, int, int, int]], max_bytes: int
) -> None:
    cache = Cache(max_bytes)
    for name, size, lifetime, rcode in puts:
        cache.put(key(f"{name}.example"), relay(lifetime, rcode, size), NOW)
        assert cache.bytes <= max_bytes
    again = Cache(ROOMY)
    for letter in "abcdefgh":
        for rtype in (1, 28):  # what answers for another type too is an NXDOMAIN
            found = cache.fresh(key(f"{letter}.example", rtype), NOW)
            if found is not None:
                again.put(key(f"{letter}.example"), found.relay, NOW)
    assert again.bytes == cache.bytes


def test_a_failure_is_remembered_for_seconds() -> None:
    cache = Cache(ROOMY)
    cache.put_failure(key(), NOW)
    assert 1 <= FAILURE_LIFETIME <= 300
    assert cache.has_failed(key(), NOW + FAILURE_LIFETIME - 0.001)
    assert not cache.has_failed(key(qtype=28), NOW)
    assert not cache.has_failed(key(), NOW + FAILURE_LIFETIME)
    assert not cache.has_failed(key(), NOW)


def test_an_answer_ends_the_memory_of_a_failure() -> None:
    cache = Cache(ROOMY)
    for lifetime in (60, 0):
        cache.put_failure(key(), NOW)
        cache.put(key(), relay(lifetime), NOW)
        assert not cache.has_failed(key(), NOW)


def test_failures_are_bounded() -> None:
    cache = Cache(ROOMY)
    for count in range(2 * MAX_FAILURES):
        cache.put_failure(key(f"h{count}.example"), NOW)
    remembered = sum(cache.has_failed(key(f"h{count}.example"), NOW) for count in range(2 * MAX_FAILURES))
    assert 0 < remembered <= MAX_FAILURES


def test_a_stepped_clock_makes_no_answer_live_longer_or_shorter() -> None:
    for step in (3600.0, -3600.0):
        cache = Cache(ROOMY)
        cache.put(key(), relay(60), NOW)
        cache.put(key("b.example"), relay(30), NOW)
        cache.put_failure(key("c.example"), NOW)
        cache.shift(step)
        found = cache.fresh(key(), NOW + step + 59)
        assert found is not None
        assert found.stored == NOW + step
        assert cache.fresh(key(), NOW + step + 60) is None
        assert cache.fresh(key("b.example"), NOW + step + 30) is None
        assert not cache.has_failed(key("c.example"), NOW + step)


def test_nothing_exists_below_a_name_that_does_not_exist() -> None:
    """RFC 8020."""
    cache = Cache(ROOMY)
    cache.put(key("gone.example"), relay(60, 3, name="gone.example"), NOW)
    below = key("a.b.gone.example", 28)
    assert cache.covered(below, NOW + 59) is not None
    assert cache.covered(below, NOW + 60) is None
    assert cache.covered(key("notgone.example"), NOW) is None
    assert cache.covered(key("a.gone.example", dnssec_ok=True), NOW) is None


def test_an_unvalidated_nxdomain_covers_nothing() -> None:
    cache = Cache(ROOMY)
    cache.put(key("gone.example"), relay(60, 3, name="gone.example")._replace(authentic=False), NOW)
    assert cache.fresh(key("gone.example"), NOW) is not None
    assert cache.fresh(key("gone.example", 28), NOW) is None
    assert cache.covered(key("a.gone.example"), NOW) is None


def test_a_flush_forgets_a_name_and_all_below_it() -> None:
    cache = Cache(ROOMY)
    for name in ("example.com", "www.example.com", "notexample.com"):
        cache.put(key(name), relay(name=name), NOW)
    cache.put_failure(key("bad.example.com"), NOW)
    assert cache.flush(from_text("example.com")) == 2
    assert len(cache) == 1
    assert not cache.has_failed(key("bad.example.com"), NOW)
    assert cache.flush(from_text("notexample.com")) == 1
    assert cache.bytes == 0
    cache.put(key("gone.example"), relay(60, 3, name="gone.example"), NOW)
    cache.flush(from_text("example"))
    assert not cache._missing
