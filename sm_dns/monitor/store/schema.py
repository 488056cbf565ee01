"""The tables, and the steps from older ones.

`cell` is the heart: for a label (service, category, outcome, ...), an hour and a block of numbers, the packed set of
the members that asked, and how often they asked together. Nobody's own number of queries is kept: no report needs
it. `EVERYTHING` is the label of all labels together. A member is a pseudonym in one department under one key; mapped
staff and unmapped devices are numbered apart, from 0 in the order of their coming. Hours are POSIX seconds / 3600.
"""

from __future__ import annotations

from sm_dns.monitor.store.database import Database
from sm_dns.monitor.store.error import StoreError

EVERYTHING = 0

_FIRST = (
    "CREATE TABLE version (number BIGINT NOT NULL)",
    "CREATE TABLE source (id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    "CREATE TABLE secret (id BIGINT PRIMARY KEY, key_id TEXT NOT NULL UNIQUE)",
    "CREATE TABLE department (id BIGINT PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
    """CREATE TABLE label (id BIGINT PRIMARY KEY, service TEXT NOT NULL, category TEXT NOT NULL,
        outcome TEXT NOT NULL, visit BIGINT NOT NULL, exemption TEXT NOT NULL,
        UNIQUE (service, category, outcome, visit, exemption))""",
    """CREATE TABLE member (mapped BIGINT NOT NULL, number BIGINT NOT NULL, secret BIGINT NOT NULL,
        kind BIGINT NOT NULL, department BIGINT NOT NULL, pseudonym {blob} NOT NULL, PRIMARY KEY (mapped, number),
        UNIQUE (pseudonym, secret, kind, department)) {keyed}""",
    """CREATE TABLE cell (label BIGINT NOT NULL, hour BIGINT NOT NULL, block BIGINT NOT NULL, persons BIGINT NOT NULL,
        queries BIGINT NOT NULL, members {blob}, PRIMARY KEY (label, hour, block)) {keyed}""",
    """CREATE TABLE stretch (source BIGINT NOT NULL, since DOUBLE PRECISION NOT NULL, until DOUBLE PRECISION NOT NULL,
        PRIMARY KEY (source, since))""",
    """CREATE TABLE gap (source BIGINT NOT NULL, since DOUBLE PRECISION NOT NULL, until DOUBLE PRECISION NOT NULL,
        reason TEXT NOT NULL, lost BIGINT NOT NULL)""",
    """CREATE TABLE used (source BIGINT NOT NULL, at DOUBLE PRECISION NOT NULL, what TEXT NOT NULL,
        version TEXT NOT NULL)""",
    """CREATE TABLE hold (id BIGINT PRIMARY KEY, since BIGINT NOT NULL, until BIGINT NOT NULL, reason TEXT NOT NULL,
        by_whom TEXT NOT NULL, at DOUBLE PRECISION NOT NULL, released DOUBLE PRECISION)""",
    "CREATE TABLE erased (since BIGINT NOT NULL, until BIGINT NOT NULL, what TEXT NOT NULL)",
    "INSERT INTO label VALUES (0, '', '', '', 0, '')",
)
_RETIRED = (
    """CREATE TABLE retired (source BIGINT NOT NULL, at DOUBLE PRECISION NOT NULL, reason TEXT NOT NULL,
        by_whom TEXT NOT NULL)""",
)
# See `labels.py`. Who writes by an older sm-dns adds to no sums in what is left of the hour, nor in the next.
_SUMS = (
    "CREATE TABLE summed (since BIGINT NOT NULL)",
    "INSERT INTO summed SELECT coalesce(max(hour) + 2, 0) FROM cell WHERE label = 0",
)
# Each step leads from the version before it; steps that were released are never edited.
MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST, _RETIRED, _SUMS)


def migrate(database: Database) -> None:
    """Bring the tables up to this version, in one transaction. Raises `StoreError` for those of a later one."""
    if version(database) == len(MIGRATIONS):
        return
    with database.writing():
        found = version(database)  # again: another process may have been first
        refuse_later(found)
        for step in MIGRATIONS[found:]:
            for statement in step:
                database.query(statement.format(**database.dialect._asdict()))
        database.query("DELETE FROM version")
        database.query("INSERT INTO version VALUES (?)", (len(MIGRATIONS),))


def refuse_later(found: int) -> None:
    """Raise `StoreError` for the version of tables that this sm-dns does not know: it would count past them."""
    if found > len(MIGRATIONS):
        raise StoreError(
            "the store has version {found}, made by a later sm-dns than this one, which knows "
            "version {count}: install that sm-dns again, or move the store away and a new one "
            "begins",
            found=found,
            count=len(MIGRATIONS),
        )


def version(database: Database) -> int:
    """The version of the tables; 0 for none. Raises `StoreError` where they are somebody else's."""
    tables = database.tables()
    if "version" not in tables:
        if tables:
            raise StoreError("the database holds other tables and is no store of sm-dns")
        return 0
    return int(database.query("SELECT max(number) FROM version")[0][0])
