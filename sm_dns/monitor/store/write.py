"""Into the store: counted hours, as packed sets and sums."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from sm_dns.monitor.store.database import Database, places
from sm_dns.monitor.store.rows import HOUR, KINDS, Row, check
from sm_dns.monitor.store.schema import EVERYTHING
from sm_dns.monitor.store.sets import BLOCK, of_numbers, pack, unpack

MAX_UNMAPPED = 1_048_576  # made-up addresses must not fill the disk: those beyond are counted, not remembered
_LOOKUP = 400  # values in one statement; SQLite takes 999 at least

Label = tuple[str, str, str, bool, str]
Place = tuple[int, int, int]  # label, hour / 3600, block


class Who(NamedTuple):
    """What makes a member, but for the key: one pseudonym in one department."""

    pseudonym: bytes
    kind: int
    department: str


class _Addition:
    """What a batch adds to one cell."""

    __slots__ = ("numbers", "queries")

    def __init__(self) -> None:
        self.numbers: set[int] = set()
        self.queries = 0


def add(database: Database, rows: Iterable[Row], key_id: str) -> None:
    """Add counted hours in one transaction. Raises `StoreError` (nothing is added) and `ValueError` for a bad row."""
    wanted = list(rows)
    for row in wanted:
        check(row)
    with database.writing():
        if wanted:
            _merge(database, _additions(database, wanted, key_id))


def _additions(database: Database, rows: Sequence[Row], key_id: str) -> dict[Place, _Addition]:
    labels = _Names(database, "label", "service, category, outcome, visit, exemption")
    members = _numbers(database, {_who(row) for row in rows}, key_id)
    additions: dict[Place, _Addition] = defaultdict(_Addition)
    for row in rows:
        mapped, number = members[_who(row)]
        label = labels.id_of((row.service, row.category, row.outcome, int(row.visit), row.exemption))
        hour = row.hour // HOUR
        block = block_of(mapped, number or 0)
        over_services = labels.id_of(("", row.category, row.outcome, int(row.visit), ""))
        for each in (label, over_services, EVERYTHING):
            addition = additions[each, hour, block]
            addition.queries += row.queries
            if number is not None:
                addition.numbers.add(number % BLOCK)
    return additions


def block_of(mapped: bool, number: int) -> int:
    """The block of a member's number: even ones hold mapped staff, odd ones the others."""
    return 2 * (number // BLOCK) + (not mapped)


def _who(row: Row) -> Who:
    return Who(row.pseudonym, KINDS.index(row.kind), row.department)


def _merge(database: Database, additions: dict[Place, _Addition]) -> None:
    changed: list[tuple[int, int, int, int, int, bytes | None]] = []
    for place, addition in sorted(additions.items(), key=lambda item: item[0]):
        found = database.query(
            "SELECT persons, queries, members FROM cell WHERE label = ? AND hour = ? AND block = ?", place
        )
        changed.append((*place, *_merged(addition, *(found[0] if found else (0, 0, b"")))))
    database.run_many(
        """INSERT INTO cell (label, hour, block, persons, queries, members) VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (label, hour, block) DO UPDATE
        SET persons = excluded.persons, queries = excluded.queries, members = excluded.members""",
        changed,
    )


def _merged(
    addition: _Addition, persons: int, queries: int, members: bytes | None
) -> tuple[int, int, bytes | None]:
    if members is None:  # who asked in that hour is erased already, and stays so
        return persons, queries + addition.queries, None
    bits = unpack(members, persons) | of_numbers(addition.numbers)
    return bits.bit_count(), queries + addition.queries, pack(bits)


def _numbers(database: Database, wanted: set[Who], key_id: str) -> dict[Who, tuple[bool, int | None]]:
    """The number of each member, new ones numbered in the order of their pseudonyms; None beyond the bound."""
    secret = _Names(database, "secret", "key_id").id_of((key_id,))
    departments = _Names(database, "department", "name")
    by_ids = {(who.pseudonym, who.kind, departments.id_of((who.department,))): who for who in wanted}
    numbers: dict[Who, tuple[bool, int | None]] = {}
    for pseudonyms in _chunks(sorted({who.pseudonym for who in wanted}), _LOOKUP):
        found = database.query(
            f"""SELECT mapped, number, pseudonym, kind, department FROM member
            WHERE secret = ? AND pseudonym IN ({places(len(pseudonyms))})""",  # noqa: S608 (only `?`)
            (secret, *pseudonyms),
        )
        for mapped, number, pseudonym, kind, department in found:
            who = by_ids.get((bytes(pseudonym), kind, department))
            if who is not None:
                numbers[who] = (bool(mapped), number)
    new = []
    free = {mapped: _first_free(database, mapped) for mapped in (False, True)}
    for ids, who in sorted(by_ids.items()):
        if who in numbers:
            continue
        mapped = KINDS[who.kind] == "person"
        if not mapped and free[mapped] >= MAX_UNMAPPED:
            numbers[who] = (mapped, None)
            continue
        numbers[who] = (mapped, free[mapped])
        new.append((int(mapped), free[mapped], secret, *ids))
        free[mapped] += 1
    database.run_many(
        "INSERT INTO member (mapped, number, secret, pseudonym, kind, department) VALUES (?, ?, ?, ?, ?, ?)",
        new,
    )
    return numbers


def _first_free(database: Database, mapped: bool) -> int:
    highest = database.query("SELECT max(number) FROM member WHERE mapped = ?", (int(mapped),))[0][0]
    return 0 if highest is None else highest + 1


class _Names:
    """The small numbers of the rows of a table of names, made as they are needed, inside one transaction."""

    def __init__(self, database: Database, table: str, columns: str) -> None:
        self._database = database
        self._insert = f"INSERT INTO {table} (id, {columns}) VALUES ({places(columns.count(',') + 2)})"  # noqa: S608
        rows = database.query(f"SELECT id, {columns} FROM {table}")  # noqa: S608 (names of ours)
        self._ids = {tuple(row[1:]): int(row[0]) for row in rows}

    def id_of(self, names: tuple[str | int, ...]) -> int:
        found = self._ids.get(names)
        if found is None:
            found = self._ids[names] = max(self._ids.values(), default=0) + 1
            self._database.query(self._insert, (found, *names))
        return found


def source_id(database: Database, name: str) -> int:
    """The number of a resolver's name, made when it is new. Inside `writing`."""
    return _Names(database, "source", "name").id_of((name,))


def _chunks(values: Iterable[bytes], size: int) -> Iterator[list[bytes]]:
    iterator = iter(values)
    while chunk := list(islice(iterator, size)):
        yield chunk
