"""The manual pages, made of the commands themselves: `sm-dns.1` and one page a command, such as `sm-dns-exempt.1`.

`python -m sm_dns.cli.man_pages FOLDER` writes them. Nothing of it is needed to run.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

import sm_dns
from sm_dns.cli.main import COMMANDS, cli

ROOT = "sm-dns"
_EXIT = (
    ("0", "Done."),
    ("1", "Failed: no server runs, a reload was refused, the audit is broken, the system refused something."),
    ("2", "Bad input: a mistake in the command or in a file, told with file and line."),
)
_DEGRADED = ("3", "The server runs, but not as it should.")
_FILES = (
    ("/etc/sm-dns/sm-dns.yaml", "The configuration, where no other is named."),
    ("/etc/sm-dns/zones", "The site's own lists, one a category."),
    ("/etc/sm-dns/calendar", "The public holidays that were proposed and accepted."),
    (
        "/var/lib/sm-dns",
        "What the service keeps: exemptions, rules for services, the audit, lists by URL, counts.",
    ),
    ("/run/sm-dns", "The control socket of the running service."),
)
# What who reads of a command wants to read next.
SEE_ALSO = {
    "setup": "check uninstall status",
    "uninstall": "setup",
    "serve": "status check",
    "status": "top check healthy fleet",
    "top": "status",
    "trace": "explain audit",
    "reload": "check status",
    "cache": "status explain",
    "check": "doctor reload status",
    "healthy": "status fleet",
    "doctor": "check status explain trace",
    "explain": "domains exempt services timetable",
    "timetable": "calendar explain",
    "domains": "explain lists services",
    "groups": "exempt explain",
    "services": "domains explain lists",
    "staff": "groups report",
    "lists": "domains check",
    "calendar": "timetable",
    "exempt": "explain groups services audit",
    "nta": "check status audit",
    "pause": "resume open close status",
    "open": "close resume exempt",
    "close": "open resume services",
    "resume": "pause open close status",
    "emergency": "pause resume status",
    "fleet": "healthy status audit",
    "feeds": "status check",
    "accounts": "audit requests",
    "audit": "history report accounts",
    "history": "audit explain",
    "requests": "exempt report",
    "report": "audit store",
    "store": "report",
    "backup": "restore store",
    "restore": "backup check",
    "completion": "",
}
_ENVIRONMENT = (("SM_DNS_CONFIG", "The configuration, where --config does not name one."),)


def pages(day: datetime) -> Iterator[tuple[str, str]]:
    """The name of each page's file, and its text; `day` stands at its foot."""
    root = click.Context(cli, info_name=ROOT, **cli.context_settings)
    yield f"{ROOT}.1", _page(cli, root, day, [f"{ROOT}-{name}" for name in COMMANDS])
    for name in COMMANDS:
        command = cli.get_command(root, name)
        assert command is not None, "it is in the table"
        others = [ROOT, *(f"{ROOT}-{other}" for other in SEE_ALSO[name].split())]
        yield f"{ROOT}-{name}.1", _page(command, _inside(command, root, name), day, others)


def _inside(command: click.Command, parent: click.Context, name: str) -> click.Context:
    return click.Context(command, parent=parent, info_name=name)


def _page(command: click.Command, ctx: click.Context, day: datetime, others: list[str]) -> str:
    return "\n".join(_lines(command, ctx, day, others)) + "\n"


def _lines(command: click.Command, ctx: click.Context, day: datetime, others: list[str]) -> Iterator[str]:
    name = ctx.command_path.replace(" ", "-")
    first, *_ = (command.help or "").split("\n\n")
    yield f'.TH {name.upper()} 1 {day:%Y-%m-%d} "{ROOT} {sm_dns.__version__}" "{ROOT} manual"'
    yield ".SH NAME"
    yield f"{_plain(name)} \\- {_plain(_one_line(first).rstrip('.'))}"
    yield ".SH SYNOPSIS"
    yield from _usage(command, ctx)
    yield ".SH DESCRIPTION"
    yield from _paragraphs(command.help or "")
    yield from _options(command, ctx, ".SH OPTIONS")
    if isinstance(command, click.Group):
        yield ".SH COMMANDS"
        yield from _commands(command, ctx)
    yield from _table("EXIT STATUS", (*_EXIT, _DEGRADED) if name == f"{ROOT}-status" else _EXIT)
    yield from _table("ENVIRONMENT", _ENVIRONMENT)
    yield from _table("FILES", _FILES)
    yield ".SH SEE ALSO"
    yield ",\n".join(f".BR {_plain(other)} (1)" for other in sorted(others)).replace("(1),", "(1),")


def _commands(group: click.Group, ctx: click.Context) -> Iterator[str]:
    """Of the whole a line for each, of a command every command below it in full."""
    for name in group.list_commands(ctx):
        command = group.get_command(ctx, name)
        assert command is not None, "it is listed"
        inner = _inside(command, ctx, name)
        if ctx.parent is None:
            yield ".TP"
            yield f".BR {_plain(f'{ROOT}-{name}')} (1)"
            yield _text(COMMANDS[name])
        elif isinstance(command, click.Group):
            yield from _commands(command, inner)
        else:
            yield f'.SS "{_plain(inner.command_path)}"'
            yield from _usage(command, inner)
            yield ".PP"
            yield from _paragraphs(command.help or "")
            yield from _options(command, inner, None)


def _usage(command: click.Command, ctx: click.Context) -> Iterator[str]:
    yield f".B {_plain(ctx.command_path)}"
    yield _text(" ".join(command.collect_usage_pieces(ctx)))


def _options(command: click.Command, ctx: click.Context, head: str | None) -> Iterator[str]:
    params = [param for param in command.get_params(ctx) if isinstance(param, click.Option)]
    records = [record for param in params if (record := param.get_help_record(ctx))]
    if records and head:
        yield head
    for written, about in records:
        yield ".TP"
        yield f".B {_plain(written)}"
        yield _text(about) if about else "\\&"


def _table(head: str, rows: tuple[tuple[str, str], ...]) -> Iterator[str]:
    yield f".SH {head}"
    for term, about in rows:
        yield ".TP"
        yield f".B {_plain(term)}"
        yield _text(about)


def _paragraphs(text: str) -> Iterator[str]:
    for at, paragraph in enumerate(text.split("\n\n")):
        if at:
            yield ".PP"
        yield _text(_one_line(paragraph))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _text(text: str) -> str:
    """A line of text, which roff is not to take for a request."""
    plain = _plain(text)
    return f"\\&{plain}" if plain[:1] in (".", "'") else plain


def _plain(text: str) -> str:
    """Text with what roff reads otherwise written so that it comes out as it stands."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq").replace("'", "\\(aq")
    return re.sub(r"[`^~]", lambda found: {"`": "\\(ga", "^": "\\(ha", "~": "\\(ti"}[found[0]], text)


def main() -> None:
    """Write every page into the folder that is named, which is made; of the day of $SOURCE_DATE_EPOCH where set."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    set_day = os.environ.get("SOURCE_DATE_EPOCH")
    day = datetime.fromtimestamp(int(set_day), UTC) if set_day else datetime.now(UTC)
    for name, text in pages(day):
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
