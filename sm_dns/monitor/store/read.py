"""Out of the store: who asked in which hours, as sets, and how often."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from sm_dns.monitor.store.database import Database, places
from sm_dns.monitor.store.rows import HOUR
from sm_dns.monitor.store.schema import EVERYTHING
from sm_dns.monitor.store.sets import BLOCK, is_list, of_numbers, union_of_lists


class Label(NamedTuple):
    """What was asked, and what came of it."""

    service: str
    category: str
    outcome: str
    visit: bool
    exemption: str


@dataclass(slots=True)
class Hour:
    """One UTC hour: the numbers of mapped staff and of unmapped devices as sets (ints), and the queries of each."""

    staff: int = 0
    unmapped: int = 0
    staff_queries: int = 0
    unmapped_queries: int = 0


@dataclass(frozen=True, slots=True)
class Presence:
    """Who asked, by the POSIX second at which an hour starts. erased: who asked is not known of all of them."""

    hours: dict[int, Hour] = field(default_factory=dict)
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """Who the numbers of mapped staff are, as sets.

    departments: by name. keys: by id of the pseudonym key. moved: for each person who has several numbers, all of
    them, rising: one a department, in the order in which the person came to it.
    """

    departments: dict[str, int]
    keys: dict[str, int]
    moved: tuple[tuple[int, ...], ...]


class LabelledHour(NamedTuple):
    """One label in one UTC hour (its first POSIX second)."""

    label: Label
    hour: int


def presence(database: Database, since: int, until: int, wanted: Callable[[Label], bool]) -> Presence:
    """Who asked under any wanted label in the hours of [since, until)."""
    ids = [number for number, label in _labels(database).items() if wanted(label)]
    return _presence(database, since, until, ids)


def presence_of_all(database: Database, since: int, until: int) -> Presence:
    """Who asked for anything governed in the hours of [since, until)."""
    return _presence(database, since, until, [EVERYTHING])


class _Cells:
    """What the cells of one hour and block hold together. The loop over them is most of a report's time."""

    __slots__ = ("bits", "lists", "queries")

    def __init__(self) -> None:
        self.bits = 0
        self.lists: list[bytes] = []
        self.queries = 0


def _presence(database: Database, since: int, until: int, labels: list[int]) -> Presence:
    cells: dict[tuple[int, int], _Cells] = defaultdict(_Cells)
    erased = False
    for label in labels:
        rows = database.query(
            "SELECT hour, block, persons, queries, members FROM cell WHERE label = ? AND hour >= ? AND hour < ?",
            (label, since // HOUR, -(-until // HOUR)),
        )
        for hour, block, persons, queries, members in rows:
            cell = cells[hour, block]
            cell.queries += queries
            if members is None:
                erased = True
            elif len(members) == 2 * persons:  # as `is_list` says
                cell.lists.append(members)
            else:
                cell.bits |= int.from_bytes(members, "little")
    hours: dict[int, Hour] = defaultdict(Hour)
    for (number, block), cell in cells.items():
        bits = (cell.bits | union_of_lists(cell.lists)) << block // 2 * BLOCK
        at = hours[number * HOUR]
        if block % 2:
            at.unmapped |= bits
            at.unmapped_queries += cell.queries
        else:
            at.staff |= bits
            at.staff_queries += cell.queries
    return Presence(dict(hours), erased)


def queries(
    database: Database, since: int, until: int, wanted: Callable[[Label], bool]
) -> dict[Label, list[tuple[int, int]]]:
    """How often was asked under each wanted label: the first POSIX second of an hour, and the queries in it."""
    found = {}
    for number, label in _labels(database).items():
        if wanted(label):
            rows = database.query(
                "SELECT hour, queries FROM cell WHERE label = ? AND hour >= ? AND hour < ?",
                (number, since // HOUR, -(-until // HOUR)),
            )
            if rows:
                found[label] = [(hour * HOUR, queries) for hour, queries in rows]
    return found


def roster(database: Database) -> Roster:
    """Who the numbers of mapped staff are."""
    departments: dict[str, list[int]] = defaultdict(list)
    keys: dict[str, list[int]] = defaultdict(list)
    persons: dict[tuple[bytes, str], list[int]] = defaultdict(list)
    rows = database.query(
        """SELECT number, pseudonym, secret.key_id, department.name FROM member
        JOIN secret ON secret.id = member.secret JOIN department ON department.id = member.department
        WHERE mapped = 1 ORDER BY number"""
    )
    for number, pseudonym, key_id, department in rows:
        departments[department].append(number)
        keys[key_id].append(number)
        persons[bytes(pseudonym), key_id].append(number)
    moved = tuple(tuple(numbers) for numbers in persons.values() if len(numbers) > 1)
    return Roster(_sets(departments), _sets(keys), moved)


def hours_of(database: Database, pseudonym: bytes, key_id: str, since: int, until: int) -> list[LabelledHour]:
    """The hours of [since, until) in which one person or device asked, under which labels.

    For the procedure that names a person (PRIV-4) only: whoever calls this has two roles' word for it.
    """
    found: list[LabelledHour] = []
    labels = _labels(database)
    members = database.query(
        """SELECT mapped, number FROM member JOIN secret ON secret.id = member.secret
        WHERE pseudonym = ? AND key_id = ?""",
        (pseudonym, key_id),
    )
    for mapped, number in members:
        block = 2 * (number // BLOCK) + (not mapped)
        rows = database.query(
            """SELECT label, hour, persons, members FROM cell WHERE label > ? AND hour >= ? AND hour < ?
            AND block = ? AND members IS NOT NULL""",
            (EVERYTHING, since // HOUR, -(-until // HOUR), block),
        )
        for label, hour, persons, packed in rows:
            bits = union_of_lists([packed]) if is_list(packed, persons) else int.from_bytes(packed, "little")
            if bits >> number % BLOCK & 1:
                found.append(LabelledHour(labels[label], hour * HOUR))
    return sorted(found, key=lambda each: (each.hour, each.label))


def labels(database: Database) -> list[Label]:
    """Every label that was ever counted under."""
    return list(_labels(database).values())


def _labels(database: Database) -> dict[int, Label]:
    rows = database.query(
        "SELECT id, service, category, outcome, visit, exemption FROM label WHERE id > ?", (EVERYTHING,)
    )
    return {row[0]: Label(row[1], row[2], row[3], bool(row[4]), row[5]) for row in rows}


def _sets(numbers: dict[str, list[int]]) -> dict[str, int]:
    return {name: of_numbers(members) for name, members in sorted(numbers.items())}


def erased_in(database: Database, since: int, until: int, what: Iterable[str]) -> list[tuple[int, int]]:
    """The stretches of [since, until), cut to it, of which a purge erased any of `what` ("raw", "all")."""
    kinds = tuple(what)
    rows = database.query(
        f"""SELECT since, until FROM erased WHERE until > ? AND since < ? AND what IN ({places(len(kinds))})
        ORDER BY since, until""",  # noqa: S608 (only `?`)
        (since, until, *kinds),
    )
    return [(max(start, since), min(end, until)) for start, end in rows]
