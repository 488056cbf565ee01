"""`sm-dns fleet leave`: a server is a member no more."""

from __future__ import annotations

from dataclasses import dataclass, replace

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
from sm_dns.fleet.members import standing_file
from sm_dns.fleet.members.standing_file import Kept
from sm_dns.settings.settings import Settings
from sm_dns.state.fleet.role import policy_file
from sm_dns.state.intent import FileChange, Removed
from sm_dns.util.errors import BadInput


@dataclass(frozen=True)
class Left:
    """Who is a member no more."""

    name: str
    reloaded: bool


@click.command("leave")
@click.argument("name", required=False)
@with_needed_reason
@with_settings
@with_json
def command(name: str | None, reason: str, by: str | None, settings: Settings, as_json: bool) -> None:
    """Leave the fleet with this server or, on the primary, shut the server of a NAME out of it."""
    state_dir = settings.state_dir
    with trail_of(settings, by).turn() as turn:
        kept = standing_file.load(state_dir)
        if kept is None:
            raise BadInput("this server is in no fleet")
        gone = name or kept.name
        files = [_without(kept, gone, settings)] if gone != kept.name else _leaving(kept, settings)
        turn.change("fleet leave", gone, why=reason, detail={}, files=files)
    reloaded = tell_server(settings)
    own = (
        f"Its policy stays as it was taken, in {policy_file(state_dir)}, as long as fleet.role is configured; "
        "without that key the configuration's own counts again.\n"
    )
    text = f"{gone} is in no fleet any more.\n{own if gone == kept.name else ''}{server_text(reloaded)}"
    show(as_json, Left(gone, reloaded), text)


def _leaving(kept: Kept, settings: Settings) -> list[FileChange]:
    """Nothing is kept any more. Raises `BadInput` of a primary that others follow."""
    others = [each.name for each in kept.standing.members if each.name != kept.name]
    if kept.role == "primary" and others:
        raise BadInput(
            "this server leads {others}: promote one of them first (sm-dns fleet promote there) or, to end the "
            "fleet, shut them out (sm-dns fleet leave NAME)",
            others=", ".join(others),
        )
    return [Removed(standing_file.file(settings.state_dir))]


def _without(kept: Kept, name: str, settings: Settings) -> FileChange:
    """What the primary keeps without a member. Raises `BadInput`."""
    if kept.role != "primary":
        raise BadInput("others are shut out on the primary, {leader}", leader=kept.standing.leader)
    left = tuple(each for each in kept.standing.members if each.name != name)
    if left == kept.standing.members:
        raise BadInput("there is no member {name!r}", name=name)
    standing = replace(kept.standing, members=left)
    return standing_file.written(settings.state_dir, replace(kept, standing=standing))
