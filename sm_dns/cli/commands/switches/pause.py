"""`sm-dns pause`: the policy denies nothing for a while."""

from __future__ import annotations

import click

from sm_dns.admin.switch_changes import Wanted
from sm_dns.cli.common import with_json, with_settings
from sm_dns.cli.texts.switch_text import turn, with_switch_options
from sm_dns.policy.clients.switches import PAUSE
from sm_dns.settings.settings import Settings


@click.command("pause")
@click.argument("length", default="", required=False)
@with_switch_options
@with_settings
@with_json
def command(
    length: str,
    until: str,
    who: tuple[str, ...],
    reason: str,
    by: str | None,
    settings: Settings,
    as_json: bool,
) -> None:
    """Deny nothing for a LENGTH such as 10m, 8 hours at most. What would have been denied is counted as such."""
    wanted = Wanted(PAUSE, who=who, length=length, until=until, reason=reason)
    turn(settings, wanted, by, as_json)
