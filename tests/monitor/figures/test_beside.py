"""The circular's question: who visited social media and streaming in working hours, and what stands beside it."""

from __future__ import annotations

import itertools
from datetime import date

from sm_dns.monitor.model import Beside, Cell
from sm_dns.monitor.selection import VISITED, Selection
from sm_dns.monitor.store.store import Store
from tests.monitor.figures.asking import departments, usage
from tests.support import ump
from tests.support.rows import KEY, row

WEEK = Selection((), ump.FIRST, ump.LAST, 0, 24, hours="working", categories=VISITED)
SMALL = Cell(None, "small")
NUMBERS = itertools.count()


def people(store: Store, count: int, day: int, hour: int, **more: object) -> None:
    """So many others each time: what they asked, as `row` says."""
    asked = [row(f"p{next(NUMBERS)}", hour=ump.at(day, hour), **more) for _ in range(count)]  # type: ignore[arg-type]
    store.add(asked, KEY)


def beside(store: Store, selection: Selection = WEEK) -> dict[str, Beside]:
    return {each.name: each for each in usage(store, selection).beside}


def test_working_hours_count_and_the_others_stand_beside(store: Store) -> None:
    people(store, 11, 1, 10)
    people(store, 12, 1, 10, service="youtube", category="streaming", outcome="denied")
    people(store, 13, 1, 13)  # the rest of Monday
    people(store, 14, 1, 20)
    people(store, 15, 0, 10)  # Sunday morning
    people(store, 16, 1, 7)  # work begins at 07:30
    people(store, 17, 2, 14, outcome="would_deny")
    people(store, 3, 5, 13)  # the long rest of Friday
    report = usage(store, WEEK, base=1500)
    assert (report.total.count, str(report.total.percent)) == (40, "2.67")
    told = {each.name: (each.staff.count, each.queries) for each in report.beside if each.about == "hours"}
    assert told == {"working": (40, 40), "rest": (16, 16), "after": (29, 29), "edge": (16, 16)}
    assert (beside(store)["denied"].staff, beside(store)["would_deny"].staff) == (Cell(12), Cell(17))
    assert [each.staff.count for each in report.per_day] == [0, 23, 17, None, None, 0]  # nobody watched
    assert report.queries == 40


def test_messaging_and_bypass_are_no_visitors(store: Store) -> None:
    people(store, 21, 1, 10, service="whatsapp", category="messaging")
    people(store, 22, 1, 10, service="doh", category="bypass", outcome="denied", visit=False)
    people(store, 23, 1, 10, service="games", category="play", outcome="denied")
    people(store, 6, 1, 10)
    assert usage(store, WEEK).total.count == 6
    told = beside(store)
    assert (told["messaging"].staff, told["bypass"].staff) == (Cell(21), Cell(22))
    assert told["play"].about == "category" and told["play"].staff == Cell(23)
    assert told["denied"].staff == Cell(0)
    whole = departments(store, WEEK).total
    assert whole is not None and whole.count == 6


def test_embedded_names_are_no_visits(store: Store) -> None:
    people(store, 9, 1, 10, visit=False)
    report = usage(store, WEEK)
    assert (report.total.count, report.queries, report.total.seen) == (0, 0, 9)
    assert beside(store)["working"].staff == Cell(0)


def test_a_small_number_beside_is_kept_back_with_its_questions(store: Store) -> None:
    people(store, 3, 1, 13)
    assert beside(store)["rest"] == Beside("rest", "hours", SMALL, None)
    assert beside(store)["after"] == Beside("after", "hours", Cell(0), 0)


def test_where_a_service_is_asked_for_no_other_category_is_told(store: Store) -> None:
    people(store, 6, 1, 10)
    assert set(beside(store, ump.SELECTION)) == {"working", "rest", "after", "edge", "would_deny"}


def test_a_night_has_the_hours_of_its_own_dates(store: Store) -> None:
    night = Selection((), date(2010, 1, 8), date(2010, 1, 8), 22, 8, categories=VISITED)
    people(store, 6, 6, 7)  # Saturday 07:00 is of Friday's night, and no working hour but an edge
    told = beside(store, night)
    assert (told["edge"].staff, told["working"].staff) == (Cell(6), Cell(0))


def test_on_a_sunday_on_which_three_asked_no_hour_says_one_to_four_of_nobody(store: Store) -> None:
    people(store, 3, 0, 9)
    sunday = Selection((), ump.FIRST, ump.FIRST, 0, 24)
    report = usage(store, sunday)
    cells = [each.staff for each in report.per_band] + [*report.heat[0].hours]
    assert cells == [Cell(None, "protect")] * 48
