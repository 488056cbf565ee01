"""`sm-dns fleet promote`: a node leads from now on, where the primary is lost."""

from __future__ import annotations

from dataclasses import dataclass

import click

from sm_dns.cli.common import (
    server_text,
    show,
    tell_server,
    trail_of,
    with_json,
    with_needed_reason,
    with_settings,
)
from sm_dns.cli.two_persons import decided_by
from sm_dns.fleet.members import standing_file
from sm_dns.fleet.members.promoting import promoted
from sm_dns.settings.settings import Settings
from sm_dns.state import audit
from sm_dns.state.fleet.role import policy_file
from sm_dns.util.errors import BadInput


@dataclass(frozen=True)
class Promoted:
    """Who leads from which epoch on."""

    name: str
    epoch: int
    by: str
    reloaded: bool


@click.command("promote")
@with_needed_reason
@with_settings
@with_json
def command(reason: str, by: str | None, settings: Settings, as_json: bool) -> None:
    """Have this node lead the fleet, where its primary is lost. Takes two administrators where so many have accounts.

    It goes on by what it took last. The old primary, back, steps down by itself.
    """
    state_dir = settings.state_dir
    who = decided_by(state_dir, by or audit.current_user())
    with trail_of(settings, who).turn() as turn:
        kept = standing_file.load(state_dir)
        if kept is None:
            raise BadInput("this server is in no fleet")
        made = promoted(kept)
        detail = {"from_epoch": kept.standing.epoch, "generation": kept.standing.generation}
        files = [standing_file.written(state_dir, made)]
        turn.change("fleet promote", kept.name, why=reason, detail=detail, files=files)
    reloaded = tell_server(settings)
    text = (
        f"{kept.name} leads the fleet from epoch {made.standing.epoch} on.\n"
        f"The policy part of its configuration is {policy_file(state_dir)} from now on: edit that.\n"
        f"{server_text(reloaded)}"
    )
    show(as_json, Promoted(kept.name, made.standing.epoch, who, reloaded), text)
