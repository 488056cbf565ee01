from __future__ import annotations

import threading

import pytest

from sm_dns.util.errors import BadInput
from sm_dns.web.auth.roles import Refused
from sm_dns.web.data.figure_cache import FRESH_SECONDS, MAX_KEPT, MAX_PENDING, FigureCache

PATIENCE = 60.0


def test_a_page_does_not_wait_and_the_next_one_has_it() -> None:
    go = threading.Event()

    def compute(key: int) -> int:
        assert go.wait(PATIENCE)
        return 2 * key

    cache = FigureCache(compute)
    try:
        assert cache.get(4, 0.0) is None
        go.set()
        kept = cache.get(4, PATIENCE)
        assert kept is not None and (kept.value, kept.problem) == (8, None)
    finally:
        cache.close()


def test_what_is_old_is_shown_while_it_is_computed_anew() -> None:
    hands = [0.0]
    computed: list[int] = []
    again = threading.Event()

    def compute(key: int) -> int:
        computed.append(key)
        if len(computed) == 2:
            again.set()
        return len(computed)

    cache = FigureCache(compute, clock=lambda: hands[0])
    try:
        first = cache.get(1, PATIENCE)
        assert first is not None and cache.get(1, PATIENCE) is first
        hands[0] = FRESH_SECONDS
        assert cache.get(1, PATIENCE) is first
        assert again.wait(PATIENCE)
    finally:
        cache.close()


def test_a_failure_is_kept_and_told_too() -> None:
    def compute(key: int) -> int:
        raise BadInput("no store")

    cache = FigureCache(compute)
    kept = cache.get(1, PATIENCE)
    assert kept is not None and (kept.value, str(kept.problem)) == (None, "no store")
    cache.close()


def test_what_waits_and_what_is_kept_is_bounded() -> None:
    """T17."""
    go = threading.Event()

    def compute(key: int) -> int:
        assert go.wait(PATIENCE)
        return key

    cache = FigureCache(compute)
    try:
        for key in range(MAX_PENDING):
            assert cache.get(key, 0.0) is None
        with pytest.raises(Refused, match="too many") as refused:
            cache.get(MAX_PENDING, 0.0)
        assert (refused.value.status, refused.value.headers) == (503, {"Retry-After": "5"})
        go.set()
        for key in range(MAX_KEPT + 5):
            kept = cache.get(key, PATIENCE)
            assert kept is not None and kept.value == key
        assert len(cache._kept) == MAX_KEPT
    finally:
        cache.close()
