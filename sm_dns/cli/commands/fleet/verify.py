"""`sm-dns fleet verify`: whether a server of the fleet has rewritten its audit."""

from __future__ import annotations

import click

from sm_dns.cli.common import show, with_json, with_settings
from sm_dns.cli.main import FAILED
from sm_dns.ipc import client
from sm_dns.ipc.fleet import VerifiedMember
from sm_dns.ipc.requests import VerifyFleet
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput


@click.command("verify")
@with_settings
@with_json
@click.pass_context
def command(ctx: click.Context, settings: Settings, as_json: bool) -> None:
    """Hold the audit of every server against the heads that are kept here. Exit code 1 where one is not verified."""
    found = client.ask(settings.state_dir, VerifyFleet(), timeout=client.CARRY_SECONDS)
    if found is None:
        raise BadInput("no server is running")
    if not found.members:
        raise BadInput("this server is in no fleet")
    for each in found.members:
        show(as_json, each, f"{each.name}: {_said(each)}")
    if not all(each.is_verified for each in found.members):
        ctx.exit(FAILED)


def _said(each: VerifiedMember) -> str:
    if not each.is_verified:
        return f"NOT verified: {each.problem}"
    return f"whole, and as {each.heads} heads that are kept here say" if each.heads else "whole"
