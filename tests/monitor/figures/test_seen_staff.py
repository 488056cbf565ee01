"""Who was seen on the network, and numbers of staff by weekday."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from sm_dns.monitor.figures import figures
from sm_dns.monitor.headcount import DatedWeek, Headcount
from sm_dns.monitor.model import Cell, UsageReport
from sm_dns.monitor.store.store import Store
from sm_dns.util.errors import BadInput
from tests.monitor.figures.asking import changed, departments, usage
from tests.support import ump
from tests.support.rows import KEY, row

SMALL = Cell(None, "small")


def test_staff_seen_on_the_network_stand_beside(letter: Store) -> None:
    """Whoever asked for anything governed, at any hour; per day as well."""
    report = usage(letter, base=1500)
    assert (report.total.seen, report.total.percent_of_seen) == (1500, Decimal("87.33"))
    monday = report.per_day[1]
    assert (monday.staff, monday.base, monday.percent) == (Cell(327), 1500, Decimal("21.80"))
    assert (monday.seen, monday.percent_of_seen) == (Cell(685), Decimal("47.74"))
    assert usage(letter).per_day[1].percent is None
    only_x = usage(letter, changed(services=("x",)))
    assert (only_x.total.count, only_x.total.seen) == (190, 1500)
    sunday = usage(letter, changed(last=ump.FIRST))
    assert Cell(sunday.total.seen) == sunday.per_day[0].seen
    assert (sunday.total.count or 0) < (sunday.total.seen or 0) < 1500
    shown = {each.department: each for each in departments(letter).departments}
    assert (shown["bursar"].seen, shown["bursar"].percent_of_seen) == (Cell(374), Decimal("87.43"))
    assert (shown["security"].seen, shown["security"].percent_of_seen) == (Cell(None, "protect"), None)


def test_nobody_is_seen_on_days_that_do_not_count(store: Store) -> None:
    store.add([row(f"p{n}", hour=ump.at(0, 8)) for n in range(30)], KEY)  # Sunday
    store.add([row(f"p{n}", hour=ump.at(1, 8)) for n in range(10)], KEY)
    store.add([row(f"q{n}", hour=ump.at(1, 20), visit=False) for n in range(6)], KEY)
    report = usage(store, changed(days="working"))
    assert (report.total.count, report.total.seen, report.total.percent_of_seen) == (10, 16, Decimal("62.50"))


def test_the_night_of_a_day_is_among_who_was_seen_on_it(store: Store) -> None:
    night = changed(band_start=22, band_end=6, last=ump.FIRST)
    store.add([row(f"p{n}", hour=ump.at(0, 23)) for n in range(6)], KEY)
    store.add([row(f"q{n}", hour=ump.at(1, 5), visit=False) for n in range(6)], KEY)
    store.add([row(f"r{n}", hour=ump.at(1, 6), visit=False) for n in range(6)], KEY)
    report = usage(store, night)
    assert (report.total.count, report.total.seen, report.per_day[0].seen) == (6, 12, Cell(12))


def test_no_percentage_stands_beside_a_count_that_is_kept_back(store: Store) -> None:
    store.add([row(f"p{n}", hour=ump.at(1, 8)) for n in range(9)], KEY)
    store.add([row(f"p{n}", hour=ump.at(2, 8)) for n in range(3)], KEY)
    store.add([row(f"q{n}", hour=ump.at(2, 9), visit=False) for n in range(40)], KEY)
    tuesday = usage(store, base=100).per_day[2]
    assert (tuesday.staff, tuesday.percent) == (SMALL, None)
    assert (tuesday.seen, tuesday.percent_of_seen) == (Cell(None, "protect"), None)


def test_who_changed_department_is_seen_and_counted_in_one(store: Store) -> None:
    """Also where the second department never saw the person use the service."""
    store.add([row(f"p{n}", hour=ump.at(0, 8)) for n in range(9)], KEY)
    store.add([row(f"r{n}", hour=ump.at(0, 8), department="registry") for n in range(9)], KEY)
    store.add([row("p0", hour=ump.at(1, 9), visit=False, department="registry")], KEY)
    shown = {each.department: each for each in departments(store).departments}
    assert {name: (each.staff.count, each.seen.count) for name, each in shown.items()} == {
        "library": (8, 8),
        "registry": (10, 10),
    }


def test_staff_of_no_known_department_have_a_line_when_they_were_only_seen(store: Store) -> None:
    """Without it their number would be the sum less the others."""
    store.add([row(f"p{n}", hour=ump.at(1, 8)) for n in range(9)], KEY)
    store.add([row(f"l{n}", hour=ump.at(1, 8), visit=False) for n in range(9)], KEY)
    store.add([row(f"q{n}", hour=ump.at(1, 8), visit=False, department="") for n in range(3)], KEY)
    shown = {each.department: each for each in departments(store).departments}
    assert (shown[""].staff, shown[""].seen) == (Cell(0), SMALL)
    assert shown["library"].seen == Cell(None, "protect")


def test_each_day_is_measured_by_its_own_number_and_the_range_by_the_greatest(store: Store) -> None:
    week = Headcount((DatedWeek(None, (20, 8, None, 20, 20, None, None)),))
    for day, count in ((1, 9), (2, 9), (3, 7)):  # Monday, Tuesday with more than planned, Wednesday
        store.add([row(f"p{n}", hour=ump.at(day, 8)) for n in range(count)], KEY)
    with store.reading() as database:

        def made(first: int, last: int) -> UsageReport:
            selection = changed(first=date(2010, 1, 3 + first), last=date(2010, 1, 3 + last))
            return figures.usage(database, selection, replace(ump.BASIS, headcount=week))

        report = made(1, 3)
        with pytest.raises(BadInput, match="more than the base of 8"):
            made(2, 2)
        assert made(3, 3).total.base is None
    assert (report.total.base, report.total.percent) == (20, Decimal("45.00"))
    assert [(each.base, each.percent) for each in report.per_day] == [
        (20, Decimal("45.00")),
        (8, None),
        (None, None),
    ]
