from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from sm_dns.monitor.figures import figures
from sm_dns.monitor.figures.compliance import compliance as queries
from sm_dns.monitor.headcount import DatedWeek, Headcount
from sm_dns.monitor.model import Cell, ComplianceReport, DepartmentReport, UsageReport
from sm_dns.monitor.selection import Selection
from sm_dns.monitor.store import retention
from sm_dns.monitor.store.rows import HOUR
from sm_dns.monitor.store.store import Store
from sm_dns.util.errors import BadInput
from tests.support import ump
from tests.support.rows import KEY, row

SMALL = Cell(None, "small")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "usage.db")
    yield made
    made.close()


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = Store(tmp_path_factory.mktemp("letter") / "usage.db")
    made.add(ump.rows(), KEY)
    yield made
    made.close()


def usage(store: Store, selection: Selection = ump.SELECTION, base: int | None = None) -> UsageReport:
    with store.reading() as database:
        headcount = Headcount() if base is None else Headcount.always(base)
        return figures.usage(
            database, selection, headcount=headcount, is_working=ump.is_working, small_cell=5
        )


def departments(store: Store, selection: Selection = ump.SELECTION) -> DepartmentReport:
    with store.reading() as database:
        return figures.departments(
            database,
            selection,
            headcount=Headcount(),
            headcounts={},
            is_working=ump.is_working,
            small_cell=5,
        )


def compliance(store: Store, selection: Selection = ump.SELECTION) -> ComplianceReport:
    with store.reading() as database:
        return queries(database, selection, is_working=ump.is_working)


def changed(**changes: object) -> Selection:
    return dataclasses.replace(ump.SELECTION, **changes)  # type: ignore[arg-type]


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
    assert 0 < usage(letter, sunday).total.count < 1310
    assert usage(letter, dataclasses.replace(sunday, days="working")).total.count == 0


def test_departments_add_up_and_keep_the_small_one_back(letter: Store) -> None:
    report = departments(letter)
    cells = {each.department: each.staff for each in report.departments}
    assert set(cells) == set(ump.DEPARTMENTS)
    assert cells["security"] == SMALL
    assert [cell.mark for cell in cells.values()].count("protect") == 1
    assert report.total.count == 1310
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
    assert usage(store).total.count == 1
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
    with store.reading() as database, pytest.raises(BadInput, match="its base of 3") as caught:
        figures.departments(
            database,
            ump.SELECTION,
            headcount=Headcount(),
            headcounts={"library": Headcount.always(3)},
            is_working=ump.is_working,
            small_cell=5,
        )
    assert "4" not in str(caught.value)


def test_what_is_erased_is_not_counted_as_nobody(store: Store) -> None:
    store.add([row("ali", hour=ump.at(1, 8))], KEY)
    now = ump.at(200, 0)
    plan = store.run(lambda database: retention.plan(database, retention.Retention(), now, "ANM 1/2026"))
    store.run(lambda database: retention.execute(database, plan))
    with pytest.raises(BadInput, match="erased already"):
        usage(store)
    assert sum(compliance(store).per_day[1].by_outcome.values()) == 1


def test_a_key_that_changed_is_said(store: Store) -> None:
    store.add([row("ali", hour=ump.at(0, 8))], KEY)
    store.add([row("ali", hour=ump.at(1, 8))._replace(pseudonym=b"another key here")], "11111111")
    report = usage(store)
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
        Decimal("0.00"),
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


def test_compliance_counts_queries(store: Store) -> None:
    hour = ump.at(1, 8)
    store.add(
        [
            row("ali", hour=hour, queries=3),
            row("ali", hour=hour, outcome="denied", visit=False, queries=2),
            row("officer4", hour=hour, outcome="exempt", exemption="e1", queries=4),
            row(
                "x", kind="address", hour=hour, service="doh", category="bypass", outcome="denied", queries=5
            ),
            row("ali", hour=hour + HOUR, queries=100),
        ],
        KEY,
    )
    every = changed(services=(), outcomes=("permitted", "denied", "would_deny", "exempt"))
    report = compliance(store, every)
    by_category = {each.category: dict(each.by_outcome) for each in report.categories}
    assert by_category == {
        "bypass": {"permitted": 0, "denied": 5, "would_deny": 0, "exempt": 0},
        "social": {"permitted": 3, "denied": 2, "would_deny": 0, "exempt": 4},
    }
    assert report.bypass.by_outcome["denied"] == 5
    assert [(each.exemption, each.queries, each.services) for each in report.exemptions] == [
        ("e1", 4, ("facebook",))
    ]
    assert sum(report.per_day[1].by_outcome.values()) == 14
    assert sum(report.per_day[0].by_outcome.values()) == 0


def test_a_band_over_midnight_is_of_the_day_it_began_on(store: Store) -> None:
    """Sunday night is Sunday's until the morning of Monday; what lies at the ends of the range is of other days."""
    night = changed(band_start=22, band_end=6, first=date(2010, 1, 3), last=date(2010, 1, 4))
    for when, names in (
        (ump.at(0, 5), "before"),  # Saturday's night
        (ump.at(0, 22), "abcdefghi"),
        (ump.at(1, 5), "bcdefgh"),
        (ump.at(1, 6), "morning"),
        (ump.at(1, 23), "abcdefghijklmn"),
        (ump.at(2, 0), "opqrst"),
        (ump.at(2, 22), "XYZUVW"),  # Tuesday's
    ):
        store.add([row(f"p{name}", hour=when) for name in names], KEY)
    report = usage(store, night)
    assert report.total.count == 20
    assert [(str(each.day), each.staff.count) for each in report.per_day] == [
        ("2010-01-03", 9),
        ("2010-01-04", 20),
    ]
    assert report.queries == 9 + 7 + 14 + 6
    hours = {each.hour: each.staff.count for each in report.per_band if each.staff.count}
    assert hours == {22: 9, 23: 14, 0: 6, 5: 7, 6: 6}  # "morning" has six letters of its own
    assert report.heat[0].hours[5] == Cell(7)
    assert report.heat[1].hours[6] == Cell(6)
    assert usage(store, dataclasses.replace(night, days="working")).total.count == 20
    sunday = dataclasses.replace(night, last=ump.FIRST, days="working")
    assert usage(store, sunday).total.count == 0
    assert departments(store, night).departments[0].per_band[22] == Cell(9)
    assert sum(compliance(store, night).per_day[0].by_outcome.values()) == 16
    assert report.coverage.hours == Decimal("48.00")


def test_nights_of_single_days_hold_what_the_range_holds(letter: Store) -> None:
    """No question of the range is lost or counted twice where it is cut into its days."""
    whole = changed(services=(), band_start=20, band_end=14, outcomes=("permitted",))
    days = [
        dataclasses.replace(whole, first=each.day, last=each.day) for each in usage(letter, whole).per_day
    ]
    assert sum(usage(letter, day).queries for day in days) == usage(letter, whole).queries > 0


def test_a_repeated_hour_of_the_night_counts_once_in_it(store: Store) -> None:
    """Clocks in Berlin went from 03:00 back to 02:00 on 25 October 2026: both hours are of Saturday's night."""
    first = int(datetime(2026, 10, 25, 0, tzinfo=UTC).timestamp())  # 02:00 for the first time
    store.add([row(f"p{n}", hour=first + HOUR * (n % 2)) for n in range(14)], KEY)
    night = changed(
        zone="Europe/Berlin", first=date(2026, 10, 24), last=date(2026, 10, 24), band_start=22, band_end=6
    )
    report = usage(store, night)
    assert (report.total.count, report.per_band[2].staff.count, report.queries) == (14, 14, 14)
    assert report.coverage.hours == Decimal("25.00")


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
    assert sunday.total.count < sunday.total.seen < 1500
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
            return figures.usage(database, selection, headcount=week, is_working=ump.is_working, small_cell=5)

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
