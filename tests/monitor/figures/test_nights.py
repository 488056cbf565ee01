"""Bands of hours that go over midnight."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime
from decimal import Decimal

from sm_dns.monitor.model import Cell
from sm_dns.monitor.store.rows import HOUR
from sm_dns.monitor.store.store import Store
from tests.monitor.figures.asking import changed, compliance, departments, usage
from tests.support import ump
from tests.support.rows import KEY, row


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
    assert compliance(store, night).per_day[0].total == 16
    assert report.coverage.hours == Decimal("48.00")


def test_nights_of_single_days_hold_what_the_range_holds(letter: Store) -> None:
    """No question of the range is lost or counted twice where it is cut into its days."""
    whole = changed(services=(), band_start=20, band_end=14, outcomes=("permitted",))
    days = [
        dataclasses.replace(whole, first=each.day, last=each.day) for each in usage(letter, whole).per_day
    ]
    assert sum(usage(letter, day).queries or 0 for day in days) == (usage(letter, whole).queries or 0) > 0


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
