"""`sm-dns audit`: who changed what, and whether anybody changed that."""

from __future__ import annotations

import csv
import io
import json
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

import click

from sm_dns.admin.exemption_changes import zone_of
from sm_dns.cli.common import Group, show, with_json, with_settings
from sm_dns.cli.main import FAILED
from sm_dns.cli.terminal import printable
from sm_dns.report.formats.csv_form import inert
from sm_dns.settings.settings import Settings
from sm_dns.state import audit
from sm_dns.state.chain import Record
from sm_dns.util import walltime
from sm_dns.util.clock import utc_iso

COLUMNS = ("seq", "at", "who", "action", "target", "why", "detail")
_ALWAYS = "9999"  # comes after every instant


@click.group("audit", cls=Group)
def command() -> None:
    """Show the audit, and verify that nobody changed it."""


@command.command("show")
@click.option(
    "--since", metavar="WHEN", help="Only from then on: 10:12 of today, 2026-11-28, 2026-11-28T10:12."
)
@click.option("--until", metavar="WHEN", help="Only before then; a date is meant whole.")
@click.option("--who", default="", metavar="TEXT", help="Only of whom that stands in the name.")
@click.option("--what", default="", metavar="TEXT", help="Only actions that start so, such as `domains`.")
@click.option("--target", default="", metavar="TEXT", help="Only where that stands in what was changed.")
@click.option("--last", type=click.IntRange(1), metavar="N", help="Only the last N of these.")
@click.option("--csv", "as_csv", is_flag=True, help="A table for spreadsheets.")
@with_settings
@with_json
def show_(
    since: str | None,
    until: str | None,
    who: str,
    what: str,
    target: str,
    last: int | None,
    as_csv: bool,
    settings: Settings,
    as_json: bool,
) -> None:
    """Show the records, oldest first."""
    zone, now = zone_of(settings, None), time.time()
    wanted = Wanted(
        since=utc_iso(walltime.start(since, zone, now)) if since is not None else "",
        until=utc_iso(walltime.end(until, zone, now)) if until is not None else _ALWAYS,
        who=who.casefold(),
        what=what,
        target=target.casefold(),
    )
    found = deque(filter(wanted.holds, audit.read(settings.state_dir / audit.FILE)), maxlen=last)
    if as_csv and not as_json:
        click.echo(_table(found), nl=False)
        return
    for each in found:
        show(as_json, each, _text(each))
    if not (found or as_json):
        click.echo("No record is like that.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records to show. Instants are UTC as the audit writes them; who and target are in small letters."""

    since: str
    until: str
    who: str
    what: str
    target: str

    def holds(self, record: Record) -> bool:
        """Whether a record is one of them."""
        return (
            self.since <= record.at < self.until
            and self.who in record.who.casefold()
            and record.action.startswith(self.what)
            and self.target in record.target.casefold()
        )


def _table(records: Iterable[Record]) -> str:
    """The records as CSV with a heading; `detail` is JSON. No cell is a formula to a spreadsheet."""
    text = io.StringIO()
    table = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    table.writerow(COLUMNS)
    for each in records:
        detail = json.dumps(dict(each.detail), ensure_ascii=False)
        told = (each.at, each.who, each.action, each.target, each.why, detail)
        table.writerow([each.seq, *map(inert, told)])
    return text.getvalue()


@command.command("verify")
@with_settings
@with_json
@click.pass_context
def verify(ctx: click.Context, settings: Settings, as_json: bool) -> None:
    """Check the chain of hashes. Exit code 1 where a line was edited, removed, reordered or cut off."""
    path = settings.state_dir / audit.FILE
    verdict = audit.verify(path)
    data = {
        "file": str(path),
        "ok": verdict.ok,
        "records": verdict.records,
        "last_hash": verdict.last_hash,
        "line": verdict.line,
        "problem": verdict.problem,
    }
    line = "" if verdict.line is None else f"{verdict.line}: "
    if verdict.ok:
        text = f"{path}: {verdict.records} records, unbroken; last hash {verdict.last_hash}"
    else:
        text = f"{path}:{line or ' '}{verdict.problem}"
    show(as_json, data, text)
    if not verdict.ok:
        ctx.exit(FAILED)


def _text(each: Record) -> str:
    who, action, target, why = map(printable, (each.who, each.action, each.target, each.why))
    return f"{each.seq:>5}  {each.at}  {who}: {action} {target}" + (f" ({why})" if why else "")
