"""`sm-dns audit`: who changed what, and whether anybody changed that."""

from __future__ import annotations

import re
import time
from collections import deque
from pathlib import Path

import click

from sm_dns.admin.exemption_changes import zone_of
from sm_dns.admin.records import audit_search, audit_table
from sm_dns.admin.records.audit_table import Said
from sm_dns.admin.records.audit_text import sentence
from sm_dns.cli.common import Group, show, with_json, with_settings
from sm_dns.cli.main import FAILED
from sm_dns.cli.terminal import printable
from sm_dns.i18n.catalogue import ENGLISH, catalogue
from sm_dns.reporting.head_push import failure, heads_in, missing, push
from sm_dns.settings.settings import Settings
from sm_dns.state import audit
from sm_dns.state.chain import Head
from sm_dns.util.errors import BadInput
from sm_dns.util.files import read_text
from sm_dns.util.message import Message

MAX_HEADS = 64 << 20  # octets of a file with heads


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
    if as_json and form == "csv":
        raise BadInput("--json and --format csv are two forms: give one of them")
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
@click.option("--head", "heads", multiple=True, metavar="HASH", help="A hash that a record must have.")
@click.option(
    "--heads",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A file with pushed heads, such as a log: each must be that of a record.",
)
@with_settings
@with_json
@click.pass_context
def verify(
    ctx: click.Context, heads: tuple[str, ...], files: tuple[Path, ...], settings: Settings, as_json: bool
) -> None:
    """Check the chain of hashes, and that it still holds heads that were pushed or kept elsewhere.

    Exit code 1 where a line was edited, removed, reordered or cut off, or a head is missing.
    """
    path = settings.state_dir / audit.FILE
    wanted = [_hash(text) for text in heads]
    for file in files:
        pushed = heads_in(read_text(file, limit=MAX_HEADS))
        if not pushed:
            raise BadInput("there is no head of an audit in it", file=file)
        wanted += pushed
    verdict = audit.verify(path)
    gone = missing(wanted, (each.hash for each in audit.read(path))) if wanted and verdict.ok else []
    data = {
        "file": str(path),
        "ok": verdict.ok and not gone,
        "records": verdict.records,
        "last_hash": verdict.last_hash,
        "line": verdict.line,
        "problem": verdict.problem,
        "heads": len(wanted),
        "missing_heads": gone,
    }
    line = "" if verdict.line is None else f"{verdict.line}: "
    if not verdict.ok:
        text = f"{path}:{line or ' '}{verdict.problem}"
    elif gone:
        text = f"{path}: unbroken, but not the chain that was: {len(gone)} of {len(wanted)} heads are in no record:\n"
        text += "\n".join(f"  {each}" for each in gone)
    else:
        held = f"; all {len(wanted)} heads are in it" if wanted else ""
        text = f"{path}: {verdict.records} records, unbroken{held}; last hash {verdict.last_hash}"
    show(as_json, data, text)
    if not verdict.ok or gone:
        ctx.exit(FAILED)


def _hash(text: str) -> str:
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise BadInput("--head: {text!r} is not a hash of the audit: 64 digits from 0 to f", text=text)
    return text


@command.command("push")
@with_settings
@with_json
@click.pass_context
def push_head(ctx: click.Context, settings: Settings, as_json: bool) -> None:
    """Tell the head of the chain now to the places of `audit.push_head`. Exit code 1 where one could not be told."""
    pushed = settings.audit.push_head
    if pushed is None:
        raise BadInput("audit.push_head says no place", file=settings.file)
    head = audit.head(settings.state_dir / audit.FILE) or Head()
    failed: list[Message] = []
    for place in pushed.to if head.seq else ():
        try:
            push(settings, place, head, time.time())
        except (OSError, BadInput) as error:
            failed.append(failure(place, error))
    told = f"record {head.seq}, hash {head.hash}: told to {len(pushed.to) - len(failed)} of {len(pushed.to)} places"
    lines = [told if head.seq else "Nothing is recorded yet.", *(f"failed: {each}" for each in failed)]
    show(as_json, {"seq": head.seq, "hash": head.hash, "failed": failed}, "\n".join(lines))
    if failed:
        ctx.exit(FAILED)
