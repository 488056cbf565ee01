"""What the store needs of a database: a handful of operations that SQLite and PostgreSQL both have.

All SQL of the store is written once, with `?` for values and the two words of `Dialect` in definitions of tables.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NamedTuple, Protocol


class Dialect(NamedTuple):
    """blob: the type of octets. keyed: what follows a table that is read by its primary key only."""

    blob: str
    keyed: str


class Database(Protocol):
    """An open database. Every method raises `StoreError`, and none waits longer than its bound."""

    dialect: Dialect

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a statement; none for one that gives none."""

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run a statement for each of many values."""

    def writing(self) -> AbstractContextManager[None]:
        """A transaction that holds the only right to write; kept whole, or not at all."""

    def reading(self) -> AbstractContextManager[None]:
        """A transaction in which every query sees the same instant."""

    def tables(self) -> set[str]:
        """The names of the tables there are."""

    def check(self) -> list[str]:
        """What is wrong with the file or the schema; empty where all is well."""

    def quick_check(self) -> list[str]:
        """The same as far as it costs seconds at most, for each start."""

    def shrink(self) -> None:
        """Give freed space back, and leave nothing of what was deleted in side files."""

    def close(self) -> None:
        """Give the connection up."""


@contextmanager
def transaction(database: Database, begin: str, undo: Callable[[], None]) -> Iterator[None]:
    """From a statement that begins to COMMIT; whatever is raised in between, `undo` first."""
    database.query(begin)
    try:
        yield
        database.query("COMMIT")
    except BaseException:
        undo()
        raise


def places(count: int) -> str:
    """`?, ?, ?` for a list of values."""
    return ", ".join(["?"] * count)
