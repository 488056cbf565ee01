"""`sm-dns fleet status`: how all servers of the fleet stand."""

from __future__ import annotations

from collections.abc import Iterator

import click

from sm_dns.cli.common import show, with_json, with_settings
from sm_dns.ipc import client
from sm_dns.ipc.fleet import FleetStatus, MemberState
from sm_dns.ipc.requests import TellStatus
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput


@click.command("status")
@with_settings
@with_json
def command(settings: Settings, as_json: bool) -> None:
    """Show who leads, and of each server its generation, how late its last edge was, and its health."""
    found = client.ask(settings.state_dir, TellStatus())
    if found is None:
        raise BadInput("no server is running")
    if found.fleet is None and settings.fleet.role is not None:
        raise BadInput("how the fleet stands is not known: sm-dns status says why", file=settings.file)
    if found.fleet is None:
        raise BadInput("this server is in no fleet: the configuration has no fleet.role", file=settings.file)
    show(as_json, found.fleet, "\n".join(_lines(found.fleet)))


def _lines(fleet: FleetStatus) -> Iterator[str]:
    if fleet.leader:
        yield (
            f"{fleet.name}, {fleet.role}: generation {fleet.generation} of epoch {fleet.epoch}, "
            f"made {fleet.at or 'never'}; {fleet.leader} leads"
        )
    for each in fleet.members:
        yield f"  {each.name}: {_said(each)}"
    for deed in fleet.meanwhile:
        yield f"  changed here alone, {deed.at} by {deed.who}: {deed.action} {deed.target} ({deed.why})"
    for one in fleet.findings:
        yield f"{one.level}: {one.text}"


def _said(each: MemberState) -> str:
    if each.seen is None:
        return "was not heard yet"
    lag = "no edge yet" if each.lag_ms is None else f"last edge {each.lag_ms} ms late"
    in_force = "in force" if each.is_in_force else f"NOT in force ({each.problem})"
    health = "healthy" if each.is_healthy else "NOT healthy"
    where = "" if each.is_reachable else f"NOT reachable since {each.seen}, then "
    return (
        f"{where}{each.role}, generation {each.epoch}.{each.generation} {in_force}, {lag}, "
        f"{each.queries} queries, {health}"
    )
