from __future__ import annotations

from sm_dns.collect.batches import gaps, rows_of
from sm_dns.monitor.counts import Batch, Count
from sm_dns.monitor.identity.resolver import Resolver, Seen
from sm_dns.monitor.pseudonym import Pseudonyms
from sm_dns.monitor.store.rows import Gap
from tests.collect.test_collector import DENIED, HOUR, batch


def test_what_is_missed_is_known() -> None:
    whole, full = batch(0.0, 15.0), batch(0.0, 15.0, lost=7)
    assert gaps([whole], 0.0, 15.0) == gaps([batch(0.1, 15.0)], 0.0, 15.0) == []
    assert gaps([whole, full], 0.0, 15.0) == [Gap(0.0, 15.0, "table full", 7)]
    assert gaps([batch(6.0, 15.0)], 0.0, 15.0) == [Gap(0.0, 6.0, "worker lost", 0)]
    assert gaps(None, 0.0, 15.0) == gaps([], 0.0, 15.0) == [Gap(0.0, 15.0, "worker silent", 0)]
    assert gaps(None, 20.0, 15.0) == [Gap(20.0, 20.0, "worker silent", 0)]  # the clock was set back


def test_a_batch_over_the_hour_asks_for_each_hour_apart() -> None:
    asked: list[tuple[float, float]] = []

    class Noting(Resolver):
        def resolve(self, address: str, since: float, until: float):  # type: ignore[no-untyped-def]
            asked.append((since, until))
            return super().resolve(address, since, until)

    counts = tuple(Count(hour, "10.0.0.1", DENIED, 1) for hour in (HOUR, HOUR + 3600))
    rows = rows_of(Batch(HOUR + 3590.0, HOUR + 3605.0, counts, 0), Noting(Seen()), Pseudonyms(b"k" * 32))
    assert asked == [(HOUR + 3590.0, HOUR + 3600.0), (HOUR + 3600.0, HOUR + 3605.0)]
    assert [row.hour for row in rows] == [HOUR, HOUR + 3600]
