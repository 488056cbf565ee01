"""`sm-dns fleet settle`: what was changed here while another server led has been looked at."""

from __future__ import annotations

from dataclasses import dataclass

import click

from sm_dns.cli.common import show, trail_of, with_json, with_needed_reason, with_settings
from sm_dns.fleet.members.succession import meanwhile, meanwhile_file
from sm_dns.settings.settings import Settings
from sm_dns.state.intent import Removed
from sm_dns.util.errors import BadInput


@dataclass(frozen=True)
class Settled:
    """So many changes are not shown any more."""

    changes: int


@click.command("settle")
@with_needed_reason
@with_settings
@with_json
def command(reason: str, by: str | None, settings: Settings, as_json: bool) -> None:
    """Say that what this server had changed while another one led was looked at, so that it is not shown any more."""
    with trail_of(settings, by).turn() as turn:
        deeds = meanwhile(settings.state_dir)
        if not deeds:
            raise BadInput("nothing was changed here while another server led")
        files = [Removed(meanwhile_file(settings.state_dir))]
        turn.change("fleet settle", str(len(deeds)), why=reason, detail={}, files=files)
    show(
        as_json, Settled(len(deeds)), f"{len(deeds)} changes are not shown any more; they stay in the audit."
    )
