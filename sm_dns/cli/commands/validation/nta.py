"""`sm-dns nta`: names whose DNSSEC our own unbound does not check for a while (RFC 7646)."""

from __future__ import annotations

import time
from dataclasses import asdict

import click

from sm_dns.admin.dnssec import trust_exceptions
from sm_dns.admin.exemption_changes import zone_of
from sm_dns.cli import completing
from sm_dns.cli.common import Group, line, server_text, show, tell_server, trail_of, with_json, with_settings
from sm_dns.cli.terminal import printable
from sm_dns.ipc import client
from sm_dns.ipc.requests import Flush
from sm_dns.settings.settings import Settings
from sm_dns.state import negative_trust_anchors
from sm_dns.state.negative_trust_anchors import NegativeTrustAnchor
from sm_dns.util import walltime
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message
from sm_dns.validation import unbound_control


@click.group("nta", cls=Group)
def command() -> None:
    """Have the DNSSEC of a broken domain not checked for a while."""


@command.command("add")
@click.argument("name", metavar="NAME")
@click.option(
    "--until",
    required=True,
    metavar="WHEN",
    help="Until when: 18:00, 2026-11-28 (that day too), 2026-11-28T12:00; at most 90 days.",
)
@click.option("--reason", callback=line, required=True, metavar="TEXT", help="Why; kept in the audit.")
@with_settings
@with_json
def add(name: str, until: str, reason: str, settings: Settings, as_json: bool) -> None:
    """Check no signatures at NAME and below it for a while: what is forged there goes unnoticed."""
    made = trust_exceptions.add(
        settings, time.time(), name=name, until=until, reason=reason, trail=trail_of(settings, None)
    )
    _tell(settings, as_json, made, _text(settings, made), {})


@command.command("list")
@with_settings
@with_json
def list_(settings: Settings, as_json: bool) -> None:
    """List the names that are not checked now, until when and why."""
    now = time.time()
    found = [one for one in negative_trust_anchors.load(settings.state_dir) if now < one.until]
    for one in found:
        show(as_json, _told(settings, one), _text(settings, one))
    if not (found or as_json):
        click.echo("Every name is checked, by whoever checks.")


@command.command("remove")
@click.argument("name", metavar="NAME", shell_complete=completing.negative_trust_anchors)
@click.option("--reason", callback=line, default="", metavar="TEXT", help="Why; kept in the audit.")
@with_settings
@with_json
def remove(name: str, reason: str, settings: Settings, as_json: bool) -> None:
    """Check the signatures at NAME and below it again."""
    taken = trust_exceptions.remove(settings, name=name, why=reason, trail=trail_of(settings, None))
    _tell(settings, as_json, taken, f"{taken.name}: checked again", {"removed": True})


def _tell(
    settings: Settings, as_json: bool, one: NegativeTrustAnchor, text: str, more: dict[str, object]
) -> None:
    """Have our own unbound and the server go by it at once, and say so; where one cannot be told, it follows."""
    untold = _untold(settings)
    reloaded = tell_server(settings)
    if reloaded:
        client.ask(settings.state_dir, Flush(f"{one.name}."))
    rest = server_text(reloaded) if untold is None else f"Not in force yet: {untold}"
    show(as_json, {**_told(settings, one), **more, "in_force": untold is None}, f"{text}\n{rest}")


def _untold(settings: Settings) -> Message | None:
    """Why our own unbound does not hold what is in force; None where it does, or is not asked at all."""
    if not settings.asks_own_unbound:
        return None
    try:
        wanted = negative_trust_anchors.in_force(settings.state_dir, time.time())
        unbound_control.reconcile(settings.validation.control, wanted)
    except BadInput as error:
        return error.message
    return None


def _told(settings: Settings, one: NegativeTrustAnchor) -> dict[str, object]:
    zone = zone_of(settings, None)
    return {
        **asdict(one),
        "since": walltime.iso_local(one.since, zone),
        "until": walltime.iso_local(one.until, zone),
    }


def _text(settings: Settings, one: NegativeTrustAnchor) -> str:
    until = walltime.iso_local(one.until, zone_of(settings, None))
    return f"{one.name}: not checked until {until}\n  {printable(f'{one.by}: {one.reason}')}"
