"""`sm-dns lists`: the lists fetched by URL."""

from __future__ import annotations

from typing import Any

import click

from sm_dns.cli.common import show, with_json, with_settings
from sm_dns.control import client
from sm_dns.control.assemble import remote_copy, remote_rows
from sm_dns.control.clock import utc_iso
from sm_dns.control.settings import ListSettings, Settings
from sm_dns.errors import BadInput


@click.group("lists")
def command() -> None:
    """Show and refresh the lists fetched by URL."""


@command.command("status")
@with_settings
@with_json
def status(settings: Settings, as_json: bool) -> None:
    """Show each list: when its last good copy was fetched, and how many names it has."""
    for remote in settings.lists:
        found = _status(settings, remote)
        fetched = f"fetched {found['fetched']}" if found["fetched"] else "never fetched"
        show(
            as_json,
            found,
            f"{remote.name}: {remote.category}, {found['names']} names, {fetched}, {remote.url}",
        )
    if not settings.lists and not as_json:
        click.echo("No list is fetched by URL: the configuration has none under `lists`.")


@command.command("refresh")
@with_settings
@with_json
def refresh(settings: Settings, as_json: bool) -> None:
    """Have the running server fetch the lists now."""
    answer = client.request(settings.state_dir, {"command": "refresh"}, timeout=120)
    if answer is None:
        raise BadInput("no server is running on this configuration")
    if not answer.get("ok"):
        raise BadInput(f"not refreshed: {answer.get('error', 'no reason given')}")
    show(as_json, answer, "The lists are fetched.")


def _status(settings: Settings, remote: ListSettings) -> dict[str, Any]:
    copy = remote_copy(settings, remote)
    return {
        "name": remote.name,
        "category": remote.category,
        "service": remote.service_id,
        "format": remote.format,
        "url": remote.url,
        "fetched": utc_iso(copy.stat().st_mtime) if copy.exists() else None,
        "names": len(remote_rows(settings, remote)),
    }
