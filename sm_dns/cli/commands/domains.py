"""`sm-dns domains`: the site's own lists."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import click

from sm_dns.admin import domain_changes, site_lists
from sm_dns.admin.domain_changes import Listed, described, place
from sm_dns.admin.domain_names import normalise
from sm_dns.admin.known_names import known_category
from sm_dns.admin.policy_document import site_rows
from sm_dns.admin.readable_lists import readable_lists
from sm_dns.admin.site_lists import Placing
from sm_dns.cli import completing
from sm_dns.cli.common import (
    Group,
    server_text,
    show,
    tell_left_out,
    tell_server,
    trail_of,
    with_json,
    with_reason,
    with_settings,
)
from sm_dns.cli.names_file import names_of
from sm_dns.dns import names
from sm_dns.lists.entry import Match
from sm_dns.policy.categories import by_precedence
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput


@click.group("domains", cls=Group)
def command() -> None:
    """Add, remove, list and find names on the site's own lists."""


@command.command("add")
@click.argument("wanted", metavar="NAME...", nargs=-1)
@click.option(
    "--from",
    "source",
    metavar="FILE|-",
    help="Names of a file, one a line, too; what follows a # is a remark.",
)
@click.option(
    "--category",
    required=True,
    help="social, streaming, messaging, bypass, allow, or one of your own.",
    shell_complete=completing.categories,
)
@click.option("--whole-suffix", is_flag=True, help="Take a suffix below which customers have sites.")
@click.option(
    "--force", is_flag=True, help="Close what stays open otherwise: search, updates, banks; say why."
)
@with_reason
@with_settings
@with_json
def add(
    wanted: tuple[str, ...],
    source: str | None,
    category: str,
    whole_suffix: bool,
    force: bool,
    reason: str,
    by: str | None,
    settings: Settings,
    as_json: bool,
) -> None:
    """Put names, and everything below them, into a category: all of them, or none where one cannot be used."""
    wanted = (*wanted, *(names_of(source) if source is not None else ()))
    if not wanted:
        raise BadInput("no names: give some, or a file of them by --from FILE")
    trail = trail_of(settings, by)
    placings = domain_changes.add(
        settings, category, wanted, whole_suffix=whole_suffix, force=force, why=reason, trail=trail
    )
    new = any(placing.covered is None for placing in placings)
    reloaded = tell_server(settings) if new else False
    for placing in placings:
        show(as_json, _placed(placing, category, reloaded), _placed_text(placing, category, settings))
    if new and not as_json:
        click.echo(server_text(reloaded))


@command.command("remove")
@click.argument("unwanted", metavar="NAME...", nargs=-1, required=True)
@click.option(
    "--category",
    required=True,
    help="The category whose file lists them.",
    shell_complete=completing.categories,
)
@with_reason
@with_settings
@with_json
def remove(
    unwanted: tuple[str, ...], category: str, reason: str, by: str | None, settings: Settings, as_json: bool
) -> None:
    """Take names off the site's own list of a category: all of them, or none where one is not on it."""
    trail = trail_of(settings, by)
    texts = domain_changes.remove(settings, category, unwanted, why=reason, trail=trail)
    reloaded = tell_server(settings)
    for text in texts:
        data = {"name": text, "category": category, "removed": True, "reloaded": reloaded}
        show(as_json, data, f"{text}: taken off {category}")
    if not as_json:
        click.echo(server_text(reloaded))


@command.command("list")
@click.option("--category", help="Only this category.", shell_complete=completing.categories)
@with_settings
@with_json
def list_(category: str | None, settings: Settings, as_json: bool) -> None:
    """List the site's own names."""
    if category is not None:
        known_category(settings, category)
    rows = [(entry, tag) for entry, tag in site_rows(settings) if category in (None, tag.category)]
    if not (rows or as_json):
        click.echo("The site has put no names on lists of its own.")
    for entry, tag in rows:
        data = {
            "name": names.to_text(entry.name),
            "category": tag.category,
            "exact": entry.exact,
            "answer": entry.answer,
            "signal": entry.signal,
            "embedded": entry.embedded,
            "list": tag.list,
            "line": entry.line,
        }
        show(as_json, data, f"{data['category']:<12} {'full:' if entry.exact else ''}{data['name']}")


@command.command("find")
@click.argument("asked", metavar="NAME...", nargs=-1, required=True)
@with_settings
@with_json
def find(asked: tuple[str, ...], settings: Settings, as_json: bool) -> None:
    """Say which lists, shipped ones too, hold each NAME."""
    lists = readable_lists(settings)
    tell_left_out(lists.closed)
    for name in [normalise(text) for text in asked]:
        found = site_lists.find(lists.rows, name)
        for match in found:
            told = {"name": names.to_text(name), **asdict(described(match))}
            show(as_json, told, f"{names.to_text(name)}: {place(match)}")
        if not found:
            none = {"name": names.to_text(name), "category": None, "list": None}
            show(as_json, none, f"{names.to_text(name)}: on no list")


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of a name that was to be put into a category."""

    name: str
    category: str
    added: bool
    covered_by: Listed | None
    also_in: tuple[Listed, ...]
    reloaded: bool


def _placed(placing: Placing, category: str, reloaded: bool) -> Placed:
    return Placed(
        name=names.to_text(placing.name),
        category=category,
        added=placing.covered is None,
        covered_by=None if placing.covered is None else described(placing.covered),
        also_in=tuple(described(match) for match in placing.elsewhere),
        reloaded=reloaded,
    )


def _placed_text(placing: Placing, category: str, settings: Settings) -> str:
    name = names.to_text(placing.name)
    if placing.covered is not None:
        lines = [f"{name}: already covered: {place(placing.covered)}; nothing written"]
    else:
        lines = [f"{name}: added to {category}"]
    lines += [
        f"  note: it is in another category too, {place(match)}; {_winner(settings, category, match)} decides"
        for match in placing.elsewhere
    ]
    return "\n".join(lines)


def _winner(settings: Settings, category: str, match: Match) -> str:
    """Which of two categories decides over a name that is in both (MODE-3)."""
    order = list(by_precedence(settings.all_categories))
    return min(category, match.tag.category, key=order.index)
