"""The store in PostgreSQL, where several resolvers report into one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from sm_dns.monitor.store.database import Dialect, transaction
from sm_dns.monitor.store.error import StoreError
from sm_dns.util.errors import BadInput

CONNECT_SECONDS = 5
LOCK_SECONDS = 5
STATEMENT_SECONDS = 60
SILENCE_SECONDS = 10
_WRITERS = 0x736D646E73  # the advisory lock that writers of the store take: "smdns"


class PostgresDatabase:
    """One connection to a server. It may move between threads, but serves one at a time."""

    dialect = Dialect(blob="BYTEA", keyed="")

    def __init__(self, url: str) -> None:
        given = _parts(url)
        self._name = f"postgresql://{given.get('host', '')}/{given.get('dbname', '')}"  # without a password
        options = f"-c lock_timeout={LOCK_SECONDS}s -c statement_timeout={STATEMENT_SECONDS}s"
        with self._translated():
            self._connection = psycopg.connect(
                url,
                autocommit=True,
                connect_timeout=CONNECT_SECONDS,
                tcp_user_timeout=SILENCE_SECONDS * 1000,
                keepalives_idle=SILENCE_SECONDS,
                keepalives_interval=SILENCE_SECONDS,
                keepalives_count=2,
                options=f"{given.get('options', '')} {options}",
                application_name="sm-dns",
            )

    def query(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self._translated():
            cursor = self._connection.execute(_marked(sql), tuple(values), binary=True)
            return cursor.fetchall() if cursor.description else []

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        with self._translated(), self._connection.cursor() as cursor:
            cursor.executemany(_marked(sql), [tuple(row) for row in rows])

    @contextmanager
    def writing(self) -> Iterator[None]:
        with transaction(self, "BEGIN", self._roll_back):
            self.query("SELECT pg_advisory_xact_lock(?)", (_WRITERS,))
            yield

    @contextmanager
    def reading(self) -> Iterator[None]:
        with transaction(self, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", self._roll_back):
            yield

    def tables(self) -> set[str]:
        found = self.query("SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()")
        return {row[0] for row in found}

    def check(self) -> list[str]:
        # Whole files are the server's business (pg_amcheck); here every row is read once.
        self.query("SELECT count(*), sum(length(members)), sum(queries) FROM cell")
        return []

    def quick_check(self) -> list[str]:
        return []  # the server does that at its own start

    def shrink(self) -> None:
        self.query("VACUUM cell")
        self.query("VACUUM member")

    def close(self) -> None:
        with self._translated():
            self._connection.close()

    def _roll_back(self) -> None:
        if not self._connection.closed:
            with self._translated():
                self._connection.rollback()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            lines = str(error).strip().splitlines() or [type(error).__name__]
            raise StoreError("{name}: {reason}", name=self._name, reason=lines[0]) from error


def _parts(url: str) -> Mapping[str, object]:
    try:
        return dict(conninfo_to_dict(url))
    except psycopg.ProgrammingError as error:
        raise BadInput("the store's postgresql:// address cannot be read") from error


def _marked(sql: str) -> bytes:
    return sql.replace("?", "%s").encode()
