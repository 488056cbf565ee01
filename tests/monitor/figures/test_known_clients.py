"""What the coverage says of clients that should have been known."""

from __future__ import annotations

import math
from decimal import Decimal
from pathlib import Path

from sm_dns.monitor.figures.coverage import coverage_alone
from sm_dns.monitor.figures.local_hours import HOUR, Span
from sm_dns.monitor.model import Coverage, ShareFall, SourceTrouble
from sm_dns.monitor.store.store import Store
from tests.support.rows import KEY, START, row

DAY = 86_400


def covered(store: Store, since: int, until: int) -> Coverage:
    with store.reading() as database:
        return coverage_alone(database, Span(since, until), math.inf)


def asked(store: Store, at: int, staff: int, unknown: int) -> None:
    people = [row(f"p{number}", hour=at, kind="person") for number in range(staff)]
    store.add(people + [row(f"d{number}", hour=at, kind="device") for number in range(unknown)], KEY)


def test_troubles_of_leases_have_a_beginning_and_an_end(tmp_path: Path) -> None:
    north, south = (Store(tmp_path / "usage.db", source=name) for name in ("north", "south"))
    north.note_version(START - 500, "sources", "")
    north.note_version(START + 10, "sources", "nothing /srv/a b\nold /srv/c")
    south.note_version(START - 20, "sources", "ended /srv/a b")
    north.note_version(START + 30, "sources", "old /srv/c")
    north.note_version(START + 20, "lists", "v1")
    found = covered(north, START, START + HOUR)
    assert found.source_troubles == (
        SourceTrouble("south", "/srv/a b", "ended", START, None),
        SourceTrouble("north", "/srv/a b", "nothing", START + 10, START + 30),
        SourceTrouble("north", "/srv/c", "old", START + 10, None),
    )
    assert [each.what for each in found.versions] == ["lists"]
    north.note_version(START + HOUR, "sources", "")
    assert [one.source for one in covered(north, START + 2 * HOUR, START + 3 * HOUR).source_troubles] == [
        "south"
    ]


def test_a_day_on_which_the_share_fell_is_known_from_the_day_before(tmp_path: Path) -> None:
    store = Store(tmp_path / "usage.db")
    for at in (0, 1, 2):
        asked(store, START + at * DAY, *((40, 10), (8, 42), (5, 45))[at])
    fall = ShareFall(START + DAY, Decimal("80.00"), Decimal("16.00"))
    assert covered(store, START + DAY, START + 2 * DAY).share_falls == (fall,)
    whole = covered(store, START, START + 3 * DAY)
    assert whole.share_falls[0] == fall
    assert [one.at for one in whole.share_falls] == [START + DAY, START + 2 * DAY]
    assert whole.staff_seen == 40
    assert (
        covered(store, START + 2 * DAY, START + 3 * DAY).staff_seen == 5
    )  # the day before counts for nothing else
