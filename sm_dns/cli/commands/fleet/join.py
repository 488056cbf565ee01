"""`sm-dns fleet join`: this server becomes a node of a fleet."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import click

from sm_dns.builder.plans.fleet import own_name
from sm_dns.cli.common import server_text, show, tell_server, trail_of, with_json, with_settings
from sm_dns.fleet.bundles.bundle import NO_BASE
from sm_dns.fleet.bundles.standing import Standing
from sm_dns.fleet.members import standing_file
from sm_dns.fleet.members.identity import load_or_make
from sm_dns.fleet.members.invitations import read_token
from sm_dns.fleet.members.standing_file import Kept
from sm_dns.fleet.talk.joining import join
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput


@dataclass(frozen=True)
class NowMember:
    """By which name it joined, and who leads."""

    name: str
    leader: str
    reloaded: bool


@click.command("join")
@click.argument("url", metavar="URL")
@with_settings
@with_json
def command(url: str, settings: Settings, as_json: bool) -> None:
    """Join the fleet of the primary that printed this token, as a node: its policy is then that of the primary."""
    token = read_token(url)
    name = own_name(settings)
    identity = load_or_make(standing_file.folder(settings.state_dir), name)
    if settings.fleet.role != "node":
        raise BadInput(
            "say first that this server is a node: fleet: {example} in its configuration",
            example="{role: node}",
            file=settings.file,
        )
    state_dir = settings.state_dir
    known = standing_file.load(state_dir)
    if known is not None:
        raise BadInput(
            "this server is in a fleet already, led by {leader}: sm-dns fleet leave first",
            leader=known.standing.leader,
        )
    address = "" if settings.fleet.listen is None else str(settings.fleet.listen)
    joined = asyncio.run(join(token, identity, address))
    standing = Standing(joined.fleet, joined.epoch, 0, "", joined.leader, joined.members)
    kept = Kept("node", name, standing, None, NO_BASE)
    with trail_of(settings, None).turn() as turn:
        file = standing_file.written(state_dir, kept)
        detail = {"leader": joined.leader, "fleet": joined.fleet}
        turn.change("fleet join", name, why="", detail=detail, files=[file])
    reloaded = tell_server(settings)
    text = f"{name} is a node of the fleet that {joined.leader} leads.\n{server_text(reloaded)}"
    show(as_json, NowMember(name, joined.leader, reloaded), text)
