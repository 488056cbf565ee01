"""`sm-dns history`: every policy that was in force, since when, by whom and why."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator

import click

from sm_dns.admin.exemption_changes import zone_of
from sm_dns.cli.common import Group, show, with_json, with_settings
from sm_dns.cli.terminal import printable
from sm_dns.history.past import Damaged, kept, named
from sm_dns.history.shelf import Shelf
from sm_dns.history.told import CauseTold, VersionTold, policy_lines, told
from sm_dns.history.version import BY_HAND
from sm_dns.settings.settings import Settings
from sm_dns.util import walltime
from sm_dns.util.typed_json import to_json


class _Listing(Group):
    """Lists where no other command is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0].startswith("-") and args[0] not in ("-h", "--help")):
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group("history", cls=_Listing)
def command() -> None:
    """List every policy that was in force: when, who made it, why, and what it changed."""


@command.command("list")
@click.option(
    "--since",
    metavar="WHEN",
    help="Only what was in force from then on: 10:12, 'yesterday 10:12', 2026-11-28.",
)
@click.option("--until", metavar="WHEN", help="Only what was in force before then; a date is meant whole.")
@click.option("--last", type=click.IntRange(1), metavar="N", help="Only the last N of these.")
@with_settings
@with_json
def list_(
    since: str | None,
    until: str | None,
    last: int | None,
    settings: Settings,
    as_json: bool,
) -> None:
    """List the versions, oldest first: when each was in force, who made it, why, and what it changed."""
    zone, now = zone_of(settings, None), time.time()
    first, end = walltime.stretch(since or "", until or "", zone, now)
    shelf = Shelf(settings.state_dir)
    found = deque(
        (one for one in reversed([*kept(shelf)]) if isinstance(one, Damaged) or one.overlaps(first, end)),
        maxlen=last,
    )
    oldest = next(iter(shelf.numbers()), 1)
    if oldest > 1 and not as_json:
        click.echo(f"Not kept any more: {oldest - 1} earlier versions.")
    for one in found:
        if isinstance(one, Damaged):
            show(as_json, one, f"{one.id:>5}  damaged: {printable(one.reason)}")
        else:
            version = told(one, zone)
            show(as_json, version, "\n".join(_lines(version)))
    if not (found or as_json):
        click.echo(_why_none(shelf))


@command.command("show")
@click.argument("which", metavar="ID|TIME")
@with_settings
@with_json
def show_(which: str, settings: Settings, as_json: bool) -> None:
    """Show one version whole: the number of it, or what was in force at a time such as 'yesterday 10:12'."""
    zone, shelf = zone_of(settings, None), Shelf(settings.state_dir)
    one = named(shelf, which, zone, time.time())
    version, policy = told(one, zone), shelf.document(one.version)
    lines = [*_lines(version), *(f"      {printable(line)}" for line in policy_lines(policy, zone))]
    show(as_json, {**to_json(version, str), "policy": policy}, "\n".join(lines))


def _why_none(shelf: Shelf) -> str:
    if shelf.numbers():
        return "No version is kept of that time."
    if shelf.state_dir.is_dir():
        return "No version is kept: the service keeps each from its first start on."
    return f"No version is kept: there is no state folder {shelf.state_dir}"


def _lines(version: VersionTold) -> Iterator[str]:
    until = version.until or "now"
    yield f"{version.id:>5}  {version.since} to {until}  {version.names} names, version {version.version}"
    if version.lost_since:
        yield f"       from {version.lost_since} to {version.since} a policy held that could not be kept"
    for cause in version.causes:
        yield f"       {printable(_cause(cause))}"
    for each in version.difference:
        yield f"       - {printable(each)}"


def _cause(cause: CauseTold) -> str:
    """Who did what and why."""
    if cause.action == BY_HAND:
        return f"{cause.who} edited {cause.target}" if cause.who else f"{cause.target} was edited by hand"
    return f"{cause.who}: {cause.action} {cause.target}" + (f" ({cause.why})" if cause.why else "")
