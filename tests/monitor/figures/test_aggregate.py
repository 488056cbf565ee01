from __future__ import annotations

from datetime import date

from sm_dns.monitor.figures.aggregate import gather
from sm_dns.monitor.figures.local_hours import converter
from sm_dns.monitor.store.read import Hour, Presence, Roster
from tests.support.ump import SELECTION, at

ROSTER = Roster({}, {}, moved=((1, 5, 9),))


def laid_out(hours: dict[int, int], days: list[date]) -> tuple[int, list[int]]:
    presence = Presence({when: Hour(staff=bits) for when, bits in hours.items()})
    found = gather(
        presence, presence, ROSTER, SELECTION, days, converter(SELECTION), lambda day, hour: hour == 8
    )
    return found.staff, list(found.by_day.values())


def test_who_moved_counts_under_the_last_number_used() -> None:
    days = [date(2010, 1, 3), date(2010, 1, 4)]
    hours = {at(0, 8): 1 << 1 | 1 << 2, at(1, 8): 1 << 5}
    assert laid_out(hours, days) == (1 << 5 | 1 << 2, [1 << 5 | 1 << 2, 1 << 5])
    assert laid_out(hours, days[:1]) == (1 << 1 | 1 << 2, [1 << 1 | 1 << 2])


def test_other_days_and_hours_are_left_out() -> None:
    hours = {at(0, 8): 1, at(0, 9): 2, at(1, 8): 4}
    assert laid_out(hours, [date(2010, 1, 3)]) == (1, [1])
