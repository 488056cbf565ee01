"""Ten million tally rows: how large the store gets, and how long each report takes.

    python -m tests.bench.usage_store FOLDER [STAFF] [DAYS] [ROWS]

The bars: 400 MB, and two seconds a report. Staff come on working days from eight to five, some at night; services are
asked for by popularity; one in five asks of a device that nobody knows.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path

from sm_dns.monitor.figures import figures
from sm_dns.monitor.figures.basis import Basis
from sm_dns.monitor.figures.compliance import compliance as queries
from sm_dns.monitor.selection import Selection
from sm_dns.monitor.store.rows import HOUR, Row
from sm_dns.monitor.store.store import Store
from sm_dns.policy.schedule import Schedule
from sm_dns.policy.work_hours import hour_kind
from tests.support.rows import KEY, pseudonym

SERVICES = 30
DEPARTMENTS = 25
START = date(2026, 1, 1)
MIDNIGHT = 1_767_196_800  # 2026-01-01 00:00 in Kuala Lumpur
BATCH_HOURS = 1
BAR_BYTES, BAR_SECONDS = 400_000_000, 2.0


def rows(staff: int, days: int, total: int) -> Iterator[list[Row]]:
    """Batches of one hour each, `total` rows in all or a little more."""
    chance = random.Random(7)
    people = [(pseudonym(f"staff {n}"), f"department {n % DEPARTMENTS}") for n in range(staff)]
    weights = [1 / (rank + 1) for rank in range(SERVICES)]
    busy = [hour for hour in range(24) for _ in range(10 if 8 <= hour < 17 else 1)]
    per_hour = {hour: total * busy.count(hour) // len(busy) // days for hour in range(24)}
    for day in range(days):
        for hour in range(24):
            at = MIDNIGHT + (24 * day + hour) * HOUR
            batch: dict[object, Row] = {}
            while len(batch) < per_hour[hour]:
                row = _row(chance, people, weights, at, day)
                batch[row[:9]] = row
            yield list(batch.values())


def _row(
    chance: random.Random, people: list[tuple[bytes, str]], weights: list[float], at: int, day: int
) -> Row:
    service = chance.choices(range(SERVICES), weights)[0]
    kind, (who, department) = "person", chance.choice(people)
    if chance.random() < 0.2:  # half of the strangers are there every day, half change their address daily
        number = chance.randrange(800)
        kind, department = "address", ""
        who = pseudonym(f"stranger {number}" if number % 2 else f"stranger {number} of day {day}")
    outcome = chance.choices(("permitted", "denied", "would_deny", "exempt"), (60, 30, 8, 2))[0]
    return Row(
        at,
        who,
        kind,
        department,
        f"service{service}",
        ("social", "streaming", "messaging")[service % 3],
        outcome,
        chance.random() < 0.6,
        "e1" if outcome == "exempt" else "",
        chance.randrange(1, 20),
    )


def reports(days: int) -> dict[str, Callable[[Store], object]]:
    """Every report over the whole range: of one service, and of all."""
    last = START + timedelta(days=days - 1)
    one, every = Selection(("service0",), START, last, 8, 9), Selection((), START, last, 8, 17)

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
        "usage of one service": usage(one),
        "usage of all": usage(every),
        "departments, one service": departments(one),
        "departments, all": departments(every),
        "compliance": compliance,
        "coverage": coverage,
    }


def main(folder: Path, staff: int = 1500, days: int = 180, total: int = 10_000_000) -> bool:
    """Fill a store unless there is one, and print what it costs; whether the bars were kept."""
    place = folder / f"usage-{staff}-{days}-{total}.db"
    if not place.exists():
        store = Store(place)
        began = time.perf_counter()
        for batch in rows(staff, days, total):
            store.add(batch, KEY)
        print(f"filled in {time.perf_counter() - began:.0f} s")
        store.close()
    size = place.stat().st_size
    print(f"{size / 1e6:.0f} MB")
    kept = size <= BAR_BYTES
    for name, report in reports(days).items():
        store = Store(place)
        began = time.perf_counter()
        report(store)
        took = time.perf_counter() - began
        store.close()
        print(f"{took:6.2f} s  {name}")
        kept = kept and took <= BAR_SECONDS
    return kept


if __name__ == "__main__":
    folder, *numbers = sys.argv[1:]
    sys.exit(not main(Path(folder), *map(int, numbers)))
