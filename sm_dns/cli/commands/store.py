"""`sm-dns store`: the counts of use as a thing to keep, copy, check and delete from."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from sm_dns.admin.store_deeds import Deed, deed
from sm_dns.builder.monitoring import monitoring_plan
from sm_dns.cli.common import Group, line, record, show, trail_of, with_json, with_reason, with_settings
from sm_dns.cli.main import FAILED
from sm_dns.cli.terminal import printable
from sm_dns.ipc import client
from sm_dns.ipc.requests import TellStatus
from sm_dns.monitor.store import backup, coverage, retention, retirement
from sm_dns.monitor.store.url import is_postgres
from sm_dns.reporting.store import open_store
from sm_dns.settings.settings import Settings
from sm_dns.state import audit
from sm_dns.state.audit import NotYet
from sm_dns.state.intent import FileChange, Moved, Placed
from sm_dns.util import walltime
from sm_dns.util.errors import BadInput
from sm_dns.util.strict_json import Json


@click.group("store", cls=Group)
def command() -> None:
    """Back up, restore, verify and purge the counts of use; hold what must be kept."""


@command.command("status")
@with_settings
@with_json
def status(settings: Settings, as_json: bool) -> None:
    """Say from when to when counts are kept, and which resolvers report."""
    now = time.time()
    with open_store(settings) as store, store.reading() as database:
        kept = retention.kept_since(database)
        sources = coverage.sources_before(database, now)
        gone = [each.source for each in retirement.retirements(database, now) if each.back is None]
        held = sum(each.released is None for each in retention.holds(database))
    data = {
        "store": _name(settings),
        "from": None if kept is None else _iso(kept.since),
        "until": None if kept is None else _iso(kept.until),
        "sources": [name for name in sources if name not in gone],
        "retired": gone,
        "holds": held,
    }
    span = "nothing yet" if kept is None else f"{data['from']} to {data['until']}"
    resolvers = ", ".join(f"{name} (retired)" if name in gone else name for name in sources)
    show(as_json, data, f"{data['store']}: {span}; resolvers: {resolvers or 'none'}; {held} holds")


@command.command("verify")
@with_settings
@with_json
@click.pass_context
def verify(ctx: click.Context, settings: Settings, as_json: bool) -> None:
    """Check the whole store. Exit code 1 where it is damaged."""
    with open_store(settings) as store:
        problems = store.run(lambda database: database.check())
    text = "\n".join(problems) if problems else f"{_name(settings)}: whole"
    show(as_json, {"store": _name(settings), "ok": not problems, "problems": problems}, text)
    if problems:
        ctx.exit(FAILED)


@command.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@with_settings
@with_json
def backup_(file: Path, settings: Settings, as_json: bool) -> None:
    """Copy the store into FILE while the service goes on. The key of the pseudonyms is not in it."""
    place = _file(settings)
    record(settings, "store backup", str(file), by=None, why="", detail={})  # first: a copy tells everything
    backup.back_up(place, file.absolute())
    show(as_json, {"file": str(file)}, f"{file}: a whole copy; keep it as safe as the store itself")


@command.command("restore")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@with_reason
@with_settings
@with_json
def restore(file: Path, reason: str, by: str | None, settings: Settings, as_json: bool) -> None:
    """Put the copy FILE in the place of the store, with the service stopped. The old store is kept beside it."""
    place = _file(settings)
    if client.ask(settings.state_dir, TellStatus()) is not None:
        raise BadInput("the service is running and writes the store: stop it first")
    audit.settle(settings.state_dir / audit.FILE)  # a restore that was interrupted
    with backup.restoring(file, place) as ready:
        old = None if ready.old is None else str(ready.old)
        files: list[FileChange] = [Placed(place, ready.copy)]
        files += [Moved(to, source) for source, to in ready.giving_way]
        try:
            with trail_of(settings, by).turn() as turn:
                turn.change("store restore", str(file), why=reason, detail={"old": old}, files=files)
        except NotYet:
            ready.leave()
            raise
    kept = f"; the old one is {old}" if old else ""
    show(as_json, {"store": str(place), "old": old}, f"{place}: restored from {file}{kept}")


@command.command("purge")
@click.option("--authority", metavar="TEXT", help="The authority for disposal [default: the configured one].")
@click.option("--dry-run", is_flag=True, help="Only say what is due.")
@with_reason
@with_settings
@with_json
def purge(
    authority: str | None, dry_run: bool, reason: str, by: str | None, settings: Settings, as_json: bool
) -> None:
    """Delete what is kept long enough: who asked first, the sums by hour later. Holds are respected."""
    given = settings.monitoring.retention
    wanted = retention.Retention(given.raw_days, given.aggregate_months)
    authority = authority or given.disposal_authority
    with open_store(settings) as store, ExitStack() as stack:
        plan = store.run(lambda database: retention.plan(database, wanted, time.time(), authority))
        data = asdict(_purged(plan))
        if not dry_run:
            # Written first: what cannot be put on record is not deleted.
            done = stack.enter_context(deed(settings.state_dir, store))
            _record(done, settings, "purge", _name(settings), by, reason, data, asdict(plan))
            store.run(lambda database: retention.execute(database, plan))
    verb = "due" if dry_run else "deleted"
    text = f"{verb}: who asked, of {plan.raw_cells} hourly counts; {plan.whole_cells} hourly counts wholly"
    show(as_json, {**data, "dry_run": dry_run}, text)


@command.command("retire")
@click.argument("name")
@click.option(
    "--at",
    metavar="WHEN",
    help="Since when it is silent: 10:12, 2026-11-28, 2026-11-28T10:12 [default: now].",
)
@click.option("--reason", callback=line, required=True, metavar="TEXT", help="Why; kept in the audit.")
@click.option("--by", metavar="WHO", callback=line, help="Who decided it [default: the user]")
@with_settings
@with_json
def retire(name: str, at: str | None, reason: str, by: str | None, settings: Settings, as_json: bool) -> None:
    """Say that the resolver NAME will not report again: from then on its silence is no gap."""
    now = time.time()
    when = now if at is None else walltime.since(at, _zone(settings), now)
    who = by or audit.current_user()

    with open_store(settings) as store, deed(settings.state_dir, store) as done:

        def note(made: retirement.Retirement) -> None:
            _record(done, settings, "retire", name, by, reason, asdict(_retired(made)), made)

        made = store.run(lambda db: retirement.retire(db, name, when, reason, who, now, note))
    data = _retired(made)
    show(as_json, data, f"{made.source}: retired since {data.at}")


@command.group("hold", cls=Group)
def hold() -> None:
    """Keep a stretch of time from every purge."""


@hold.command("add")
@click.option(
    "--from",
    "since",
    required=True,
    metavar="WHEN",
    help="Its start: 10:12, 2026-11-28, 2026-11-28T10:12.",
)
@click.option(
    "--to", "until", required=True, metavar="WHEN", help="Its end, in the same way; a date is meant whole."
)
@click.option("--reason", callback=line, required=True, metavar="TEXT", help="Why; kept in the audit.")
@click.option("--by", metavar="WHO", callback=line, help="Who decided it [default: the user]")
@with_settings
@with_json
def add(since: str, until: str, reason: str, by: str | None, settings: Settings, as_json: bool) -> None:
    """Hold what was counted from one instant to another."""
    zone = _zone(settings)
    now = time.time()
    start, end = walltime.since(since, zone, now), walltime.before(until, zone, now)
    who = by or audit.current_user()

    with open_store(settings) as store, deed(settings.state_dir, store) as done:

        def note(made: retention.Hold) -> None:
            _record(done, settings, "hold", str(made.id), by, reason, asdict(_described(made)), made)

        made = store.run(lambda db: retention.add_hold(db, start, end, reason, who, time.time(), note))
    show(as_json, _described(made), _text(made))


@hold.command("list")
@with_settings
@with_json
def list_(settings: Settings, as_json: bool) -> None:
    """List the holds, and those that were released."""
    with open_store(settings) as store:
        found = store.run(retention.holds)
    for each in found:
        show(as_json, _described(each), _text(each))
    if not (found or as_json):
        click.echo("Nothing was ever put on hold.")


@hold.command("release")
@click.argument("number", type=click.IntRange(1), metavar="ID")
@with_reason
@with_settings
@with_json
def release(number: int, reason: str, by: str | None, settings: Settings, as_json: bool) -> None:
    """End a hold; a later purge deletes what is due."""
    with open_store(settings) as store, deed(settings.state_dir, store) as done:

        def note(ended: retention.Hold) -> None:
            _record(done, settings, "release", str(number), by, reason, asdict(_described(ended)), ended)

        ended = store.run(lambda database: retention.release_hold(database, number, time.time(), note))
    show(as_json, _described(ended), _text(ended))


_ACTIONS = {
    "hold": "store hold add",
    "release": "store hold release",
    "retire": "store retire",
    "purge": "store purge",
}


def _record(
    done: Deed,
    settings: Settings,
    kind: str,
    target: str,
    by: str | None,
    why: str,
    detail: Mapping[str, Json],
    given: object,
) -> None:
    """Put on record what is about to be done in the store. Raises `OSError`: then it is not done."""
    trail = trail_of(settings, by)
    done.record(trail, _ACTIONS[kind], target, why=why, detail=detail, kind=kind, given=given)


def _file(settings: Settings) -> Path:
    place = monitoring_plan(settings).store
    if is_postgres(place):
        raise BadInput("the store is a PostgreSQL server: use pg_dump and pg_restore")
    return Path(place)


def _name(settings: Settings) -> str:
    """The place without what may be secret."""
    place = monitoring_plan(settings).store
    return place.split("@")[-1].split("?")[0] if is_postgres(place) else place


def _zone(settings: Settings) -> ZoneInfo:
    return ZoneInfo(monitoring_plan(settings).zone)


def _iso(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Purged:
    """What is deleted, as stretches, and how many hourly counts are in them."""

    authority: str
    names_erased: tuple[tuple[str, str], ...]
    deleted: tuple[tuple[str, str], ...]
    hours_of_names: int
    hours_deleted: int


def _purged(plan: retention.Plan) -> Purged:
    return Purged(
        authority=plan.authority,
        names_erased=tuple((_iso(start), _iso(end)) for start, end in plan.raw),
        deleted=tuple((_iso(start), _iso(end)) for start, end in plan.whole),
        hours_of_names=plan.raw_cells,
        hours_deleted=plan.whole_cells,
    )


@dataclass(frozen=True, slots=True)
class RetiredResolver:
    """A resolver that will not report again, since when, and why."""

    resolver: str
    at: str
    reason: str
    by: str


def _retired(made: retirement.Retirement) -> RetiredResolver:
    return RetiredResolver(made.source, _iso(made.at), made.reason, made.by)


@dataclass(frozen=True, slots=True)
class HoldTold:
    """A hold with its times in ISO 8601."""

    id: int
    since: str
    until: str
    reason: str
    by: str
    at: str
    released: str | None


def _described(each: retention.Hold) -> HoldTold:
    return HoldTold(
        id=each.id,
        since=_iso(each.since),
        until=_iso(each.until),
        reason=each.reason,
        by=each.by,
        at=_iso(each.at),
        released=None if each.released is None else _iso(each.released),
    )


def _text(each: retention.Hold) -> str:
    ended = "" if each.released is None else f"; released {_iso(each.released)}"
    span = f"{_iso(each.since)} to {_iso(each.until)}"
    return f"{each.id}: {span}, by {printable(each.by)}: {printable(each.reason)}{ended}"
