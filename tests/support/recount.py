"""Counts the figures of reports again, out of the SQLite file of a store, with nothing of what makes the reports.

It knows the tables and the two forms of a packed set from their description alone, and the circular's working hours
by heart: Monday to Friday 07:30 to 17:30 without 13:00 to 14:00, on Friday without 12:15 to 14:45. The zone is UTC+8.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

Person = tuple[bytes, int]
EAST = timedelta(hours=8)


class Asked(NamedTuple):
    """One label in one hour, at one block of numbers: who asked, by number, and how often."""

    service: str
    category: str
    outcome: str
    visit: bool
    exemption: str
    day: date
    hour: int
    mapped: bool
    numbers: frozenset[int]
    queries: int


class Recount:
    """The store of a period, first and last local date inclusive."""

    def __init__(self, path: Path, first: date, last: date) -> None:
        self.days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as self._db:
            self._members = {
                (bool(mapped), number): ((bytes(who), secret), department)
                for mapped, number, who, secret, department in self._db.execute(
                    "SELECT m.mapped, m.number, m.pseudonym, m.secret, d.name FROM member m, department d"
                    " WHERE m.department = d.id"
                )
            }
            self.rows = [*self._read(everything=False)]
            self._all = [*self._read(everything=True)]
        self._db.close()
        self.department_of: dict[Person, str] = {}
        for number in sorted({n for each in self._all if each.mapped for n in each.numbers}):
            person, department = self._members[True, number]
            self.department_of[person] = department  # the one that came last

    def _read(self, *, everything: bool) -> Iterator[Asked]:
        cells = self._db.execute(
            "SELECT l.service, l.category, l.outcome, l.visit, l.exemption, c.hour, c.block, c.persons, c.queries,"
            " c.members FROM cell c JOIN label l ON l.id = c.label WHERE (l.id = 0) = ?"
            " AND (l.id = 0 OR l.service <> '')",
            (everything,),
        )
        for service, category, outcome, visit, exemption, hour, block, persons, queries, packed in cells:
            local = datetime.fromtimestamp(3600 * hour, UTC) + EAST
            if local.date() not in self.days:
                continue
            if len(packed) == 2 * persons:
                found = {packed[at] | packed[at + 1] << 8 for at in range(0, len(packed), 2)}
            else:
                found = {
                    8 * at + bit for at, octet in enumerate(packed) for bit in range(8) if octet >> bit & 1
                }
            numbers = frozenset(each + 4096 * (block >> 1) for each in found)
            yield Asked(service, category, outcome, bool(visit), exemption, local.date(), local.hour,
                        not block & 1, numbers, queries)  # fmt: skip

    def people(self, wanted: Callable[[Asked], bool], department: str | None = None) -> set[Person]:
        """Distinct staff of the rows that are wanted."""
        return self._people(self.rows, wanted, department)

    def seen(self, wanted: Callable[[Asked], bool], department: str | None = None) -> set[Person]:
        """Distinct staff who asked for anything."""
        return self._people(self._all, wanted, department)

    def _people(
        self, rows: list[Asked], wanted: Callable[[Asked], bool], department: str | None
    ) -> set[Person]:
        found = {
            self._members[True, n][0] for each in rows if each.mapped and wanted(each) for n in each.numbers
        }
        return {each for each in found if department in (None, self.department_of[each])}

    def devices(self, wanted: Callable[[Asked], bool], *, of_all: bool = False) -> int:
        """Distinct unmapped devices."""
        rows = self._all if of_all else self.rows
        return len({n for each in rows if not each.mapped and wanted(each) for n in each.numbers})

    def queries(self, wanted: Callable[[Asked], bool], *, of_all: bool = False) -> int:
        """How often was asked."""
        return sum(each.queries for each in (self._all if of_all else self.rows) if wanted(each))

    def tables(self, key: Callable[[Asked], object]) -> dict[object, dict[str, int]]:
        """Queries by decision, under whatever a row is put under."""
        found: dict[object, dict[str, int]] = defaultdict(
            lambda: dict.fromkeys(("permitted", "denied", "would_deny", "exempt"), 0)
        )
        for each in self.rows:
            found[key(each)][each.outcome] += each.queries
        return dict(found)


def kind(day: date, hour: int) -> str:
    """What an hour is: working, rest, after, or an edge."""
    if day.weekday() > 4 or not 7 <= hour <= 17:
        return "after"
    if hour in (7, 17) or (day.weekday() == 4 and hour in (12, 14)):
        return "edge"
    return "rest" if hour == 13 else "working"


def percent(part: int, whole: int) -> str:
    """With two decimals, half up, in whole numbers."""
    hundredths = (2 * 10_000 * part + whole) // (2 * whole)
    return f"{hundredths // 100}.{hundredths % 100:02}"
