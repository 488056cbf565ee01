"""What is kept of how the service ran, from one look at it to the next."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sm_dns.ipc.figures import WaitClass
from sm_dns.ipc.status import Status
from sm_dns.state.operations import Ran, Watched
from sm_dns.web.data.operations import MOST_SECONDS, Operations, disk
from tests.support.contracts import FIGURES, MONITORING, STATUS, UPSTREAM, WORKER
from tests.support.dashboard import LIST

NOON = 1_786_334_400  # 10 August 2026, 04:00 UTC


class Watch:
    """Looks at a played service as time goes on."""

    def __init__(self, directory: Path) -> None:
        self.now = float(NOON)
        self.operations = Operations(directory, lambda: self.now, lambda path: (300, 1000))

    def look(self, status: Status, after: float = 5.0) -> None:
        self.now += after
        self.operations.look(status)

    def minutes(self) -> list[Ran]:
        return self.operations.history.minutes()


@pytest.fixture
def watch(tmp_path: Path) -> Watch:
    return Watch(tmp_path)


def told(queries: int, pid: int = 4711, memo_hits: int = 0) -> Status:
    figures = replace(FIGURES, queries_udp=queries, memo_hits=memo_hits)
    return replace(STATUS, workers=(replace(WORKER, pid=pid, figures=figures),))


def test_what_was_counted_between_looks_is_kept_when_the_minute_is_over(watch: Watch) -> None:
    for queries in (1000, 1060, 1100):
        watch.look(told(queries, memo_hits=queries // 2))
    assert watch.minutes() == []
    watch.look(told(1130), after=60)
    [row] = watch.minutes()
    assert (row.at, row.seconds, row.queries, row.replayed, row.denied) == (NOON, 10.0, 100, 50, None)
    assert (row.free, row.size, row.oldest_list) == (300, 1000, None)


def test_a_worker_that_began_anew_counts_from_nothing(watch: Watch) -> None:
    for status in (told(1000), told(1010), told(7, pid=4712), told(0, pid=4712)):
        watch.look(status)
    watch.look(told(0, pid=4712), after=60)
    assert watch.minutes()[0].queries == 17


def test_a_worker_that_was_silent_counts_once(watch: Watch) -> None:
    silent = replace(STATUS, workers=(replace(WORKER, figures=None),))
    for status in (told(1000), silent, told(1030)):
        watch.look(status)
    watch.look(told(1030), after=60)
    assert watch.minutes()[0].queries == 30


def test_of_a_pause_nothing_is_known(watch: Watch) -> None:
    watch.look(told(1000))
    watch.look(told(9000), after=MOST_SECONDS + 1)
    watch.look(told(9010))
    watch.look(told(9010), after=60)
    assert [each.queries for each in watch.minutes()] == [10]


def test_denials_losses_waits_upstreams_and_lists_are_kept(watch: Watch) -> None:
    def status(number: int, *, resting: bool) -> Status:
        figures = replace(
            FIGURES,
            rcodes=(("NOERROR", 9), ("SERVFAIL", number)),
            waits=(WaitClass(0.5, 10 * number), WaitClass(None, number)),
            upstreams=(replace(UPSTREAM, resting=resting),),
        )
        counted = (
            ("social", "denied", 2 * number),
            ("streaming", "denied", number),
            ("social", "exempt", 99),
        )
        return replace(
            STATUS,
            monitoring=replace(MONITORING, waiting=number, lost=5 * number, counted=counted),
            workers=(replace(WORKER, figures=figures),),
            lists=(replace(LIST, checked="2026-08-10T03:30:00Z"), replace(LIST, checked=None)),
        )

    for number, resting in ((1, False), (2, True), (4, False)):
        watch.look(status(number, resting=resting))
    watch.look(status(4, resting=False), after=60)
    [row] = watch.minutes()
    assert (row.denied, row.lost, row.failed, row.waiting) == (9, 15, 3, 4)
    assert (row.bounds, row.waits) == ((0.5,), (30, 3))
    assert row.upstreams == (Watched(UPSTREAM.address, 2, 1),)
    assert row.oldest_list == 1815


def test_the_disk_is_that_of_the_state_directory(tmp_path: Path) -> None:
    free, size = disk(tmp_path)
    assert 0 < free <= size
