"""A day on which nobody watched and nothing was counted has no figure, whatever the rest of the range has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from sm_dns.monitor.disclosure.rounding import Rounding
from sm_dns.monitor.figures import figures
from sm_dns.monitor.figures.released import released_departments, released_usage
from sm_dns.monitor.figures.unwatched import UNWATCHED
from sm_dns.monitor.model import Cell, DepartmentReport, UsageReport
from sm_dns.monitor.selection import Selection
from sm_dns.monitor.store.store import Store
from tests.support import ump
from tests.support.rows import KEY, row

MONDAY, TUESDAY, WEDNESDAY, THURSDAY = (date(2010, 1, 4 + n) for n in range(4))
RANGE = Selection((), MONDAY, THURSDAY, 0, 24)
ROUNDING = Rounding(b"k" * 32, 5)


@pytest.fixture
def holey(store: Store) -> Iterator[Store]:
    """Watched on Monday, where twenty asked; on Tuesday, where nobody did; on Thursday some asked, nobody watched."""
    for day in (1, 2):
        store.note_running(ump.at(day, 0))
        for minute in range(1, 24 * 60):
            store.note_running(ump.at(day, 0) + 60 * minute)
    for day in (1, 4):
        store.add([row(f"p{n}", hour=ump.at(day, 9), department="library") for n in range(20)], KEY)
    yield store


def exact(store: Store) -> tuple[UsageReport, DepartmentReport]:
    with store.reading() as database:
        return (
            figures.usage(database, RANGE, ump.BASIS),
            figures.departments(database, RANGE, ump.BASIS),
        )


def rounded(store: Store) -> tuple[UsageReport, DepartmentReport]:
    with store.reading() as database:
        return (
            released_usage(database, RANGE, ump.BASIS, ROUNDING),
            released_departments(database, RANGE, ump.BASIS, ROUNDING),
        )


def test_a_day_without_data_is_none_and_a_day_without_visitors_is_zero(holey: Store) -> None:
    usage, departments = exact(holey)
    wanted = [Cell(20), Cell(0), UNWATCHED, Cell(20)]
    assert [day.staff for day in usage.per_day] == [day.staff for day in departments.days] == wanted
    assert [day.seen for day in usage.per_day] == wanted
    assert [list(each.per_day) for each in departments.departments] == [wanted]
    assert [set(each.hours) == {UNWATCHED} for each in usage.heat] == [False, False, True, False]


def test_it_is_in_no_mean(holey: Store) -> None:
    assert exact(holey)[0].mean_per_working_day == Decimal("13.33")  # of three days: 20, 0 and 20


def test_rounded_numbers_say_it_too(holey: Store) -> None:
    usage, departments = rounded(holey)
    few = Cell(None, "few")
    assert [day.staff for day in usage.per_day] == [Cell(20, "rounded"), few, UNWATCHED, Cell(20, "rounded")]
    assert [day.staff for day in departments.days] == [day.staff for day in usage.per_day]
    assert [each.per_day[2] for each in departments.departments] == [UNWATCHED]
    assert [set(each.hours) == {UNWATCHED} for each in usage.heat] == [False, False, True, False]
