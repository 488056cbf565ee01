"""Out of the store: who asked in which hours, as sets, and how often."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from sm_dns.monitor.store.database import Database, places
from sm_dns.monitor.store.labels import Label, Part, labels_of, parts
from sm_dns.monitor.store.rows import HOUR
from sm_dns.monitor.store.schema import EVERYTHING
from sm_dns.monitor.store.sets import BLOCK, is_list, of_numbers, union_of_lists


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
    return _presence(database, _parts(database, since, until, wanted))


def presence_of_all(database: Database, since: int, until: int) -> Presence:
    """Who asked for anything governed in the hours of [since, until)."""
    return _presence(database, [Part(EVERYTHING, *_hours(since, until))])


def _parts(database: Database, since: int, until: int, wanted: Callable[[Label], bool]) -> list[Part]:
    known = labels_of(database)
    numbers = {number for number, label in known.named.items() if wanted(label)}
    return parts(database, *_hours(since, until), known, numbers)


def _hours(since: int, until: int) -> tuple[int, int]:
    """The hours of [since, until) as the store numbers them, the end exclusive."""
    return since // HOUR, -(-until // HOUR)


class _Cells:
    """What the cells of one hour and block hold together. The loop over them is most of a report's time."""

    __slots__ = ("bits", "lists", "queries")

    def __init__(self) -> None:
        self.bits = 0
        self.lists: list[bytes] = []
        self.queries = 0


def _presence(database: Database, wanted: Iterable[Part]) -> Presence:
    cells: dict[tuple[int, int], _Cells] = defaultdict(_Cells)
    erased = False
    for part in wanted:
        rows = database.query(
            "SELECT hour, block, persons, queries, members FROM cell WHERE label = ? AND hour >= ? AND hour < ?",
            part,
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
        bits = (cell.bits | union_of_lists(cell.lists) if cell.lists else cell.bits) << block // 2 * BLOCK
        at = hours[number * HOUR]
        if block % 2:
            at.unmapped |= bits
            at.unmapped_queries += cell.queries
        else:
            at.staff |= bits
            at.staff_queries += cell.queries
    return Presence(dict(hours), erased)


def queries(
    database: Database,
    since: int,
    until: int,
    wanted: Callable[[Label], bool],
    counted: Callable[[int], bool],
) -> dict[Label, int]:
    """How often was asked under each wanted label in the hours of [since, until) that count.

    counted: whether an hour does, by its first POSIX second.
    """
    first, end = _hours(since, until)
    # A string of one octet an hour, for both databases know how to look into that.
    marks = bytes(counted(hour * HOUR) for hour in range(first, end))
    found = {}
    for number, label in labels_of(database).named.items():
        if wanted(label):
            [(total,)] = database.query(
                """SELECT CAST(sum(queries) AS BIGINT) FROM cell WHERE label = ? AND hour >= ? AND hour < ?
                AND substr(?, CAST(hour - ? AS INTEGER) + 1, 1) = ?""",
                (number, first, end, marks, first, b"\1"),
            )
            if total:
                found[label] = total
    return found


def queries_by_hour(
    database: Database, since: int, until: int, wanted: Callable[[Label], bool]
) -> dict[str, dict[int, int]]:
    """How often was asked under any wanted label: by outcome, and by the POSIX second at which an hour starts."""
    found: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    outcomes = {number: label.outcome for number, label in labels_of(database).every.items()}
    for part in _parts(database, since, until, wanted):
        rows = database.query(
            "SELECT hour, queries FROM cell WHERE label = ? AND hour >= ? AND hour < ?", part
        )
        hours = found[outcomes[part.label]]
        for hour, queries in rows:
            hours[hour * HOUR] += queries
    return {outcome: dict(hours) for outcome, hours in found.items()}


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
    named = labels_of(database).named
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
            if label not in named:
                continue
            bits = union_of_lists([packed]) if is_list(packed, persons) else int.from_bytes(packed, "little")
            if bits >> number % BLOCK & 1:
                found.append(LabelledHour(named[label], hour * HOUR))
    return sorted(found, key=lambda each: (each.hour, each.label))


def labels(database: Database) -> list[Label]:
    """Every label that was ever counted under."""
    return list(labels_of(database).named.values())


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
