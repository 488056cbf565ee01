"""A resolver that will not report again is retired: its silence is no gap from then on, until it reports again."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sm_dns.monitor.store.coverage import NOTE_SECONDS, sources_before
from sm_dns.monitor.store.database import Database
from sm_dns.monitor.store.write import source_id
from sm_dns.util.errors import BadInput


class Retirement(NamedTuple):
    """A resolver was retired at `at` (POSIX seconds); back: when it reported again after that, None for never."""

    source: str
    at: float
    reason: str
    by: str
    back: float | None


def retire(
    database: Database,
    source: str,
    at: float,
    reason: str,
    by: str,
    now: float,
    record: Callable[[Retirement], None],
) -> Retirement:
    """Retire a resolver as of an instant. Raises `BadInput` for one unknown, reporting or retired.

    `record` puts it on record before it holds; what it raises leaves everything as it was.
    """
    if not reason.strip():
        raise BadInput("to retire a resolver needs a reason")
    if at > now:
        raise BadInput("a resolver is retired now or at a time that has passed, not beforehand")
    with database.writing():
        known = sources_before(database, now)
        if source not in known:
            raise BadInput(
                "no resolver {source!r} has reported; there are: {known}",
                source=source,
                known=", ".join(known) or "none",
            )
        if any(each.source == source and each.back is None for each in retirements(database, now)):
            raise BadInput("the resolver {source!r} is retired already", source=source)
        which = source_id(database, source)
        last = database.query("SELECT max(until) FROM stretch WHERE source = ?", (which,))[0][0] or 0.0
        if last > now - NOTE_SECONDS:
            raise BadInput("the resolver {source!r} reports still: stop its service first", source=source)
        if last > at:
            raise BadInput("the resolver {source!r} reported after that time", source=source)
        made = Retirement(source, at, reason, by, None)
        record(made)
        _insert(database, which, made)
    return made


def put_retirement(database: Database, made: Retirement) -> None:
    """Retire a resolver whose retirement is on record already, unless it is retired."""
    with database.writing():
        which = source_id(database, made.source)
        if not database.query("SELECT at FROM retired WHERE source = ? AND at = ?", (which, made.at)):
            _insert(database, which, made)


def _insert(database: Database, which: int, made: Retirement) -> None:
    database.query(
        "INSERT INTO retired (source, at, reason, by_whom) VALUES (?, ?, ?, ?)",
        (which, made.at, made.reason, made.by),
    )


def retirements(database: Database, until: float) -> list[Retirement]:
    """Those before an instant, by time."""
    rows = database.query(
        """SELECT name, at, reason, by_whom,
            (SELECT min(since) FROM stretch WHERE stretch.source = retired.source AND stretch.since > retired.at)
        FROM retired JOIN source ON source.id = retired.source WHERE at < ? ORDER BY at, name""",
        (until,),
    )
    return [Retirement(*row) for row in rows]
