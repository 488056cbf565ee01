"""Where the store is: a path, or a postgresql:// address."""

from __future__ import annotations

from pathlib import Path

from sm_dns.monitor.store.database import Database
from sm_dns.monitor.store.schema import migrate
from sm_dns.monitor.store.sqlite import SqliteDatabase
from sm_dns.util.errors import BadInput

POSTGRES = ("postgresql://", "postgres://")


def is_postgres(place: str | Path) -> bool:
    """Whether a place is a server rather than a file."""
    return str(place).startswith(POSTGRES)


def open_database(place: str | Path, *, create: bool) -> Database:
    """Open the database of a place, with today's tables; `create` makes a file that does not exist yet.

    Raises `StoreError`, and `BadInput` for an address that cannot be read or spoken.
    """
    database = _connect(place, create=create)
    try:
        migrate(database)
    except BaseException:
        database.close()
        raise
    return database


def _connect(place: str | Path, *, create: bool) -> Database:
    if not is_postgres(place):
        return SqliteDatabase(Path(place), create=create)
    try:
        from sm_dns.monitor.store.postgres import PostgresDatabase
    except ImportError as error:
        raise BadInput(
            "a postgresql:// store needs the extra postgres: pip install '.[postgres]' in the source"
        ) from error
    return PostgresDatabase(str(place))
