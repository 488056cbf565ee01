"""`sm-dns exempt`: approved exceptions, each with an end."""

from __future__ import annotations

import time
from dataclasses import asdict

import click

from sm_dns.admin import exemption_changes
from sm_dns.admin.exemption_changes import described
from sm_dns.cli import completing
from sm_dns.cli.common import (
    Group,
    line,
    once,
    server_text,
    show,
    tell_server,
    trail_of,
    with_json,
    with_settings,
)
from sm_dns.cli.texts.exemption_text import exemption_text, standing_text
from sm_dns.cli.texts.reach_text import reach_lines, reach_of
from sm_dns.policy.exemptions import Exemption
from sm_dns.settings.settings import Settings
from sm_dns.state import exemptions_store


@click.group("exempt", cls=Group)
def command() -> None:
    """Grant, list and revoke exemptions."""


@command.command("add")
@click.option(
    "--group",
    multiple=True,
    callback=once,
    help="For the clients of a group.",
    shell_complete=completing.groups,
)
@click.option("--network", multiple=True, callback=once, metavar="CIDR", help="For the clients of a network.")
@click.option(
    "--who",
    multiple=True,
    callback=once,
    help="For whom: a group, a network, a hardware address, host:NAME, staff:KEY, department:NAME, own-links.",
    shell_complete=completing.groups,
)
@click.option(
    "--category",
    multiple=True,
    callback=once,
    help="What they may reach: a category where it decides over the name.",
    shell_complete=completing.categories,
)
@click.option(
    "--service",
    multiple=True,
    callback=once,
    help="What they may reach: one service.",
    shell_complete=completing.services,
)
@click.option("--for", "length", metavar="LENGTH", help="For how long from now: 30m, 8h, 7d.")
@click.option(
    "--until", metavar="WHEN", help="Until when: 18:00, 2026-11-28 (that day too), 2026-11-28T12:00."
)
@click.option("--days", metavar="DAYS", help="On these days of the week only: MON-FRI, TUE, MON,WED-THU.")
@click.option(
    "--between",
    metavar="TIMES",
    help="Between these times only: 09:00-11:00; 22:00-02:00 ends the day after.",
)
@click.option("--approver", callback=line, required=True, metavar="WHO", help="Who approved it.")
@click.option("--reason", callback=line, required=True, metavar="TEXT", help="Why.")
@with_settings
@with_json
def add(
    group: str | None,
    network: str | None,
    who: str | None,
    category: str | None,
    service: str | None,
    length: str | None,
    until: str | None,
    days: str | None,
    between: str | None,
    approver: str,
    reason: str,
    settings: Settings,
    as_json: bool,
) -> None:
    """Let somebody reach a category or service, with an approver, a reason and an end."""
    now = time.time()
    stored = exemption_changes.grant(
        settings,
        now,
        group=group,
        network=network,
        who=who,
        category=category,
        service=service,
        length=length,
        until=until,
        days=days,
        between=between,
        approver=approver,
        reason=reason,
        trail=trail_of(settings, None),
    )
    reloaded = tell_server(settings)
    text = f"{_text(settings, stored, now)}\n{server_text(reloaded)}"
    show(as_json, {**asdict(described(settings, stored, now)), "reloaded": reloaded}, text)


@command.command("list")
@with_settings
@with_json
def list_(settings: Settings, as_json: bool) -> None:
    """List the exemptions that have not ended."""
    now = time.time()
    granted = [one for one in exemptions_store.load(settings.state_dir) if now < one.expires]
    reach = reach_of(settings) if any(one.who for one in granted) else {}
    for one in granted:
        reached = reach_lines([one.who or ""], reach)
        text = "\n".join((_text(settings, one, now), *reached))
        show(as_json, described(settings, one, now), text)
    if not (granted or as_json):
        click.echo("No exemption is in force or to come.")


def _text(settings: Settings, one: Exemption, now: float) -> str:
    text = exemption_text(settings, one)
    return text if one.hours is None else f"{text}\n{standing_text(settings, one, now)}"


@command.command("revoke")
@click.argument("exemption_id", metavar="ID", shell_complete=completing.exemptions)
@click.option("--reason", callback=line, default="", metavar="TEXT", help="Why; kept in the audit.")
@with_settings
@with_json
def revoke(exemption_id: str, reason: str, settings: Settings, as_json: bool) -> None:
    """End an exemption now."""
    trail = trail_of(settings, None)
    taken = exemption_changes.revoke(settings, exemption_id, why=reason, trail=trail)
    reloaded = tell_server(settings)
    data = {**asdict(described(settings, taken, time.time())), "revoked": True, "reloaded": reloaded}
    show(as_json, data, f"{taken.id}: revoked\n{server_text(reloaded)}")
