from __future__ import annotations

from dataclasses import replace

import pytest

from sm_dns.ipc.requests import TellStatus
from sm_dns.ipc.status import Status
from sm_dns.util.errors import BadInput
from sm_dns.web.data.status_feed import FRESH_SECONDS, MAX_SAMPLES, StatusFeed
from tests.support.contracts import FIGURES, STATUS, WORKER, WORKER_DOWN


class Played:
    """A service whose workers have answered so many queries; None while it is away."""

    def __init__(self) -> None:
        self.queries: int | None = 0
        self.asked = 0
        self.clock = 0.0
        self.feed = StatusFeed(self.ask, lambda: self.clock)

    def ask(self, request: TellStatus) -> Status | None:
        self.asked += 1
        if self.queries is None:
            raise BadInput("no socket")
        figures = replace(FIGURES, queries_udp=self.queries, queries_tcp=1)
        return replace(STATUS, workers=(replace(WORKER, figures=figures), WORKER_DOWN))


def test_however_many_look_the_service_is_asked_once_a_second() -> None:
    """T17."""
    played = Played()
    for _ in range(100):
        played.feed.get()
    assert played.asked == 1
    played.clock += FRESH_SECONDS
    played.feed.get()
    played.feed.forget()
    played.feed.get()
    assert played.asked == 3


def test_a_service_that_is_away_is_said_and_asked_again() -> None:
    played = Played()
    played.queries = None
    for _ in range(2):
        with pytest.raises(BadInput, match="does not answer"):
            played.feed.get()
    assert played.asked == 1
    played.feed.sample()
    played.queries, played.clock = 5, 1.0
    assert played.feed.get().workers


def test_rates_are_those_between_samples_and_begin_anew_with_the_workers() -> None:
    played = Played()
    for played.clock, played.queries in ((0.0, 0), (5.0, 10), (10.0, 60)):
        played.feed.sample()
    assert played.feed.rates() == [2.0, 10.0]
    played.clock, played.queries = 15.0, 3
    played.feed.sample()
    assert played.feed.rates() == []
    for number in range(MAX_SAMPLES + 10):
        played.clock, played.queries = 20.0 + number, 100 + number
        played.feed.sample()
    assert len(played.feed.rates()) == MAX_SAMPLES - 1
