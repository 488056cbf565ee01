"""Which minutes were watched, by which resolver, and which were not."""

from __future__ import annotations

from typing import NamedTuple

from sm_dns.monitor.store.database import Database
from sm_dns.monitor.store.rows import Gap
from sm_dns.monitor.store.write import source_id

NOTE_SECONDS = 120.0  # a stretch that was not noted for so long has ended
MAX_REASON = 200
SCHEDULE = "schedule"  # what a version is of, where it is the text of all schedules
SOURCES = (
    "sources"  # … where it is what is wrong with the sources of identity, a line each; empty for nothing
)


class Stretch(NamedTuple):
    """[since, until) in POSIX seconds, watched by a resolver."""

    source: str
    since: float
    until: float


class Hole(NamedTuple):
    """A gap that a resolver recorded."""

    source: str
    gap: Gap


class Version(NamedTuple):
    """From `at` on, a resolver used a version of the lists or the schedule, or its sources were in a state."""

    source: str
    at: float
    what: str
    version: str


def note(database: Database, source: str, now: float, *, since: float | None) -> float:
    """Note that counting runs at `now`; `since` is the beginning of the stretch to lengthen, None for a new one.

    Returns the beginning of the stretch that `now` belongs to. After a pause, or a step of the clock back before the
    beginning, that is a new one.
    """
    with database.writing():
        which = source_id(database, source)
        if since is not None:
            found = database.query("SELECT until FROM stretch WHERE source = ? AND since = ?", (which, since))
            if found and since <= now <= found[0][0] + NOTE_SECONDS:
                database.query(
                    "UPDATE stretch SET until = ? WHERE source = ? AND since = ? AND until < ?",
                    (now, which, since, now),
                )
                return since
        database.query(
            "INSERT INTO stretch (source, since, until) VALUES (?, ?, ?) ON CONFLICT (source, since) DO NOTHING",
            (which, now, now),
        )
        return now


def add_gap(database: Database, source: str, gap: Gap) -> None:
    """Record a stretch that was not wholly counted. Raises `ValueError` for one that ends before it starts."""
    if gap.end < gap.start or gap.lost < 0:
        raise ValueError(f"{gap} is no gap")
    with database.writing():
        database.query(
            "INSERT INTO gap (source, since, until, reason, lost) VALUES (?, ?, ?, ?, ?)",
            (source_id(database, source), gap.start, gap.end, gap.reason[:MAX_REASON], gap.lost),
        )


def note_version(database: Database, source: str, now: float, what: str, version: str) -> None:
    """Record a version of the lists or the schedule where it is not the one in use already."""
    with database.writing():
        which = source_id(database, source)
        last = database.query(
            "SELECT version FROM used WHERE source = ? AND what = ? ORDER BY at DESC LIMIT 1", (which, what)
        )
        if not last or last[0][0] != version:
            database.query(
                "INSERT INTO used (source, at, what, version) VALUES (?, ?, ?, ?)",
                (which, now, what, version),
            )


def stretches(database: Database, since: float, until: float) -> list[Stretch]:
    """What was watched in [since, until), cut to it, by resolver and time."""
    rows = database.query(
        """SELECT name, since, until FROM stretch JOIN source ON source.id = stretch.source
        WHERE until > ? AND since < ? ORDER BY name, since""",
        (since, until),
    )
    return [Stretch(name, max(start, since), min(end, until)) for name, start, end in rows]


def holes(database: Database, since: float, until: float) -> list[Hole]:
    """The recorded gaps that touch [since, until), by time; a gap of no length lies in the range it starts in."""
    rows = database.query(
        """SELECT name, since, until, reason, lost FROM gap JOIN source ON source.id = gap.source
        WHERE since < ? AND (until > ? OR since >= ?) ORDER BY since, until, name""",
        (until, since, since),
    )
    return [Hole(name, Gap(start, end, reason, lost)) for name, start, end, reason, lost in rows]


def sources_before(database: Database, until: float) -> list[str]:
    """Every resolver that had reported anything before an instant, by name."""
    rows = database.query(
        """SELECT DISTINCT name FROM source WHERE id IN (SELECT source FROM stretch WHERE since < ?)
        OR id IN (SELECT source FROM gap WHERE since < ?) ORDER BY name""",
        (until, until),
    )
    return [row[0] for row in rows]


def began(database: Database, source: str) -> float | None:
    """The first instant a resolver tells of, by what it watched or by a gap; None for one that tells nothing yet."""
    found = database.query(
        """SELECT min(since) FROM (SELECT source, since FROM stretch UNION ALL SELECT source, since FROM gap) AS told
        JOIN source ON source.id = told.source WHERE name = ?""",
        (source,),
    )
    return None if found[0][0] is None else float(found[0][0])


def versions(database: Database, since: float, until: float) -> list[Version]:
    """The versions in use in [since, until): those that began in it, and of each kind the last before it."""
    rows = database.query(
        """SELECT name, at, what, version FROM used JOIN source ON source.id = used.source
        WHERE at < ? ORDER BY at, name, what""",
        (until,),
    )
    last: dict[tuple[str, str], Version] = {}
    begun = []
    for row in rows:
        version = Version(*row)
        if version.at < since:
            last[version.source, version.what] = version
        else:
            begun.append(version)
    return sorted(last.values(), key=lambda each: each.at) + begun
