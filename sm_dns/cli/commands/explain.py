"""`sm-dns explain`: what would be answered to whom, why, and until when."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import click

from sm_dns.builder.process import temporary_explainer
from sm_dns.builder.zone_text import asked_name
from sm_dns.cli.common import show, with_json, with_settings
from sm_dns.cli.terminal import printable
from sm_dns.diagnose.explainer import Explanation
from sm_dns.diagnose.known_as import known_as, who_asks
from sm_dns.diagnose.look_up import looking_up
from sm_dns.diagnose.past import Question, explain_past, explain_today
from sm_dns.dns.names import BadName
from sm_dns.history.shelf import Shelf
from sm_dns.ipc import client as server
from sm_dns.ipc.requests import Identities, TellIdentities, TellStatus
from sm_dns.policy.explain import WhoAsks
from sm_dns.policy.snapshot import Snapshot
from sm_dns.settings.settings import Settings
from sm_dns.util import walltime
from sm_dns.util.durations import format_duration
from sm_dns.util.errors import BadInput


@click.command("explain")
@click.argument("asked", metavar="NAME...", nargs=-1, required=True)
@click.option("--type", "qtype", default="A", show_default=True, help="Query type, such as AAAA or HTTPS.")
@click.option("--client", default="127.0.0.1", show_default=True, metavar="IP", help="Who asks.")
@click.option(
    "--at",
    metavar="WHEN",
    help="When, local: 10:12 of today, 'yesterday 10:12', 2026-11-28, 2026-11-28T10:12; what is past is answered by"
    " the policy of that time [default: now]",
)
@click.option(
    "--resolve",
    is_flag=True,
    help="Have the running server look up what the name points to, and judge that too.",
)
@with_settings
@with_json
def command(
    asked: tuple[str, ...],
    qtype: str,
    client: str,
    at: str | None,
    resolve: bool,
    settings: Settings,
    as_json: bool,
) -> None:
    """Say what a client would get for each NAME, why, and until when. A NAME may be the address of a page; odd octets
    of a name are written as in zone files: `sp\\032ace.example`."""
    wanted = [_name(text) for text in asked]
    _check_client(client)
    now = time.time()
    look_up = looking_up(partial(server.ask, settings.state_dir)) if resolve else None
    ask = partial(_ask, settings)
    who = who_asks(ask, client)
    with temporary_explainer(settings, now) as explainer:
        zone = _zone(explainer.snapshot, who)
        when = now if at is None else walltime.since(at, zone, now)
        for name in wanted:
            question = Question(who, name, qtype.upper(), when, look_up)
            if when < now:
                shelf, in_force = Shelf(settings.state_dir), _in_force(settings)
                found = explain_past(explainer, shelf, in_force, question, zone, known_as(ask, client))
            else:
                found = explain_today(explainer, question)
            show(as_json, found, _text(found))


def _in_force(settings: Settings) -> str | None:
    """The version by which the running service answers; None where none tells."""
    try:
        status = server.ask(settings.state_dir, TellStatus(), server.TIMEOUT)
    except BadInput:
        return None
    return None if status is None or status.rehearsal else status.version


_WOULD = {
    "allow": "allow it",
    "deny": "deny it",
    "schedule": "go by the hours",
    "permit": "permit it",
}


def _name(text: str) -> bytes:
    try:
        return asked_name(text)
    except BadName as error:
        raise BadInput("{text!r} is not a domain name: {reason}", text=text, reason=error) from error


def _check_client(text: str) -> None:
    try:
        ipaddress.ip_address(text)
    except ValueError as error:
        raise BadInput("--client: {text!r} is not an IP address", text=text) from error


def _ask(settings: Settings, request: TellIdentities) -> Identities | None:
    """What a client is known as, where a server runs that can tell."""
    try:
        return server.ask(settings.state_dir, request)
    except BadInput:
        return None


def _zone(snapshot: Snapshot, who: WhoAsks) -> Any:
    found = snapshot.clients.classify(*who)
    group = snapshot.clients.default if found is None else found.group
    return snapshot.schedules[group.schedule].zone


def _by(found: Explanation) -> Iterator[str]:
    """Which policy says so, of a time that is past."""
    if found.not_kept is not None:
        yield f"  NOT by the policy of that time: {found.not_kept}. Today's policy would say:"
    if found.by is not None:
        until = f"to {found.by.until}" if found.by.until else "on"
        yield f"  by version {found.by.id} of the policy, in force from {found.by.since} {until}"
    if found.who_not_kept:
        yield "  that policy asks who a client is: who had the address then is not kept, who has it now stands in"


def _text(found: Explanation) -> str:
    group = f"group {found.group}, {found.mode}" if found.group else "no group"
    lines = [
        f"{found.name} {found.type} for {found.client} ({group}) at {found.at}",
        *_by(found),
        f"  {found.decision}: {found.reason} [{found.reason_code}]",
    ]
    if found.target:
        lines.append(f"  because it points to {found.target}")
    if found.list:
        where = f"{found.list}:{found.line}" if found.line else found.list
        lines.append(f"  listed as {found.category}, {found.service}: {found.listed} in {where}")
    if found.ruled:
        lines.append(
            f"  by a rule for {found.service}, above the category (`sm-dns services show {found.service}`)"
        )
    if found.known_as:
        lines.append(f"  the client is known as {', '.join(found.known_as)}")
    if found.switch is not None:
        turned = found.switch
        why = printable(f"{turned.by}: {turned.reason}")
        lines.append(f"  by switch {turned.id} until {turned.expires}, {turned.turn} by {why}")
    if found.exemption is not None:
        used = found.exemption
        hours = f" {used.hours}" if used.hours else ""
        why = printable(f"{used.approver}: {used.reason}")
        lines.append(f"  by exemption {used.id}{hours} until {used.expires}, approved by {why}")
    lines += [
        f"  before {each.category}, {each.service} in {each.list}:{each.line}, which would {_WOULD[each.action]}"
        for each in found.beaten
    ]
    if found.today is not None:
        lines.append(
            f"  today's policy would say: {found.today.decision}: {found.today.reason} [{found.today.reason_code}]"
        )
    if found.next_transition and found.seconds_to_transition is not None:
        rest = format_duration(found.seconds_to_transition)
        lines.append(f"  until {found.next_transition} (in {rest})")
    if found.ttl_cap is not None:
        lines.append(f"  answers live at most {found.ttl_cap} s")
    if found.ede_text:
        lines.append(f"  the client is told: {found.ede_text}")
    lines += [f"  the upstream says: {each}" for each in found.validation]
    if found.rcode is None:
        lines.append("  asked of upstreams; what it points to is judged then (--resolve has that looked up)")
    else:
        lines.append(f"  answered by the stage {found.stage}: {found.rcode}")
        lines += [f"    {record}" for record in found.answers]
    return "\n".join(lines)
