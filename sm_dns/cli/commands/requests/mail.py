"""Telling heads and administrators by mail that requests wait; the service runs it when one comes."""

from __future__ import annotations

import click

from sm_dns.cli.common import show, with_json, with_settings
from sm_dns.reporting import request_mail
from sm_dns.settings.settings import Settings
from sm_dns.state import access_requests


@click.command("mail", hidden=True)
@click.argument("request_ids", metavar="ID...", nargs=-1, required=True)
@with_settings
@with_json
def mail(request_ids: tuple[str, ...], settings: Settings, as_json: bool) -> None:
    """Tell those of `requests.mail` of new requests."""
    wanted = set(request_ids)
    found = [each for each in access_requests.load(settings.state_dir) if each.id in wanted]
    sent = request_mail.send_all(settings, found)
    show(as_json, {"ok": True, "mails": sent}, f"{sent} sent")
