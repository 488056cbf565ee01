from __future__ import annotations

from typing import Any

import pytest

from sm_dns.ipc.upstream_state import state, together


def told(**known: object) -> dict[str, Any]:
    usual = {"address": "192.0.2.1:53", "latency_ms": 50.0, "resting": False, "failures": 0, "answers": 0}
    return {**usual, "without_edns": False, "without_tcp": False, "trouble": "", **known}


@pytest.mark.parametrize(
    ("known", "how"),
    [
        ({}, "unasked"),
        ({"failures": 1}, "silent"),
        ({"answers": 1, "failures": 1}, "answers"),
        ({"answers": 1, "resting": True}, "resting"),
    ],
)
def test_how_an_upstream_is(known: dict[str, Any], how: str) -> None:
    assert state(told(**known)) == how


def test_a_latency_that_no_worker_knows_is_none() -> None:
    """What was never asked is expected to take 50 ms; that is no measurement."""
    (one,) = together([{"upstreams": [told()]}, {"upstreams": [told()]}])
    assert (one["state"], one["latency_ms"]) == ("unasked", 0.0)


def test_the_worst_of_what_the_workers_say() -> None:
    first, second = (
        told(answers=2, latency_ms=7.0, failures=1),
        told(answers=0, without_tcp=True, trouble="no TLS"),
    )
    (one,) = together([{"upstreams": [first]}, {}, {"upstreams": [second]}])
    assert (one["state"], one["latency_ms"], one["failures"]) == ("answers", 7.0, 1)
    assert (one["without_tcp"], one["without_edns"], one["trouble"]) == (True, False, "no TLS")
