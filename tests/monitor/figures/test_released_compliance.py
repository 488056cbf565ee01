"""The compliance report for an auditor: nothing of it is exact, and nothing can be averaged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sm_dns.monitor.disclosure.rounding import Rounding
from sm_dns.monitor.figures.compliance import compliance
from sm_dns.monitor.figures.released_compliance import released_compliance
from sm_dns.monitor.model import ComplianceReport
from sm_dns.monitor.selection import Selection
from sm_dns.monitor.store.store import Store
from tests.support import ump
from tests.support.rows import KEY, row

WEEK = Selection((), date(2010, 1, 3), date(2010, 1, 8), 0, 24)
ROUNDING = Rounding(b"k" * 32, 5)


def both(store: Store, selection: Selection = WEEK) -> tuple[ComplianceReport, ComplianceReport]:
    with store.reading() as database:
        return (
            compliance(database, selection, ump.BASIS),
            released_compliance(database, selection, ump.BASIS, ROUNDING),
        )


def filled(store: Store) -> Store:
    store.add([row(f"p{n}", hour=ump.at(1, 9), queries=7) for n in range(9)], KEY)
    store.add([row(f"p{n}", hour=ump.at(2, 9), service="x", outcome="denied") for n in range(8)], KEY)
    store.add([row("p1", hour=ump.at(2, 9), outcome="exempt", exemption="e1", queries=3)], KEY)
    return store


def test_every_number_is_a_multiple_beside_the_true_one_or_few(store: Store) -> None:
    exact, told = both(filled(store))
    for true, shown in (
        *zip(exact.categories, told.categories, strict=True),
        *zip(exact.services, told.services, strict=True),
        *zip(exact.per_day, told.per_day, strict=True),
        (exact.bypass, told.bypass),
        (exact.whole, told.whole),
    ):
        pairs = [(count, shown.by_outcome[name]) for name, count in true.by_outcome.items()]
        for count, number in [*pairs, (true.total, shown.total)]:
            assert count is not None
            assert number is None if count <= 5 else number is not None and number % 5 == 0
            assert number is None or abs(number - count) < 5
    assert (exact.step, told.step) == (None, 5)
    assert (exact.coverage.staff_seen, told.coverage.staff_seen in (5, 10)) == (9, True)


def test_of_few_queries_under_an_exemption_it_is_not_told_for_what_they_were(store: Store) -> None:
    exact, told = both(filled(store))
    assert [(each.queries, each.services) for each in exact.exemptions] == [(3, ("facebook",))]
    assert [(each.queries, each.services) for each in told.exemptions] == [(None, ())]


def test_a_day_is_rounded_alike_in_every_period_that_holds_it(store: Store) -> None:
    filled(store)
    _, week = both(store)
    for each in week.per_day:
        _, alone = both(store, replace(WEEK, first=each.day, last=each.day))
        assert alone.per_day == (each,)
