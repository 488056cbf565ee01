"""Labels: what was asked, and what came of it; and sums over services, by which reports read a tenth of the cells.

A sum tells who asked in an hour for anything of a category that came to one outcome, as a visit or not, so that a
report of all services joins one set an hour in place of one a service. It is a cell like any other, under a label
without a service: written in the transaction that writes what it is of, erased by the statement that erases that.

A store from before there were sums has none of the hours before `summed.since` (0: of all hours there are sums). They
are made from what they are of, a day at a time and the newest first; until then reports read the services of those
hours. Hours of which the sums are complete stay so, for every writer adds to them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import NamedTuple

from sm_dns.monitor.store.database import Database
from sm_dns.monitor.store.schema import EVERYTHING
from sm_dns.monitor.store.sets import pack, unpack

MAX_HOURS = 24  # summed in one transaction, so that the writer never waits long


class Label(NamedTuple):
    """service: its id; that of a sum over all services is "" of an hour."""

    service: str
    category: str
    outcome: str
    visit: bool
    exemption: str

    @property
    def over_services(self) -> Label:
        """The label of the sum that this one is part of."""
        return Label("", self.category, self.outcome, self.visit, "")


@dataclass(frozen=True, slots=True)
class Labels:
    """every: all labels, by number. named: those of services. sums: the numbers of the others, which are sums.

    summed: the numbers of what each sum is of, by its label, whether there is such a sum or not.
    """

    every: dict[int, Label]
    named: dict[int, Label]
    sums: dict[Label, int]
    summed: dict[Label, list[int]]


def labels_of(database: Database) -> Labels:
    """Every label that was ever counted under."""
    rows = database.query(
        "SELECT id, service, category, outcome, visit, exemption FROM label WHERE id > ?", (EVERYTHING,)
    )
    every = {row[0]: Label(row[1], row[2], row[3], bool(row[4]), row[5]) for row in rows}
    named = {number: label for number, label in every.items() if label.service}
    summed: dict[Label, list[int]] = defaultdict(list)
    for number, label in named.items():
        summed[label.over_services].append(number)
    return Labels(
        every, named, {each: number for number, each in every.items() if not each.service}, dict(summed)
    )


class Part(NamedTuple):
    """The cells of one label (its number) in the hours [first, end), POSIX seconds / 3600."""

    label: int
    first: int
    end: int


def parts(database: Database, first: int, end: int, known: Labels, wanted: set[int]) -> list[Part]:
    """Which cells hold what was asked under labels in [first, end): a sum where all that it is of is wanted."""
    since = summed_since(database)
    found = []
    for what, numbers in known.summed.items():
        chosen = [number for number in numbers if number in wanted]
        number = known.sums.get(what)
        if number is None or len(chosen) < max(2, len(numbers)):
            found += [Part(each, first, end) for each in chosen]
        else:
            found += [Part(each, first, min(end, since)) for each in chosen if first < since]
            found += [Part(number, max(first, since), end)] if since < end else []
    return found


def summed_since(database: Database) -> int:
    """The first hour from which on there are sums."""
    return int(database.query("SELECT since FROM summed")[0][0])


def build(database: Database) -> None:
    """Make the sums of the last day that has none yet, in one transaction; nothing where all are made."""
    if not summed_since(database):
        return
    with database.writing():
        since = summed_since(database)  # again: another process may have been first
        last = database.query("SELECT max(hour) FROM cell WHERE label = 0 AND hour < ?", (since,))[0][0]
        first = 0 if last is None else max(0, last + 1 - MAX_HOURS)
        if last is not None:
            _make(database, first, last + 1)
        database.query("UPDATE summed SET since = ?", (first,))


class _Sum:
    """What one cell of a sum holds. bits: None where who asked is erased."""

    __slots__ = ("bits", "queries")

    def __init__(self) -> None:
        self.bits: int | None = 0
        self.queries = 0


def _make(database: Database, first: int, end: int) -> None:
    """Make the sums of the hours [first, end) from what they are of, whatever there was of them."""
    known = labels_of(database)
    made: dict[tuple[int, int, int], _Sum] = defaultdict(_Sum)
    for what, numbers in known.summed.items():
        of_what = known.sums.get(what) or _add(database, what)
        database.query("DELETE FROM cell WHERE label = ? AND hour >= ? AND hour < ?", (of_what, first, end))
        for number in numbers:
            rows = database.query(
                """SELECT hour, block, persons, queries, members FROM cell
                WHERE label = ? AND hour >= ? AND hour < ?""",
                (number, first, end),
            )
            for hour, block, persons, queries, members in rows:
                each = made[of_what, hour, block]
                each.queries += queries
                if members is None or each.bits is None:
                    each.bits = None
                else:
                    each.bits |= unpack(members, persons)
    database.run_many(
        "INSERT INTO cell (label, hour, block, persons, queries, members) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                *place,
                (each.bits or 0).bit_count(),
                each.queries,
                None if each.bits is None else pack(each.bits),
            )
            for place, each in made.items()
        ],
    )


def _add(database: Database, what: Label) -> int:
    number = int(database.query("SELECT max(id) FROM label")[0][0]) + 1
    database.query(
        "INSERT INTO label (id, service, category, outcome, visit, exemption) VALUES (?, ?, ?, ?, ?, ?)",
        (number, what.service, what.category, what.outcome, int(what.visit), what.exemption),
    )
    return number
