"""`sm-dns open`: a category or a service is open for a while."""

from __future__ import annotations

import click

from sm_dns.admin.switch_changes import Wanted
from sm_dns.cli.common import with_json, with_settings
from sm_dns.cli.switch_text import turn, with_switch_options
from sm_dns.policy.clients.switches import OPEN
from sm_dns.settings.settings import Settings


@click.command("open")
@click.argument("what")
@click.option("--for", "length", default="", metavar="LENGTH", help="For how long from now: 30m, at most 8h.")
@with_switch_options
@with_settings
@with_json
def command(
    what: str,
    length: str,
    until: str,
    who: tuple[str, ...],
    reason: str,
    by: str | None,
    settings: Settings,
    as_json: bool,
) -> None:
    """Open a category or a service for a while, to everybody or to some: `open social --until 18:00`."""
    wanted = Wanted(OPEN, what, who, length, until, reason)
    turn(settings, wanted, by, as_json)
