"""`sm-dns report`: the figures as documents for people, officers and programs."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from sm_dns.cli import completing
from sm_dns.cli.common import Group, record, trail_of, with_settings
from sm_dns.cli.reports import archived
from sm_dns.cli.reports.person import person
from sm_dns.cli.reports.scheduled import run
from sm_dns.i18n.catalogue import languages
from sm_dns.monitor.selection import Days
from sm_dns.report.request import (
    Form,
    Kind,
    Request,
    parse_band,
    parse_day,
    parse_decisions,
)
from sm_dns.reporting import make
from sm_dns.reporting.archive.making import make_archived
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput
from sm_dns.util.files import write_output

F = TypeVar("F", bound=Callable[..., Any])

_DECISIONS = "permitted, denied, would-deny or exempt; may be repeated [default: all]."


@click.group("report", cls=Group)
def command() -> None:
    """Report on the use of services, with what the figures rest on."""


command.add_command(run)
command.add_command(person)
command.add_command(archived.list_)
command.add_command(archived.get)
command.add_command(archived.verify)


def _with_options(made: F, *options: Callable[[F], F]) -> F:
    for option in reversed(options):
        made = option(made)
    return made


def _range(made: F) -> F:
    """The options that every report has."""
    made = _with_options(
        made,
        click.option("--from", "first", required=True, metavar="DATE", help="First local date."),
        click.option("--to", "last", required=True, metavar="DATE", help="Last local date, inclusive."),
        click.option(
            "--format", "form", type=click.Choice(get_args(Form)), default="text", show_default=True
        ),
        click.option("--lang", "language", type=click.Choice(languages()), default="ms", show_default=True),
        click.option("--output", type=click.Path(path_type=Path, dir_okay=False), help="A file."),
        click.option("--archive", is_flag=True, help="Give it a number and keep it: see `report list`."),
    )
    return with_settings(made)


def _filters(made: F) -> F:
    """The options that choose what is counted."""
    return _with_options(
        made,
        click.option(
            "--service",
            "services",
            multiple=True,
            help="Only this service; may be repeated.",
            shell_complete=completing.services,
        ),
        click.option(
            "--category",
            "categories",
            multiple=True,
            help="Only this category; may be repeated [default: social and streaming; compliance: all].",
            shell_complete=completing.categories,
        ),
        click.option(
            "--band",
            metavar="HH:00-HH:00",
            help="Local hours [default: working hours; compliance: the whole day].",
        ),
        click.option("--days", type=click.Choice(get_args(Days)), default="all", show_default=True),
        click.option("--decision", "decisions", multiple=True, help=_DECISIONS),
    )


_base = click.option("--base", type=click.IntRange(min=0), help="How many staff [default: monitoring.base].")


@command.command("usage")
@_filters
@_base
@_range
def usage(base: int | None, **given: Any) -> None:
    """Distinct staff who used services, and the percentage of all (UMP letter, paragraph 2)."""
    _deliver("usage", base=base, **given)


@command.command("department")
@click.option("--department", "departments", multiple=True, help="Only this department; may be repeated.")
@_filters
@_base
@_range
def department(base: int | None, departments: tuple[str, ...], **given: Any) -> None:
    """Distinct staff of each department; numbers of fewer than `small_cell` persons are kept back."""
    _deliver("department", base=base, departments=departments, **given)


@command.command("compliance")
@_filters
@_range
def compliance(**given: Any) -> None:
    """The schedule in force, decisions, exemptions, bypass attempts, changes and gaps."""
    _deliver("compliance", **given)


@command.command("coverage")
@_range
def coverage(**given: Any) -> None:
    """How much of the time was watched, and what was not."""
    _deliver("coverage", **given)


def _deliver(
    kind: Kind,
    *,
    settings: Settings,
    first: str,
    last: str,
    form: Form,
    language: str,
    output: Path | None,
    archive: bool,
    band: str | None = None,
    decisions: tuple[str, ...] = (),
    **rest: Any,
) -> None:
    """Make the report, put it on record that it was read (AUD-1), and hand it over."""
    request = Request(
        kind,
        parse_day(first),
        parse_day(last),
        band=None if band is None else parse_band(band),
        decisions=parse_decisions(decisions),
        **rest,
    )
    if form == "pdf" and output is None and sys.stdout.isatty():
        raise BadInput("a PDF is not for a terminal: give --output FILE")
    now = time.time()
    if archive:
        made = make_archived(settings, request, form, language, now, trail_of(settings, None)).data
    else:
        made = make.make(settings, request, form, language, now)
    _record_reading(settings, request, form, output)
    if output is None:
        sys.stdout.buffer.write(made)
        return
    write_output(output, made, mode=0o640)
    click.echo(str(output))


def _record_reading(settings: Settings, request: Request, form: Form, output: Path | None) -> None:
    """Write into the audit what was read out of the store."""
    detail = {
        "from": str(request.first),
        "to": str(request.last),
        "services": list(request.services),
        "categories": list(request.categories),
        "departments": list(request.departments),
        "format": form,
        "output": None if output is None else str(output),
    }
    target = f"{request.first} {request.last}"
    record(settings, f"report {request.kind}", target, by=None, why="", detail=detail)
