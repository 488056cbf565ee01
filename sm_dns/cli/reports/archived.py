"""`sm-dns report list`, `get` and `verify`: reports as they were handed out."""

from __future__ import annotations

from pathlib import Path

import click

from sm_dns.cli.common import show, with_json, with_settings
from sm_dns.cli.main import FAILED
from sm_dns.cli.terminal import printable
from sm_dns.reporting.archive.archive import MAX_DOCUMENT, Archive
from sm_dns.reporting.archive.archived_report import ArchivedReport
from sm_dns.settings.settings import Settings
from sm_dns.util.files import read_regular, write_output


@click.command("list")
@with_settings
@with_json
def list_(settings: Settings, as_json: bool) -> None:
    """List the archived reports, the oldest first."""
    found = Archive(settings.state_dir).reports()
    for each in found:
        show(as_json, each, _line(each))
    if not found and not as_json:
        click.echo("No report is archived yet: `sm-dns report usage --archive` and the others archive one.")


@click.command("get")
@click.argument("number")
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False), help="A file [default: its own name]."
)
@with_settings
@with_json
def get(number: str, output: Path | None, settings: Settings, as_json: bool) -> None:
    """Write the archived report NUMBER, such as 2026-0012, into a file."""
    archive = Archive(settings.state_dir)
    report = archive.find(number)
    place = output or Path(report.details.file_name)
    write_output(place, archive.read(report), mode=0o640)
    show(as_json, {"ok": True, "report": report, "file": str(place)}, str(place))


@click.command("verify")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@with_settings
@with_json
@click.pass_context
def verify(ctx: click.Context, file: Path, settings: Settings, as_json: bool) -> None:
    """Tell whether FILE is a report as it was archived, to the last octet. Exit code 1 where it is not.

    The audit vouches for it, so that is checked too.
    """
    verdict, found = Archive(settings.state_dir).known(read_regular(file, limit=MAX_DOCUMENT))
    if not verdict.ok:
        text = f"{file}: nobody can say: the audit is not whole (`sm-dns audit verify` tells what is wrong)"
    elif found:
        text = "\n".join(f"{file}: as it was archived: {_line(each)}" for each in found)
    else:
        text = f"{file}: not archived here, or changed since"
    show(as_json, {"ok": verdict.ok and bool(found), "audit": verdict.ok, "reports": tuple(found)}, text)
    if not (verdict.ok and found):
        ctx.exit(FAILED)


def _line(report: ArchivedReport) -> str:
    details = report.details
    whose = f", {printable(details.department)}" if details.department else ""
    kind = f"{details.kind} {details.first} to {details.last}{whose}"
    form = f"{details.form}, {details.language}{', rounded' if details.rounded else ''}"
    return f"{details.number}  {report.at}  {kind} ({form}), by {printable(report.by)}"
