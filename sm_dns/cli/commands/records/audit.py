"""`sm-dns audit`: who changed what, and whether anybody changed that."""

from __future__ import annotations

import time
from collections import deque

import click

from sm_dns.admin import audit_search, audit_table
from sm_dns.admin.audit_table import Said
from sm_dns.admin.audit_text import sentence
from sm_dns.admin.exemption_changes import zone_of
from sm_dns.cli.common import Group, show, with_json, with_settings
from sm_dns.cli.main import FAILED
from sm_dns.cli.terminal import printable
from sm_dns.i18n.catalogue import ENGLISH, catalogue
from sm_dns.settings.settings import Settings
from sm_dns.state import audit


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
@click.option("--text", default="", metavar="TEXT", help="Only where that stands anywhere in the record.")
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "csv", "json")),
    default="text",
    show_default=True,
    help="Sentences, a table for spreadsheets, or one JSON object a line (as --json).",
)
@with_settings
@with_json
def show_(
    since: str | None,
    until: str | None,
    who: str,
    what: str,
    target: str,
    last: int | None,
    text: str,
    form: str,
    settings: Settings,
    as_json: bool,
) -> None:
    """Show the records, oldest first."""
    zone = zone_of(settings, None)
    wish = audit_search.wanted(
        zone,
        time.time(),
        since=since or "",
        until=until or "",
        who=who,
        what=what,
        target=target,
        text=text,
    )
    say = catalogue(ENGLISH)
    found = [
        Said(each, sentence(say, each, each.who, zone))
        for each in deque(audit_search.found(settings.state_dir, wish), maxlen=last)
    ]
    if as_json or form == "json":
        for each in found:
            click.echo(audit_table.as_json(each))
    elif form == "csv":
        click.echo(audit_table.as_csv(found), nl=False)
    else:
        for record, said in found:
            click.echo(f"{record.seq:>5}  {record.at}  {printable(said)}")
        if not found:
            click.echo("No record is like that.")


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
