"""`sm-dns audit`: who changed what, and whether anybody changed that."""

from __future__ import annotations

from collections import deque

import click

from sm_dns.cli.common import Group, show, with_json, with_settings
from sm_dns.cli.main import FAILED
from sm_dns.cli.terminal import printable
from sm_dns.settings.settings import Settings
from sm_dns.state import audit
from sm_dns.state.chain import Record


@click.group("audit", cls=Group)
def command() -> None:
    """Show the audit, and verify that nobody changed it."""


@command.command("show")
@click.option("--last", type=click.IntRange(1), metavar="N", help="Only the last N records.")
@click.option("--action", metavar="TEXT", help="Only actions that start so, such as `domains`.")
@with_settings
@with_json
def show_(last: int | None, action: str | None, settings: Settings, as_json: bool) -> None:
    """Show the records, oldest first."""
    wanted = (
        each for each in audit.read(settings.state_dir / audit.FILE) if each.action.startswith(action or "")
    )
    for each in deque(wanted, maxlen=last):
        show(as_json, each, _text(each))


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
