from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from sm_dns.ipc.figures import UpstreamFigures, WorkerFigures
from sm_dns.ipc.upstream_state import state, together
from tests.support.contracts import FIGURES, UPSTREAM


def told(**known: Any) -> UpstreamFigures:
    return replace(UPSTREAM, **known)


def worker(*upstreams: UpstreamFigures) -> WorkerFigures:
    return replace(FIGURES, upstreams=upstreams)


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
    (one,) = together([worker(told()), worker(told())])
    assert (one.state, one.latency_ms) == ("unasked", 0.0)


def test_the_worst_of_what_the_workers_say() -> None:
    first, second = (
        told(answers=2, latency_ms=7.0, failures=1),
        told(answers=0, without_tcp=True, trouble="no TLS"),
    )
    (one,) = together([worker(first), worker(), worker(second)])
    assert (one.state, one.latency_ms, one.failures) == ("answers", 7.0, 1)
    assert (one.without_tcp, one.without_edns, str(one.trouble)) == (True, False, "no TLS")
