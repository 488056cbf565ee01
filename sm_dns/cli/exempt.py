"""`sm-dns exempt`: approved exceptions, each with an end."""

from __future__ import annotations

import math
import time
from dataclasses import asdict
from typing import Any

import click

from sm_dns.cli.common import record, server_text, show, tell_server, with_json, with_settings
from sm_dns.control import exemptions_store
from sm_dns.control.assemble import services
from sm_dns.control.calendar_files import merged_schedules
from sm_dns.control.durations import parse_duration
from sm_dns.control.endpoint import parse_network
from sm_dns.control.settings import Settings, check_schedule
from sm_dns.errors import BadInput
from sm_dns.policy import instants
from sm_dns.policy.exemptions import Exemption
from sm_dns.policy.groups import DEFAULT


@click.group("exempt")
def command() -> None:
    """Grant, list and revoke exemptions."""


@command.command("add")
@click.option("--group", help="For the clients of a group.")
@click.option("--network", metavar="CIDR", help="For the clients of a network.")
@click.option("--category", help="What they may reach: a category where it decides over the name.")
@click.option("--service", help="What they may reach: one service.")
@click.option("--for", "length", metavar="LENGTH", help="For how long from now: 30m, 8h, 7d.")
@click.option("--until", metavar="LOCAL-ISO", help="Until when, in the schedule's zone.")
@click.option("--approver", required=True, metavar="WHO", help="Who approved it.")
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@with_settings
@with_json
def add(
    group: str | None,
    network: str | None,
    category: str | None,
    service: str | None,
    length: str | None,
    until: str | None,
    approver: str,
    reason: str,
    settings: Settings,
    as_json: bool,
) -> None:
    """Let a group or network reach a category or service, with an approver, a reason and an end."""
    now = math.floor(time.time())
    network = _network(network)
    expires = _end(settings, now, length, until, group)
    wanted = Exemption("new", group, network, category, service, approver, reason, now, expires)
    _check_known(settings, wanted)
    stored = exemptions_store.add(settings.state_dir, wanted)
    record(settings, "exempt add", stored.id, by=None, why=reason, detail=asdict(stored))
    reloaded = tell_server(settings)
    text = f"{_text(settings, stored)}\n{server_text(reloaded)}"
    show(as_json, {**_described(settings, stored, now), "reloaded": reloaded}, text)


@command.command("list")
@with_settings
@with_json
def list_(settings: Settings, as_json: bool) -> None:
    """List the exemptions that have not ended."""
    now = time.time()
    for one in exemptions_store.load(settings.state_dir):
        if now < one.expires:
            show(as_json, _described(settings, one, now), _text(settings, one))


@command.command("revoke")
@click.argument("exemption_id", metavar="ID")
@click.option("--reason", default="", metavar="TEXT", help="Why; kept in the audit.")
@with_settings
@with_json
def revoke(exemption_id: str, reason: str, settings: Settings, as_json: bool) -> None:
    """End an exemption now."""
    taken = exemptions_store.revoke(settings.state_dir, exemption_id)
    record(settings, "exempt revoke", taken.id, by=None, why=reason, detail=asdict(taken))
    reloaded = tell_server(settings)
    data = {**_described(settings, taken, time.time()), "revoked": True, "reloaded": reloaded}
    show(as_json, data, f"{taken.id}: revoked\n{server_text(reloaded)}")


def _network(text: str | None) -> str | None:
    try:
        return text and parse_network(text)
    except ValueError as error:
        raise BadInput(f"--network: {error}") from error


def _end(settings: Settings, now: int, length: str | None, until: str | None, group: str | None) -> int:
    if (length is None) is (until is None):
        raise BadInput("an exemption has an end: give --for LENGTH or --until LOCAL-ISO")
    if length is not None:
        try:
            return now + parse_duration(length)
        except ValueError as error:
            raise BadInput(f"--for: {error}") from error
    expires = instants.parse(until or "", _zone(settings, group))
    if expires <= now:
        raise BadInput(f"--until: {until} has passed")
    return expires


def _zone(settings: Settings, group: str | None) -> Any:
    names = {one.name: settings.schedule_of(one) for one in settings.groups}
    name = names.get(group or "", settings.default_schedule)
    return check_schedule(settings, name, merged_schedules(settings)[name]).zone


def _check_known(settings: Settings, wanted: Exemption) -> None:
    groups = {one.name for one in settings.groups} | {DEFAULT}
    categories = {one.name for one in settings.all_categories}
    for word, value, known in (("group", wanted.group, groups), ("category", wanted.category, categories)):
        if value is not None and value not in known:
            raise BadInput(f"there is no {word} {value!r}; there are: {', '.join(sorted(known))}")
    if wanted.service is not None and wanted.service not in {one.id for one in services(settings)}:
        raise BadInput(f"there is no service {wanted.service!r}; `sm-dns services list` shows them")


def _described(settings: Settings, one: Exemption, now: float) -> dict[str, Any]:
    zone = _zone(settings, one.group)
    return {
        **asdict(one),
        "starts": instants.iso_local(one.starts, zone),
        "expires": instants.iso_local(one.expires, zone),
        "seconds_left": max(0, int(one.expires - now)),
    }


def _text(settings: Settings, one: Exemption) -> str:
    who = " in ".join(part for part in (one.group and f"group {one.group}", one.network) if part)
    what = " as ".join(part for part in (one.service, one.category) if part)
    end = instants.iso_local(one.expires, _zone(settings, one.group))
    return f"{one.id}: {who} may reach {what} until {end}; approved by {one.approver}: {one.reason}"
