"""`sm-dns fleet invite`: a one-time token by which a server joins."""

from __future__ import annotations

import time
from dataclasses import dataclass

import click

from sm_dns.builder.plans.fleet import own_name
from sm_dns.cli.common import show, trail_of, with_json, with_settings
from sm_dns.fleet.members import invitations, standing_file
from sm_dns.fleet.members.identity import fingerprint, load_or_make
from sm_dns.fleet.members.invitations import Token
from sm_dns.settings.settings import Settings
from sm_dns.state.fleet.role import role_of
from sm_dns.util.clock import utc_iso
from sm_dns.util.errors import BadInput


@dataclass(frozen=True)
class Invited:
    """url: what `fleet join` takes, once; ends: until when."""

    url: str
    ends: str


@click.command("invite")
@with_settings
@with_json
def command(settings: Settings, as_json: bool) -> None:
    """Print a token by which one server joins, once, within an hour."""
    with trail_of(settings, None).turn() as turn:
        token = _token(settings)
        file, made = invitations.with_one(settings.state_dir, token, time.time())
        detail = {"ends": utc_iso(made.ends)}
        turn.change("fleet invite", made.digest[:8], why="", detail=detail, files=[file])
    text = (
        f"On the server that is to join, with fleet: {{role: node}} in its configuration:\n\n"
        f"    sudo sm-dns fleet join {token.url}\n\nIt joins one server, once, until {utc_iso(made.ends)}."
    )
    show(as_json, Invited(token.url, utc_iso(made.ends)), text)


def _token(settings: Settings) -> Token:
    """A fresh one. Raises `BadInput` where this server is no primary, and `OSError`."""
    listen = settings.fleet.listen
    if listen is None or (role_of(settings.state_dir) or settings.fleet.role) != "primary":
        raise BadInput(
            "servers are invited on the primary: fleet: {example} in its configuration",
            example='{role: primary, listen: "10.0.0.5:8530"}',
            file=settings.file,
        )
    identity = load_or_make(standing_file.folder(settings.state_dir), own_name(settings))
    return invitations.fresh(listen, fingerprint(identity.certificate))
