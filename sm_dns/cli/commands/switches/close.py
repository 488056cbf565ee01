"""`sm-dns close`: a category or a service is closed for a while."""

from __future__ import annotations

import click

from sm_dns.admin.switch_changes import Wanted
from sm_dns.cli.common import with_json, with_settings
from sm_dns.cli.switch_text import turn, with_switch_options
from sm_dns.policy.clients.switches import CLOSE
from sm_dns.settings.settings import Settings


@click.command("close")
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
    """Close a category or a service for a while, whatever the hours and exemptions say: `close whatsapp --for 2h`."""
    wanted = Wanted(CLOSE, what, who, length, until, reason)
    turn(settings, wanted, by, as_json)
