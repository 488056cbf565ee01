"""Keeping what staff asked for at a node of the fleet; the service of the node has it carried out here."""

from __future__ import annotations

import json

import click

from sm_dns.cli.common import show, with_json, with_settings
from sm_dns.reporting import request_mail
from sm_dns.settings.settings import Settings
from sm_dns.state import access_requests, audit
from sm_dns.state.access_requests import AccessRequest
from sm_dns.state.audit import Trail
from sm_dns.util.errors import BadInput
from sm_dns.util.typed_json import from_json


@click.command("take", hidden=True)
@click.argument("request", metavar="JSON")
@with_settings
@with_json
def take(request: str, settings: Settings, as_json: bool) -> None:
    """Keep a request of staff that a node of the fleet judged, and tell those of `requests.mail`."""
    known = {each.id for each in access_requests.load(settings.state_dir)}
    try:
        wanted = from_json(AccessRequest, json.loads(request), "request")
    except ValueError as error:
        raise BadInput("request: {reason}", reason=error) from error
    trail = Trail(settings.state_dir / audit.FILE, audit.current_user())
    made = access_requests.add(settings.state_dir, wanted, trail)
    is_new = made.id not in known
    sent = request_mail.send_all(settings, [made]) if is_new and settings.requests.mail else 0
    show(as_json, {"id": made.id, "mails": sent}, made.id)
