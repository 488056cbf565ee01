"""`sm-dns groups`: whom the rules are for, and what each of them gets now."""

from __future__ import annotations

import time
from dataclasses import asdict

import click

from sm_dns.admin.policy_document import policy_document
from sm_dns.admin.surroundings import look_around
from sm_dns.cli import completing
from sm_dns.cli.common import Group, show, with_json, with_settings
from sm_dns.cli.texts.exemption_text import exemption_text
from sm_dns.cli.texts.group_text import group_line
from sm_dns.cli.texts.reach_text import reach_lines, reach_of
from sm_dns.policy.exemptions import Exemption
from sm_dns.policy.snapshot import Snapshot, without_names
from sm_dns.policy.status import GroupRow, group_rows
from sm_dns.settings.settings import Settings
from sm_dns.state import switches_store
from sm_dns.util import ip_networks
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message, did_you_mean


@click.group("groups", cls=Group)
def command() -> None:
    """List the groups of clients, and what they get now."""


@command.command("list")
@with_settings
@with_json
def list_(settings: Settings, as_json: bool) -> None:
    """List every group with its mode, its schedule and its networks."""
    now = time.time()
    policy = _policy(settings, now)
    for row in group_rows(policy, now):
        show(as_json, _told(policy, row), _line(policy, row))


@command.command("show")
@click.argument("wanted", metavar="GROUP...", nargs=-1, required=True, shell_complete=completing.groups)
@with_settings
@with_json
def show_(wanted: tuple[str, ...], settings: Settings, as_json: bool) -> None:
    """Show groups: their networks, what they get now, why and until when, and their exemptions."""
    now = time.time()
    policy = _policy(settings, now)
    rows = {row.group: row for row in group_rows(policy, now)}
    reach = reach_of(settings)
    for name in wanted:
        if name not in rows:
            said = Message("there is no group {name!r}; there are: {known}", name=name, known=", ".join(rows))
            raise BadInput(did_you_mean(said, name, rows))
        exemptions = [f"  {exemption_text(settings, one)}" for one in _exemptions(policy, name)]
        reached = reach_lines(policy.clients.groups[name].identities, reach)
        lines = [_line(policy, rows[name]), f"  {group_line(rows[name])}", *reached, *exemptions]
        show(as_json, _told(policy, rows[name]), "\n".join(lines))


def _policy(settings: Settings, now: float) -> Snapshot:
    """The policy that the files make, under the switches, which the lists have no part in. Raises `BadInput`."""
    policy = without_names(policy_document(settings, look_around(settings), now).numbered(0))
    return policy.switched(switches_store.load(settings.state_dir))


def _exemptions(policy: Snapshot, name: str) -> list[Exemption]:
    """Those for a group, and for networks within it."""
    own = [ip_networks.network(text) for text in policy.clients.groups[name].networks]
    return [
        one
        for one in policy.clients.exemptions
        if one.group == name
        or (one.group is None and one.network is not None and _is_within(one.network, own))
    ]


def _is_within(network: str, own: list[ip_networks.Network]) -> bool:
    return any(ip_networks.covers(outer, ip_networks.network(network)) for outer in own)


def _told(policy: Snapshot, row: GroupRow) -> dict[str, object]:
    group = policy.clients.groups[row.group]
    return {
        **asdict(row),
        "mode": group.mode,
        "networks": list(group.networks),
        "identities": list(group.identities),
    }


def _line(policy: Snapshot, row: GroupRow) -> str:
    group = policy.clients.groups[row.group]
    clients = " ".join((*group.networks, *group.identities)) or "private addresses in no other group"
    return f"{row.group}: {group.mode}, schedule {row.schedule}: {clients}"
