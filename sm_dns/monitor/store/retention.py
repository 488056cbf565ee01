"""How long things are kept (PRIV-5): who asked, then sums only, then nothing; and holds, which stop both.

Nothing is deleted by itself: `execute` needs a plan, and a plan an authority for disposal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple

from sm_dns.monitor.store.coverage import Stretch
from sm_dns.monitor.store.database import Database
from sm_dns.monitor.store.rows import HOUR
from sm_dns.monitor.store.schema import EVERYTHING
from sm_dns.monitor.store.sets import BLOCK, numbers, unpack
from sm_dns.util.errors import BadInput

MAX_HOLDS = 1000
DAY = 86_400
_SLICE = 7 * 24  # hours deleted in one transaction, so that the writer never waits long


class Hold(NamedTuple):
    """Nothing of [since, until) (POSIX seconds, whole hours) is deleted, until it is released."""

    id: int
    since: int
    until: int
    reason: str
    by: str
    at: float
    released: float | None


Record = Callable[[Hold], None]


@dataclass(frozen=True, slots=True)
class Retention:
    """raw_days: how long is known who asked. aggregate_months: how long sums by hour are."""

    raw_days: int = 180
    aggregate_months: int = 24


@dataclass(frozen=True, slots=True)
class Plan:
    """What a purge deletes, as stretches of POSIX seconds; the number of hourly cells in each."""

    authority: str
    raw: tuple[tuple[int, int], ...]
    whole: tuple[tuple[int, int], ...]
    raw_cells: int
    whole_cells: int


def add_hold(
    database: Database, since: int, until: int, reason: str, by: str, now: float, record: Record
) -> Hold:
    """Keep [since, until), widened to whole hours. Raises `BadInput` for an empty stretch or reason.

    `record` puts it on record before it holds; what it raises leaves everything as it was.
    """
    start, end = since // HOUR * HOUR, -(-until // HOUR) * HOUR
    if start >= end or start < 0:
        raise BadInput("a hold keeps a stretch of time: its end lies after its start")
    if not reason.strip():
        raise BadInput("a hold needs a reason")
    with database.writing():
        held = holds(database)
        if sum(each.released is None for each in held) >= MAX_HOLDS:
            raise BadInput("there are {most} holds already: release some", most=MAX_HOLDS)
        hold = Hold(max((each.id for each in held), default=0) + 1, start, end, reason, by, now, None)
        record(hold)
        _insert(database, hold)
    return hold


def put_hold(database: Database, hold: Hold) -> None:
    """Add a hold that is on record already, unless it is there."""
    with database.writing():
        if not database.query("SELECT id FROM hold WHERE id = ?", (hold.id,)):
            _insert(database, hold)


def _insert(database: Database, hold: Hold) -> None:
    database.query(
        "INSERT INTO hold (id, since, until, reason, by_whom, at, released) VALUES (?, ?, ?, ?, ?, ?, ?)",
        hold,
    )


def holds(database: Database) -> list[Hold]:
    """Every hold there ever was, oldest first."""
    rows = database.query("SELECT id, since, until, reason, by_whom, at, released FROM hold ORDER BY id")
    return [Hold(*row) for row in rows]


def release_hold(database: Database, number: int, now: float, record: Record) -> Hold:
    """End a hold, put on record first. Raises `BadInput` for one that is not there, or has ended."""
    with database.writing():
        found = [each for each in holds(database) if each.id == number and each.released is None]
        if not found:
            raise BadInput("there is no hold {number} in force", number=number)
        ended = found[0]._replace(released=now)
        record(ended)
        _release(database, ended)
    return ended


def put_release(database: Database, ended: Hold) -> None:
    """End a hold whose end is on record already, unless it has ended."""
    with database.writing():
        _release(database, ended)


def _release(database: Database, ended: Hold) -> None:
    database.query(
        "UPDATE hold SET released = ? WHERE id = ? AND released IS NULL", (ended.released, ended.id)
    )


def plan(database: Database, retention: Retention, now: float, authority: str | None) -> Plan:
    """What is due. Raises `BadInput` while no authority for disposal is recorded."""
    if authority is None or not authority.strip():
        raise BadInput(
            "nothing may be deleted before an authority for disposal is recorded (Act 629): set it, or name it with "
            "--authority"
        )
    raw_end = int(now - retention.raw_days * DAY) // HOUR * HOUR
    whole_end = min(raw_end, months_before(now, retention.aggregate_months))
    held = [(each.since, each.until) for each in holds(database) if each.released is None]
    raw = _free(0, max(0, raw_end), held)
    whole = _free(0, max(0, whole_end), held)
    raw_cells = sum(_count(database, stretch, "members IS NOT NULL") for stretch in raw)
    whole_cells = sum(_count(database, stretch, "1 = 1") for stretch in whole)
    return Plan(authority, tuple(raw), tuple(whole), raw_cells, whole_cells)


def execute(database: Database, planned: Plan) -> None:
    """Delete what a plan says, in slices: a crash leaves each cell whole, and the next purge goes on.

    What has come to be held since it was planned stays.
    """
    wanted = _without_held(database, planned)
    for what, stretches, statement in (
        (
            "raw",
            wanted.raw,
            "UPDATE cell SET members = NULL WHERE hour >= ? AND hour < ? AND members IS NOT NULL",
        ),
        ("all", wanted.whole, "DELETE FROM cell WHERE hour >= ? AND hour < ?"),
    ):
        for stretch in stretches:
            _erase(database, what, stretch, statement)
    for start, end in wanted.whole:
        with database.writing():
            for table in ("stretch", "gap"):
                database.query(f"DELETE FROM {table} WHERE since >= ? AND until <= ?", (start, end))  # noqa: S608
    _forget_members(database)
    database.shrink()


def months_before(now: float, months: int) -> int:
    """The start of the UTC month that lies `months` months before the month of `now`."""
    moment = datetime.fromtimestamp(now, UTC)
    index = moment.year * 12 + moment.month - 1 - months
    return int(datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC).timestamp())


def _without_held(database: Database, planned: Plan) -> Plan:
    held = [(each.since, each.until) for each in holds(database) if each.released is None]
    raw, whole = (
        tuple(part for start, end in stretches for part in _free(start, end, held))
        for stretches in (planned.raw, planned.whole)
    )
    return replace(planned, raw=raw, whole=whole)


def _erase(database: Database, what: str, stretch: tuple[int, int], statement: str) -> None:
    first = database.query("SELECT min(hour) FROM cell WHERE hour >= ?", (stretch[0] // HOUR,))[0][0]
    end = stretch[1] // HOUR
    with database.writing():
        # Said before it is done: from here on no report counts persons over this stretch.
        database.query("DELETE FROM erased WHERE what = ? AND since >= ? AND until <= ?", (what, *stretch))
        if first is not None and first < end:
            database.query("INSERT INTO erased (since, until, what) VALUES (?, ?, ?)", (*stretch, what))
    for start in range(end if first is None else first, end, _SLICE):
        with database.writing():
            database.query(statement, (start, min(end, start + _SLICE)))


def _free(start: int, end: int, held: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """[start, end) without what is held."""
    rest = []
    at = start
    for since, until in sorted(held):
        if at < min(since, end):
            rest.append((at, min(since, end)))
        at = max(at, until)
    if at < end:
        rest.append((at, end))
    return rest


def _count(database: Database, stretch: tuple[int, int], condition: str) -> int:
    """How many cells there are, without sums over services: these only say the same more quickly."""
    rows = database.query(
        f"""SELECT count(*) FROM cell WHERE hour >= ? AND hour < ? AND {condition}
        AND label NOT IN (SELECT id FROM label WHERE service = '' AND id <> ?)""",  # noqa: S608 (ours)
        (stretch[0] // HOUR, stretch[1] // HOUR, EVERYTHING),
    )
    return int(rows[0][0])


def _forget_members(database: Database) -> None:
    """Delete pseudonyms that no hour knows any more."""
    with database.writing():
        kept: dict[int, int] = {}
        rows = database.query(
            "SELECT block, persons, members FROM cell WHERE label = 0 AND members IS NOT NULL"
        )
        for block, persons, members in rows:
            kept[block] = kept.get(block, 0) | unpack(members, persons)
        used = {
            (1 - block % 2, block // 2 * BLOCK + number)
            for block, bits in kept.items()
            for number in numbers(bits)
        }
        known = database.query("SELECT mapped, number FROM member")
        database.run_many(
            "DELETE FROM member WHERE mapped = ? AND number = ?",
            [(mapped, number) for mapped, number in known if (mapped, number) not in used],
        )


def kept_since(database: Database) -> Stretch | None:
    """From the first to the last hour of which anything is kept; None in an empty store."""
    first, last = database.query("SELECT min(hour), max(hour) FROM cell WHERE label = 0")[0]
    return None if first is None else Stretch("", first * HOUR, (last + 1) * HOUR)
