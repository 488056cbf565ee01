"""`sm-dns explain`: what would be answered to whom, why, and until when."""

from __future__ import annotations

import ipaddress
import time
from typing import Any

import click

from sm_dns.cli.common import show, with_json, with_settings
from sm_dns.control.assemble import assemble, temporary_snapshot
from sm_dns.control.domain_names import to_ascii
from sm_dns.control.durations import format_duration
from sm_dns.control.settings import Settings
from sm_dns.dns import names
from sm_dns.errors import BadInput
from sm_dns.policy import instants
from sm_dns.policy.explain import explain
from sm_dns.policy.snapshot import Snapshot
from sm_dns.resolve.stages.discovery import QUESTION

_DISCOVERY_TYPES = ("SVCB", "TYPE64")


@click.command("explain")
@click.argument("asked", metavar="NAME...", nargs=-1, required=True)
@click.option("--type", "qtype", default="A", show_default=True, help="Query type, such as AAAA or HTTPS.")
@click.option("--client", default="127.0.0.1", show_default=True, metavar="IP", help="Who asks.")
@click.option("--at", metavar="LOCAL-ISO", help="When, in the schedule's zone [default: now]")
@with_settings
@with_json
def command(
    asked: tuple[str, ...], qtype: str, client: str, at: str | None, settings: Settings, as_json: bool
) -> None:
    """Say what a client would get for each NAME, why, and until when."""
    if not (qtype.isascii() and qtype.isalnum()):
        raise BadInput(f"{qtype!r} is not a query type")
    wanted = [_name(text) for text in asked]
    _check_client(client)
    now = time.time()
    with temporary_snapshot(assemble(settings, now)) as snapshot:
        if at is not None:
            now = instants.parse(at, _zone(snapshot, client))
        for name in wanted:
            found = explain(snapshot, client, name, qtype.upper(), now)
            if (
                name == QUESTION
                and qtype.upper() in _DISCOVERY_TYPES
                and found["reason_code"] != "NOT_SERVED"
            ):
                found |= _discovery(settings)
            show(as_json, found, _text(found))


def _name(text: str) -> bytes:
    try:
        return names.from_text(to_ascii(text))
    except names.BadName as error:
        raise BadInput(f"{text!r} is not a domain name: {error}") from error


def _check_client(text: str) -> None:
    try:
        ipaddress.ip_address(text)
    except ValueError as error:
        raise BadInput(f"--client: {text!r} is not an IP address") from error


def _zone(snapshot: Snapshot, client: str) -> Any:
    found = snapshot.clients.classify(client)
    group = snapshot.clients.default if found is None else found.group
    return snapshot.schedules[group.schedule].zone


def _discovery(settings: Settings) -> dict[str, Any]:
    """What is told instead to a client that asks for encryption, where this server offers some (RFC 9462)."""
    tls = settings.tls
    offered = [f"DoH on {place}" for place in tls.doh] + [f"DoT on {place}" for place in tls.dot]
    if tls.name is None or not offered:
        return {}
    return {
        "decision": "permit",
        "category": None,
        "service": None,
        "list": None,
        "reason_code": "DISCOVERY",
        "reason": f"This server's own encryption, as {tls.name}: {', '.join(offered)}.",
        "next_transition": None,
        "seconds_to_transition": None,
        "ttl_cap": None,
        "ede": [],
        "ede_text": "",
        "would_deny": False,
    }


def _text(found: dict[str, Any]) -> str:
    group = f"group {found['group']}, {found['mode']}" if found["group"] else "no group"
    lines = [
        f"{found['name']} {found['type']} for {found['client']} ({group}) at {found['at']}",
        f"  {found['decision']}: {found['reason']} [{found['reason_code']}]",
    ]
    if found["list"]:
        lines.append(f"  listed as {found['category']}, {found['service']}: {found['list']}")
    if found["next_transition"]:
        rest = format_duration(found["seconds_to_transition"])
        lines.append(f"  until {found['next_transition']} (in {rest})")
    if found["ttl_cap"] is not None:
        lines.append(f"  answers live at most {found['ttl_cap']} s")
    if found["ede_text"]:
        lines.append(f"  the client is told: {found['ede_text']}")
    return "\n".join(lines)
