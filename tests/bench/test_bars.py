"""An alarm well above the bars that sm-dns keeps beside unbound; `make bench` measures the bars themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench import peers
from tests.bench.measure import QUICK, Bench, Results
from tests.bench.report import cpu_ratio, table
from tests.conftest import require

pytestmark = pytest.mark.bench

BAR = 1.3  # times unbound's CPU a query
MEMORY_BAR = (
    110  # MiB, the resident sets of all processes summed; docs/performance.md holds it after much more work
)
START_BAR = 1.5  # seconds
# This is the alarm for a query path that has become much dearer, in a short run that other work may disturb: medians
# of three rounds were seen at 1.2 and at 2 for the same code. `make bench` measures the bars themselves.
NOISE = 2.5


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    require("dnsperf", "unbound", "taskset", "setpriv")
    directory: Path = tmp_path_factory.mktemp("bench")
    return Bench((peers.OURS, peers.REFERENCE), QUICK, directory).run(lambda _: None)


@pytest.mark.parametrize("kind", ["denied", "cached", "misses"])
def test_a_query_costs_little_more_than_in_unbound(results: Results, kind: str) -> None:
    found = cpu_ratio(results, kind, peers.OURS.name, peers.REFERENCE.name)
    assert found.median <= BAR * NOISE, table(results, peers.REFERENCE.name)


def test_nothing_is_lost(results: Results) -> None:
    for kind, rounds in results.work.items():
        assert sum(one.lost for one in rounds[peers.OURS.name]) == 0, kind


def test_the_whole_service_is_small(results: Results) -> None:
    standing = results.standing[peers.OURS.name]
    assert max(standing.started.rss, standing.worked.rss) <= MEMORY_BAR


def test_it_answers_soon_after_its_start(results: Results) -> None:
    assert results.standing[peers.OURS.name].start_seconds <= START_BAR * NOISE
