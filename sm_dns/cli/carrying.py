"""On a node of a fleet: what changes the policy is carried out by the primary, with the person's name."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sm_dns.fleet.carried import checked
from sm_dns.ipc import client
from sm_dns.ipc.requests import CarryOut
from sm_dns.state import audit
from sm_dns.util.errors import BadInput


def carry(state_dir: Path, arguments: list[str]) -> int:
    """Have the command of these arguments carried out; its exit code. Raises `BadInput` where it was not."""
    wanted = checked(tuple(_without_config(arguments)))
    request = CarryOut(audit.current_user(), wanted)
    done = client.ask(state_dir, request, timeout=client.CARRY_SECONDS)
    if done is None:
        raise BadInput("this server is a node of a fleet, and is not running: do it on the primary")
    click.echo(done.out, nl=False)
    click.echo(done.err, nl=False, err=True)
    print(f"done by {done.leader}, which leads the fleet", file=sys.stderr)
    return done.code


def _without_config(arguments: list[str]) -> list[str]:
    """The same without the file that is this server's own."""
    found: list[str] = []
    given = iter(arguments)
    for each in given:
        if each == "--config":
            next(given, None)
        elif not each.startswith("--config="):
            found.append(each)
    return found
