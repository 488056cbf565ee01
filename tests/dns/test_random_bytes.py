from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sm_dns.dns.random_bytes import BATCH, RandomBytes


@given(st.lists(st.integers(0, 300), max_size=100))
def test_every_request_is_served_in_full(counts: list[int]) -> None:
    random_bytes = RandomBytes()
    assert [len(random_bytes.take(count)) for count in counts] == counts


def test_no_octet_is_given_out_twice_and_no_batch_comes_again() -> None:
    random_bytes = RandomBytes()
    drawn = [random_bytes.take(16) for _ in range(4 * BATCH // 16)]
    assert len(set(drawn)) == len(drawn)


def test_two_sources_differ() -> None:
    assert RandomBytes().take(32) != RandomBytes().take(32)
