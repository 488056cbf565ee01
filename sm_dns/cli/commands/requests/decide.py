"""Listing, approving and declining what staff asked for."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict

import click

from sm_dns.admin import request_decisions
from sm_dns.admin.request_decisions import Choice, Decider, RequestTold, described
from sm_dns.admin.request_decisions import told as told_of
from sm_dns.cli import completing
from sm_dns.cli.commands.requests.mail import mail
from sm_dns.cli.commands.requests.take import take
from sm_dns.cli.common import Group, line, server_text, show, tell_server, with_json, with_settings
from sm_dns.cli.terminal import printable
from sm_dns.settings.settings import Settings
from sm_dns.state import access_requests, audit, dashboard_accounts
from sm_dns.state.audit import Trail
from sm_dns.util.strict_json import Json


@click.group("requests", cls=Group)
def command() -> None:
    """List what staff asked to have opened for their work; approve and decline it."""


command.add_command(mail)
command.add_command(take)


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="Those that are decided or have ended too.")
@with_settings
@with_json
def list_(everything: bool, settings: Settings, as_json: bool) -> None:
    """List the requests that wait for a decision."""
    now = time.time()
    known = access_requests.load(settings.state_dir)
    shown = known if everything else access_requests.waiting(known, now)
    for each in told_of(settings, shown, now):
        show(as_json, each, _text(each))
    if not (shown or as_json):
        click.echo("No request waits for a decision.")


@command.command("approve")
@click.argument("request_id", metavar="ID", shell_complete=completing.requests)
@click.option(
    "--until", default="", metavar="WHEN", help="An earlier end: 18:00, 2026-11-28, 2026-11-28T12:00."
)
@click.option(
    "--category",
    default="",
    shell_complete=completing.categories,
    help="Open the whole category, not only the service.",
)
@click.option(
    "--service",
    default="",
    shell_complete=completing.services,
    help="Open the service; that is so without it.",
)
@click.option(
    "--group",
    default="",
    shell_complete=completing.groups,
    help="For all clients of a group, not only the address that asked.",
)
@click.option(
    "--reason",
    callback=line,
    required=True,
    metavar="TEXT",
    help="Why; kept in the audit. No names of persons.",
)
@with_settings
@with_json
def approve(
    request_id: str,
    until: str,
    category: str,
    service: str,
    group: str,
    reason: str,
    settings: Settings,
    as_json: bool,
) -> None:
    """Open what a member of staff asked for, until it ends by itself."""
    now = time.time()
    detail: Mapping[str, Json] = {}
    if settings.requests.approvals > 1:
        dashboard_accounts.refuse_command(settings.state_dir, "/requests")
        detail = dashboard_accounts.KEPT_BY_USERS
    made = request_decisions.approve(
        settings,
        request_id,
        Choice(until, category, service, group),
        who=Decider(audit.current_user()),
        reason=reason,
        now=now,
        trail=_trail(settings, detail),
    )
    told = described(settings, made, now)
    if not made.exemption:
        show(as_json, told, f"{_text(told)}\napproved once: another person must approve it too")
        return
    reloaded = tell_server(settings)
    show(as_json, {**asdict(told), "reloaded": reloaded}, f"{_text(told)}\n{server_text(reloaded)}")


@command.command("decline")
@click.argument("request_id", metavar="ID", shell_complete=completing.requests)
@click.option(
    "--reason",
    callback=line,
    required=True,
    metavar="TEXT",
    help="Why; who asked reads it, and the audit keeps it.",
)
@with_settings
@with_json
def decline(request_id: str, reason: str, settings: Settings, as_json: bool) -> None:
    """Decline what a member of staff asked for."""
    now = time.time()
    made = request_decisions.decline(
        settings,
        request_id,
        who=Decider(audit.current_user()),
        reason=reason,
        now=now,
        trail=_trail(settings, {}),
    )
    told = described(settings, made, now)
    show(as_json, told, _text(told))


def _trail(settings: Settings, detail: Mapping[str, Json]) -> Trail:
    return Trail(settings.state_dir / audit.FILE, audit.current_user(), detail=detail)


def _text(told: RequestTold) -> str:
    what = f"{told.site} ({told.service or told.category}) for {told.client} until {told.ends}"
    who = f"{told.name}, {told.department}" if told.department else told.name
    by = f" by {', '.join(told.deciders)}: {told.reason}" if told.deciders else ""
    return printable(f"{told.id}: {told.state}{by}; {what}; {who}: {told.purpose}")
