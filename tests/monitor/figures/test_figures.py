from __future__ import annotations

import dataclasses
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from sm_dns.monitor.figures import figures
from sm_dns.monitor.headcount import Headcount
from sm_dns.monitor.model import Cell
from sm_dns.monitor.store import retention
from sm_dns.monitor.store.store import Store
from sm_dns.util.errors import BadInput
from tests.monitor.figures.asking import changed, compliance, departments, usage
from tests.support import ump
from tests.support.rows import KEY, row

SMALL = Cell(None, "small")


def test_the_figure_of_the_letter(letter: Store) -> None:
    report = usage(letter, base=1500)
    assert (report.total.count, report.total.base, report.total.percent) == (1310, 1500, Decimal("87.33"))
    assert report.unmapped == 75
    assert len(report.per_day) == 6
    assert [each.working for each in report.per_day] == [False, True, True, True, True, True]
    counted = [each.staff.count or 0 for each in report.per_day]
    assert sum(counted) > 1310
    assert report.mean_per_working_day == Decimal(sum(counted[1:])) / 5
    bands = [each.staff.count for each in report.per_band]
    assert (bands[7], bands[8], bands[9], bands[13], bands[3]) == (190, 1310, 190, 1310, 0)
    assert report.per_band[8].unmapped == 75
    assert [sum(cell.count or 0 for cell in each.hours) > 0 for each in report.heat] == [True] * 6
    assert report.heat[1].hours[8] == report.per_day[1].staff


def test_the_filters_change_what_is_counted(letter: Store) -> None:
    assert usage(letter, changed(outcomes=("denied",))).total.count == 40
    assert usage(letter, changed(outcomes=("permitted", "denied"))).total.count == 1350
    assert usage(letter, changed(services=("x",))).total.count == 190
    assert usage(letter, changed(services=())).total.count == 1500
    assert usage(letter, changed(band_start=7, band_end=10)).total.count == 1500
    sunday = changed(last=ump.FIRST)
    assert 0 < (usage(letter, sunday).total.count or 0) < 1310
    assert usage(letter, dataclasses.replace(sunday, days="working")).total.count == 0


def test_departments_add_up_and_keep_the_small_one_back(letter: Store) -> None:
    report = departments(letter)
    cells = {each.department: each.staff for each in report.departments}
    assert set(cells) == set(ump.DEPARTMENTS)
    assert cells["security"] == SMALL
    assert [cell.mark for cell in cells.values()].count("protect") == 1
    assert report.total is not None and report.total.count == 1310
    assert sum(cell.count or 0 for cell in cells.values()) < 1310 - 3


def test_the_coverage_says_what_was_watched(letter: Store) -> None:
    coverage = usage(letter).coverage
    assert (coverage.hours, coverage.watched_hours, coverage.watched_percent) == (
        Decimal("144.00"),
        Decimal("0.00"),
        Decimal("0.00"),
    )
    assert (coverage.staff_seen, coverage.unmapped_seen) == (1500, 75)
    assert (coverage.key_ids, coverage.keys_changed) == ((KEY,), False)


def test_one_person_counts_once_whatever_the_devices_and_departments(store: Store) -> None:
    store.add([row("ali", hour=ump.at(0, 8)), row("ali", hour=ump.at(0, 8))], KEY)
    store.add([row("ali", hour=ump.at(1, 8), department="registry")], KEY)
    assert usage(store, small_cell=1).total.count == 1
    assert usage(store).total.staff_cell == Cell(None, "small")
    assert usage(store).coverage.staff_seen == 1
    store.add([row(f"p{n}", hour=ump.at(1, 8), department="registry") for n in range(8)], KEY)
    store.add([row(f"l{n}", hour=ump.at(1, 8)) for n in range(8)], KEY)
    shown = {each.department: each.staff.count for each in departments(store).departments}
    assert shown == {"library": 8, "registry": 9}


def test_staff_of_no_known_department_have_a_line_when_there_are_any(store: Store) -> None:
    store.add([row(f"p{n}", hour=ump.at(1, 8)) for n in range(8)], KEY)
    assert [each.department for each in departments(store).departments] == ["library"]
    store.add([row(f"q{n}", hour=ump.at(1, 22), department="") for n in range(8)], KEY)
    assert [each.department for each in departments(store).departments] == ["library", ""]


def test_a_department_larger_than_its_base_is_an_error_that_tells_no_count(store: Store) -> None:
    store.add([row(f"p{n}", hour=ump.at(1, 8)) for n in range(4)], KEY)
    basis = replace(ump.BASIS, headcounts={"library": Headcount.always(3)})
    with store.reading() as database, pytest.raises(BadInput, match="its base of 3") as caught:
        figures.departments(database, ump.SELECTION, basis)
    assert "4" not in str(caught.value)


def test_what_is_erased_is_not_counted_as_nobody(store: Store) -> None:
    store.add([row("ali", hour=ump.at(1, 8))], KEY)
    now = ump.at(200, 0)
    plan = store.run(lambda database: retention.plan(database, retention.Retention(), now, "ANM 1/2026"))
    store.run(lambda database: retention.execute(database, plan))
    with pytest.raises(BadInput, match="erased already"):
        usage(store)
    assert compliance(store).per_day[1].total == 1


def test_a_key_that_changed_is_said(store: Store) -> None:
    store.add([row("ali", hour=ump.at(0, 8))], KEY)
    store.add([row("ali", hour=ump.at(1, 8))._replace(pseudonym=b"another key here")], "11111111")
    report = usage(store, small_cell=1)
    assert report.total.count == 2
    assert report.coverage.keys_changed
    assert set(report.coverage.key_ids) == {KEY, "11111111"}
    assert not usage(store, changed(last=ump.FIRST)).coverage.keys_changed


def test_more_than_all_is_an_error(letter: Store) -> None:
    with pytest.raises(BadInput, match="more than the base of 1000"):
        usage(letter, base=1000)
    assert usage(letter, base=0).total.percent is None


def test_an_empty_store_says_nothing_and_says_so(store: Store) -> None:
    report = usage(store, base=1500)
    assert (report.total.count, report.total.percent, report.mean_per_working_day) == (
        0,
        Decimal("0.00"),
        None,
    )
    assert report.coverage.mapped_percent is None
    assert departments(store).departments == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"last": date(2010, 1, 2)}, "before it begins"),
        ({"band_end": 8}, "no band"),
        ({"band_end": 25}, "no band"),
        ({"band_start": 24, "band_end": 6}, "no band"),
        ({"band_end": 0}, "no band"),
        ({"zone": "Asia/Kathmandu"}, "whole hours"),
        ({"zone": "Mars/Base"}, "no time zone"),
        ({"first": date(2000, 1, 1)}, "longer than"),
        ({"outcomes": ("maybe",)}, "no decision 'maybe'"),
    ],
)
def test_a_selection_that_cannot_be_is_refused(store: Store, changes: dict[str, object], reason: str) -> None:
    with pytest.raises(BadInput, match=reason):
        usage(store, changed(**changes))


def test_hours_are_those_of_the_zone(store: Store) -> None:
    store.add([row(f"p{n}", hour=ump.at(0, 8)) for n in range(9)], KEY)
    tokyo = usage(store, changed(zone="Asia/Tokyo", band_start=9, band_end=10))
    assert tokyo.total.count == 9
    assert tokyo.per_band[9].staff == Cell(9)
    assert usage(store, changed(zone="Asia/Tokyo")).total.count == 0
