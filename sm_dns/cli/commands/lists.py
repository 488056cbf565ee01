"""`sm-dns lists`: the lists fetched by URL."""

from __future__ import annotations

import time
from pathlib import Path

import click

from sm_dns.admin import remote_lists
from sm_dns.admin.list_status import list_status
from sm_dns.admin.listing.never_close import never_close
from sm_dns.admin.listing.preview import preview_file, preview_kept, preview_url
from sm_dns.admin.policy_document import list_cache, open_to, remote_source
from sm_dns.admin.remote_lists import RemoteList
from sm_dns.admin.surroundings import look_around
from sm_dns.cli import completing
from sm_dns.cli.common import (
    Group,
    progress,
    server_text,
    show,
    tell_server,
    trail_of,
    with_json,
    with_settings,
)
from sm_dns.cli.main import FAILED
from sm_dns.cli.texts import preview_text
from sm_dns.lists.formats.left_out import MAX_KEPT
from sm_dns.lists.formats.parser import FORMATS
from sm_dns.settings.blocks.lists import ListSettings
from sm_dns.settings.settings import Settings
from sm_dns.util.download import Limits
from sm_dns.util.errors import BadInput
from sm_dns.util.files import make_directory
from sm_dns.util.message import Message, did_you_mean
from sm_dns.util.strict_json import Json

_NONE = "No list is fetched by URL: the configuration has none under `lists`."


@click.group("lists", cls=Group)
def command() -> None:
    """Show and refresh the lists fetched by URL."""


@command.command("status")
@with_settings
@with_json
def status(settings: Settings, as_json: bool) -> None:
    """Show each list: when its last good copy was fetched, and how many names it has."""
    around = look_around(settings)
    for listed in settings.lists:
        found = list_status(settings, around, listed)
        fetched = f"fetched {found.fetched}" if found.fetched else "never fetched"
        show(
            as_json,
            found,
            f"{listed.name}: {listed.category}, {found.names} names, {fetched}, {listed.url}",
        )
    if not settings.lists and not as_json:
        click.echo(_NONE)


@command.command("refresh")
@click.argument("wanted", metavar="[NAME]...", nargs=-1, shell_complete=completing.lists)
@with_settings
@with_json
@click.pass_context
def refresh(ctx: click.Context, wanted: tuple[str, ...], settings: Settings, as_json: bool) -> None:
    """Fetch lists now, all or those named. Exit code 1 where one could not be renewed: its last good copy stays."""
    chosen = _chosen(settings, wanted)
    make_directory(list_cache(settings))
    with progress(chosen, "fetching lists") as taken:
        results = {listed.name: _refreshed(settings, listed) for listed in taken}
    changed = [name for name, result in results.items() if result.status == "updated"]
    reloaded = tell_server(settings) if changed else False
    for name, result in results.items():
        data = {"name": name, "status": result.status, "reason": result.reason, "names": result.names}
        show(as_json, data | {"reloaded": reloaded}, f"{name}: {result.status}: {result.reason}")
    if not chosen and not as_json:
        click.echo(_NONE)
    if changed and not as_json:
        click.echo(server_text(reloaded))
    if any(result.status == "kept" for result in results.values()):
        ctx.exit(FAILED)


@command.command("preview")
@click.argument("source", metavar="URL|FILE")
@click.option("--format", "format_", type=click.Choice(FORMATS), default="auto", help="Its format [auto].")
@click.option("--lines", type=click.IntRange(0, MAX_KEPT), default=20, help="How many of each to show [20].")
@click.option("--allow-private", is_flag=True, help="Let the URL lead to an address inside.")
@with_settings
@with_json
def preview(
    source: str, format_: str, lines: int, allow_private: bool, settings: Settings, as_json: bool
) -> None:
    """Show what a list would give: what is taken, what is left out and why, by line. Nothing is changed."""
    open_names = never_close(settings, look_around(settings))
    url = source if "://" in source else "http://localhost"
    remote = RemoteList("preview", url, "", format_, Limits(allow_private=allow_private))
    if remote.url is source:
        found = preview_url(remote, open_names, lines)
    else:
        found = preview_file(Path(source), remote, open_names, lines)
    show(as_json, found, "\n".join([*preview_text.summary(found), *preview_text.lines(found)]))


@command.command("show")
@click.argument("name", metavar="NAME", shell_complete=completing.lists)
@click.option("--left-out", "is_left_out", is_flag=True, help="Only the lines that give nothing, and why.")
@click.option("--lines", type=click.IntRange(0, MAX_KEPT), default=MAX_KEPT, help=f"How many [{MAX_KEPT}].")
@with_settings
@with_json
def show_(name: str, is_left_out: bool, lines: int, settings: Settings, as_json: bool) -> None:
    """Show the last good copy of a list by URL, by line."""
    (listed,) = _chosen(settings, (name,))
    open_names = open_to(settings, look_around(settings), listed.category)
    found = preview_kept(remote_source(listed), list_cache(settings), open_names, lines)
    parts = preview_text.left_out(found) if is_left_out else preview_text.lines(found)
    show(as_json, found, "\n".join([*preview_text.summary(found), *parts]))


def _chosen(settings: Settings, wanted: tuple[str, ...]) -> list[ListSettings]:
    known = {listed.name: listed for listed in settings.lists}
    for name in wanted:
        if name not in known:
            listed = ", ".join(known) or "none"
            said = Message("there is no list {name!r}; there are: {known}", name=name, known=listed)
            raise BadInput(did_you_mean(said, name, known))
    return [known[name] for name in wanted] if wanted else list(settings.lists)


def _refreshed(settings: Settings, listed: ListSettings) -> remote_lists.Refreshed:
    open_names = open_to(settings, look_around(settings), listed.category)
    result = remote_lists.refresh(remote_source(listed), list_cache(settings), open_names, time.time())
    if result.status == "updated":
        detail: dict[str, Json] = {"url": listed.url, "names": result.names}
        with trail_of(settings, None).turn() as turn:
            turn.change(
                "lists refresh", listed.name, why=str(result.reason), detail=detail, files=result.files
            )
    return result
