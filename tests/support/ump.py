"""The case of the letter: 1,500 staff, 3 to 8 January 2010, Facebook between 08:00 and 09:00: 1310 distinct, 87.33 %.

Around the figure lies what a wrong count would take in: staff who come on several days and with two devices, devices
that nobody knows, names that other sites embed, other hours and services, questions that were denied only.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sm_dns.monitor.figures.basis import Basis
from sm_dns.monitor.selection import Selection
from sm_dns.monitor.store.rows import HOUR, Row
from sm_dns.policy import work_hours
from sm_dns.policy.schedule import Schedule
from sm_dns.policy.work_hours import HourKind
from tests.support.rows import START, row

STAFF, VISITORS, DENIED, UNMAPPED = 1500, 1310, 40, 75
FIRST, LAST = date(2010, 1, 3), date(2010, 1, 8)
MIDNIGHT = START - 8 * HOUR  # 3 January 2010, 00:00 in Kuala Lumpur
DAYS = 6
DEPARTMENTS = ("academic", "bursar", "library", "registry", "security", "works")
SCHEDULE = Schedule.from_json({"weekend": ["SUN"]})
SELECTION = Selection(("facebook",), FIRST, LAST, 8, 9, outcomes=("permitted", "would_deny", "exempt"))


def at(day: int, hour: int) -> int:
    """POSIX seconds of a local hour; day 0 is the third of January."""
    return MIDNIGHT + (24 * day + hour) * HOUR


def is_working(day: date) -> bool:
    """Sunday is the one rest day among the six."""
    return day.weekday() != 6


def hour_kind(day: date, hour: int) -> HourKind:
    """By the circular's table; Saturday is a working day as any other."""
    return work_hours.hour_kind(SCHEDULE, day, hour)


BASIS = Basis(is_working=is_working, hour_kind=hour_kind, small_cell=5)
"""The days and hours of the case; nobody has said how many staff there are."""


def department(number: int) -> str:
    """Where a person works: five large departments, and three persons in security."""
    if number < 3:
        return "security"
    return DEPARTMENTS[number % 4] if number % 20 else "works"


def rows() -> Iterator[Row]:
    """Every row of the case, in no order that a store could lean on."""
    for number in range(VISITORS):
        for day in range(DAYS):
            if (number + day) % 4 == 0:
                yield _staff(number, at(day, 8), queries=3)
                yield _staff(number, at(day, 8))  # the telephone beside the computer
            if (number + day) % 3 == 0:
                yield _staff(number, at(day, 13))
    for number in range(VISITORS, STAFF):
        yield _staff(number, at(number % DAYS, 7))
        yield _staff(number, at(number % DAYS, 9))
        yield _staff(number, at(number % DAYS, 8), visit=False)
        yield _staff(number, at(number % DAYS, 8), service="x")
        yield _staff(number, at(-1, 8))
        yield _staff(number, at(DAYS, 8))
        if number < VISITORS + DENIED:
            yield _staff(number, at(2, 8), outcome="denied")
    for number in range(UNMAPPED):
        yield row(f"device {number}", kind=("device", "address")[number % 2], department="", hour=at(1, 8))
        yield row(f"device {number}", kind=("device", "address")[number % 2], department="", hour=at(2, 8))


def _staff(
    number: int, hour: int, *, service: str = "facebook", outcome: str = "permitted", visit: bool = True,
    queries: int = 1,
) -> Row:  # fmt: skip
    return row(
        f"staff {number}",
        hour=hour,
        department=department(number),
        service=service,
        outcome=outcome,
        visit=visit,
        queries=queries,
    )
