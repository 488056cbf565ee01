"""`sm-dns domains`: the site's own lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from sm_dns.cli.common import record, server_text, show, tell_server, with_json, with_reason, with_settings
from sm_dns.control import site_lists
from sm_dns.control.assemble import all_rows, site_rows
from sm_dns.control.domain_names import check_not_public_suffix, normalise
from sm_dns.control.settings import Settings
from sm_dns.control.site_lists import Placing
from sm_dns.dns import names
from sm_dns.errors import BadInput
from sm_dns.lists.entry import Match
from sm_dns.policy.catalogue import by_precedence


@click.group("domains")
def command() -> None:
    """Add, remove, list and find names on the site's own lists."""


@command.command("add")
@click.argument("wanted", metavar="NAME...", nargs=-1, required=True)
@click.option(
    "--category", required=True, help="social, streaming, messaging, bypass, allow, or one of your own."
)
@click.option("--whole-suffix", is_flag=True, help="Take a suffix below which customers have sites.")
@with_reason
@with_settings
@with_json
def add(
    wanted: tuple[str, ...],
    category: str,
    whole_suffix: bool,
    reason: str,
    by: str | None,
    settings: Settings,
    as_json: bool,
) -> None:
    """Put names, and everything below them, into a category: all of them, or none where one cannot be used."""
    _check_category(settings, category)
    asked = list(dict.fromkeys(normalise(text) for text in wanted))
    for name in asked:
        check_not_public_suffix(name, allow_private=whole_suffix)
    placings = site_lists.place(all_rows(settings), category, asked)
    new = [placing.name for placing in placings if placing.covered is None]
    reloaded = False
    if new:
        site_lists.add(settings.zones_dir, category, new)
        texts = [names.to_text(name) for name in new]
        detail = {"category": category, "added": texts}
        record(settings, "domains add", " ".join(texts), by=by, why=reason, detail=detail)
        reloaded = tell_server(settings)
    for placing in placings:
        show(as_json, _placed(placing, category, reloaded), _placed_text(placing, category, settings))
    if new and not as_json:
        click.echo(server_text(reloaded))


@command.command("remove")
@click.argument("unwanted", metavar="NAME...", nargs=-1, required=True)
@click.option("--category", required=True, help="The category whose file lists them.")
@with_reason
@with_settings
@with_json
def remove(
    unwanted: tuple[str, ...], category: str, reason: str, by: str | None, settings: Settings, as_json: bool
) -> None:
    """Take names off the site's own list of a category: all of them, or none where one is not on it."""
    _check_category(settings, category)
    gone = list(dict.fromkeys(normalise(text) for text in unwanted))
    _check_listed(settings, category, gone)
    lines = site_lists.remove(settings.zones_dir, category, gone)
    texts = [names.to_text(name) for name in gone]
    detail = {"category": category, "removed": lines}
    record(settings, "domains remove", " ".join(texts), by=by, why=reason, detail=detail)
    reloaded = tell_server(settings)
    for text in texts:
        data = {"name": text, "category": category, "removed": True, "reloaded": reloaded}
        show(as_json, data, f"{text}: taken off {category}")
    if not as_json:
        click.echo(server_text(reloaded))


@command.command("list")
@click.option("--category", help="Only this category.")
@with_settings
@with_json
def list_(category: str | None, settings: Settings, as_json: bool) -> None:
    """List the site's own names."""
    if category is not None:
        _check_category(settings, category)
    for entry, tag in site_rows(settings):
        if category in (None, tag.category):
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
    rows = all_rows(settings)
    for name in [normalise(text) for text in asked]:
        found = site_lists.find(rows, name)
        for match in found:
            data = {"name": names.to_text(name), **_described(match)}
            show(as_json, data, f"{data['name']}: {_place(match)}")
        if not found:
            data = {"name": names.to_text(name), "category": None, "list": None}
            show(as_json, data, f"{data['name']}: on no list")


def _check_category(settings: Settings, category: str) -> None:
    known = [one.name for one in settings.all_categories]
    if category not in known:
        raise BadInput(f"there is no category {category!r}; there are: {', '.join(known)}")


def _check_listed(settings: Settings, category: str, gone: Sequence[bytes]) -> None:
    own = {entry.name for entry, tag in site_rows(settings) if tag.category == category}
    for name in gone:
        if name in own:
            continue
        reason = f"{names.to_text(name)} is not on the site's own list of {category}"
        others = [
            match for match in site_lists.find(all_rows(settings), name) if match.tag.category == category
        ]
        if others:
            reason += f"; it is on {_place(others[0])}: to except it, add it to the category allow"
        raise BadInput(reason)


def _described(match: Match) -> dict[str, Any]:
    return {
        "category": match.tag.category,
        "service": match.tag.service,
        "list": match.tag.list,
        "line": match.line,
        "listed": names.to_text(match.name),
        "exact": match.exact,
    }


def _place(match: Match) -> str:
    listed = f"{'full:' if match.exact else ''}{names.to_text(match.name)}"
    where = f"{match.tag.list}:{match.line}" if match.line else match.tag.list
    return f"{match.tag.category}, by {listed} in {where}"


def _placed(placing: Placing, category: str, reloaded: bool) -> dict[str, Any]:
    return {
        "name": names.to_text(placing.name),
        "category": category,
        "added": placing.covered is None,
        "covered_by": None if placing.covered is None else _described(placing.covered),
        "also_in": [_described(match) for match in placing.elsewhere],
        "reloaded": reloaded,
    }


def _placed_text(placing: Placing, category: str, settings: Settings) -> str:
    name = names.to_text(placing.name)
    if placing.covered is not None:
        lines = [f"{name}: already covered: {_place(placing.covered)}; nothing written"]
    else:
        lines = [f"{name}: added to {category}"]
    lines += [
        f"  note: it is in another category too, {_place(match)}; {_winner(settings, category, match)} decides"
        for match in placing.elsewhere
    ]
    return "\n".join(lines)


def _winner(settings: Settings, category: str, match: Match) -> str:
    """Which of two categories decides over a name that is in both (MODE-3)."""
    order = list(by_precedence(settings.all_categories))
    return min(category, match.tag.category, key=order.index)
