"""Ten million tally rows of a year: how large the store gets, and how long each report takes.

    python -m tests.bench.usage_store FOLDER [STAFF] [DAYS] [ROWS]

The bars: 400 MB, and two seconds of the processor a report. Beside each stands what it costs over the same without
sums over services (`monitor/store/labels.py`). Staff come from eight to five, some at night; services are asked for
by popularity; one in five asks of a device that nobody knows.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import NamedTuple

from sm_dns.monitor.figures import figures
from sm_dns.monitor.figures.basis import Basis
from sm_dns.monitor.figures.compliance import compliance as queries
from sm_dns.monitor.selection import VISITED, Selection
from sm_dns.monitor.store import labels
from sm_dns.monitor.store.database import Database
from sm_dns.monitor.store.rows import HOUR
from sm_dns.monitor.store.schema import EVERYTHING
from sm_dns.monitor.store.sets import of_numbers, pack
from sm_dns.monitor.store.store import Store
from sm_dns.policy.schedule import Schedule
from sm_dns.policy.work_hours import hour_kind
from tests.support.rows import KEY, pseudonym

SERVICES, DEPARTMENTS, STRANGERS = 30, 25, 400
QUERIES = 7  # of one client in an hour for one service
START = date(2026, 1, 1)
MIDNIGHT = 1_767_196_800  # 2026-01-01 00:00 in Kuala Lumpur
BUSY = [10 if 8 <= hour < 17 else 1 for hour in range(24)]
NO_SUMS = 10**9  # an hour after all that is counted
BAR_BYTES, BAR_SECONDS = 400_000_000, 2.0


class Asked(NamedTuple):
    """A label, by its number, and its share of all that is asked."""

    number: int
    service: str
    category: str
    outcome: str
    visit: int
    exemption: str
    share: float


class Cell(NamedTuple):
    """A row of the table `cell`."""

    label: int
    hour: int
    block: int
    persons: int
    queries: int
    members: bytes


def asked() -> list[Asked]:
    """Every label, by popularity of its service."""
    number = count(EVERYTHING + 1)
    made = [
        Asked(
            next(number),
            f"service{service}",
            ("social", "streaming", "messaging")[service % 3],
            outcome,
            visit,
            "e1" if outcome == "exempt" else "",
            of_outcome * of_visit / (service + 1),
        )
        for service in range(SERVICES)
        for outcome, of_outcome in (("permitted", 60), ("denied", 30), ("would_deny", 8), ("exempt", 2))
        for visit, of_visit in ((1, 6), (0, 4))
    ]
    whole = sum(each.share for each in made)
    return [each._replace(share=each.share / whole) for each in made]


def cells(staff: int, days: int, total: int) -> Iterator[list[Cell]]:
    """The cells of one day after the other: about `total` rows in all, of a person or device, an hour and a label."""
    chance = random.Random(7)
    every = asked()
    for day in range(days):
        made: list[Cell] = []
        for hour, busy in enumerate(BUSY):
            rows = total * busy / sum(BUSY) / days
            made += _hour(chance, every, MIDNIGHT // HOUR + 24 * day + hour, rows, staff)
        yield made


def _hour(chance: random.Random, every: list[Asked], at: int, rows: float, staff: int) -> Iterator[Cell]:
    for block, share, most in ((0, 0.8, staff), (1, 0.2, STRANGERS)):
        whole, queries = 0, 0
        for each in every:
            wanted = rows * each.share * share
            persons = min(most, int(wanted) + (chance.random() < wanted % 1))
            if persons:
                bits = of_numbers(chance.sample(range(most), persons))
                whole, queries = whole | bits, queries + QUERIES * persons
                yield Cell(each.number, at, block, persons, QUERIES * persons, pack(bits))
        if whole:
            yield Cell(EVERYTHING, at, block, whole.bit_count(), queries, pack(whole))


def fill(store: Store, staff: int, days: int, total: int) -> int:
    """Write them as a store from before there were sums, have the sums made, and tell how many rows there are."""
    people = [(1, n, 1, 0, 1 + n % DEPARTMENTS, pseudonym(f"staff {n}")) for n in range(staff)]
    people += [(0, n, 1, 2, 1 + DEPARTMENTS, pseudonym(f"stranger {n}")) for n in range(STRANGERS)]

    def write(database: Database) -> int:
        written = 0
        with database.writing():
            database.query("INSERT INTO secret VALUES (1, ?)", (KEY,))
            names = [*(f"department {n}" for n in range(DEPARTMENTS)), ""]
            database.run_many("INSERT INTO department VALUES (?, ?)", enumerate(names, 1))
            database.run_many("INSERT INTO member VALUES (?, ?, ?, ?, ?, ?)", people)
            database.run_many("INSERT INTO label VALUES (?, ?, ?, ?, ?, ?)", (each[:6] for each in asked()))
            for day in cells(staff, days, total):
                database.run_many("INSERT INTO cell VALUES (?, ?, ?, ?, ?, ?)", day)
                written += sum(each.persons for each in day if each.label != EVERYTHING)
            database.query("UPDATE summed SET since = ?", (NO_SUMS,))
        return written

    written = store.run(write)
    while store.run(labels.summed_since):
        store.build_sums()
    return written


def reports(days: int) -> dict[str, Callable[[Store], object]]:
    """Every report over the whole range: of one service, and of all."""
    last = START + timedelta(days=days - 1)
    one, every = Selection(("service0",), START, last, 8, 9), Selection((), START, last, 8, 17)
    usual = Selection((), START, last, 0, 24, hours="working", categories=VISITED)

    basis = Basis(
        is_working=lambda day: day.weekday() < 5,
        hour_kind=cache(partial(hour_kind, Schedule.from_json({}))),
        small_cell=5,
    )

    def usage(selection: Selection) -> Callable[[Store], object]:
        def run(store: Store) -> object:
            with store.reading() as db:
                return figures.usage(db, selection, basis)

        return run

    def departments(selection: Selection) -> Callable[[Store], object]:
        def run(store: Store) -> object:
            with store.reading() as db:
                return figures.departments(db, selection, basis)

        return run

    def compliance(store: Store) -> object:
        with store.reading() as db:
            return queries(db, every, basis)

    def coverage(store: Store) -> object:
        with store.reading() as db:
            return figures.coverage(db, every)

    return {
        "usage": usage(usual),
        "departments": departments(usual),
        "usage of one service": usage(one),
        "usage of all": usage(every),
        "departments, one service": departments(one),
        "departments, all": departments(every),
        "compliance": compliance,
        "coverage": coverage,
    }


def timed(place: Path, report: Callable[[Store], object]) -> float:
    """Seconds of the processor that a report takes."""
    store = Store(place)
    began = time.process_time()
    report(store)
    took = time.process_time() - began
    store.close()
    return took


def look_at_sums(place: Path, *, since: int) -> None:
    """Have the sums of hours from `since` on read, and of no others."""
    store = Store(place)
    store.run(lambda database: database.query("UPDATE summed SET since = ?", (since,)))
    store.close()


def main(folder: Path, staff: int = 1500, days: int = 365, total: int = 10_000_000) -> bool:
    """Fill a store unless there is one, and print what it costs; whether the bars were kept."""
    place = folder / f"usage-{staff}-{days}-{total}.db"
    if not place.exists():
        store = Store(place)
        began = time.perf_counter()
        print(f"{fill(store, staff, days, total)} rows, filled in {time.perf_counter() - began:.0f} s")
        store.close()
    size = place.stat().st_size
    print(f"{size / 1e6:.0f} MB")
    kept = size <= BAR_BYTES
    for name, report in reports(days).items():
        took = timed(place, report)
        look_at_sums(place, since=NO_SUMS)
        without = timed(place, report)
        look_at_sums(place, since=0)
        print(f"{took:6.2f} s  {took / without:4.2f} of what it costs without sums  {name}")
        kept = kept and took <= BAR_SECONDS
    return kept


if __name__ == "__main__":
    folder, *numbers = sys.argv[1:]
    sys.exit(not main(Path(folder), *map(int, numbers)))
