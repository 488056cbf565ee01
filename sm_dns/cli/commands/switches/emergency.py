"""`sm-dns emergency`: the whole policy is set aside, also while the configuration cannot be used."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path

import click

from sm_dns.admin import switch_changes
from sm_dns.cli.common import Group, line, show, with_config, with_json
from sm_dns.cli.state_in_spite import state_dir_of, trail_in
from sm_dns.cli.terminal import printable
from sm_dns.cli.texts.switch_text import ended_text, held
from sm_dns.policy.clients.switches import EMERGENCY
from sm_dns.state import audit, switches_store
from sm_dns.util.durations import format_duration


@click.group("emergency", cls=Group)
def command() -> None:
    """Set the whole policy aside for an hour, and take that back. Needs no configuration that works."""


@command.command("open")
@click.argument("length", default="", required=False)
@click.option(
    "--reason", callback=line, required=True, metavar="TEXT", help="Why; the audit and the status tell it."
)
@click.option("--by", metavar="WHO", callback=line, help="Who decided it [default: the user]")
@with_config
@with_json
def open_(length: str, reason: str, by: str | None, config: Path, as_json: bool) -> None:
    """Deny nothing to anybody for a LENGTH [default: 1h], 8 hours at most."""
    state_dir = state_dir_of(config)
    who = by or audit.current_user()
    stored = switch_changes.emergency(
        state_dir, time.time(), length=length, reason=reason, by=who, trail=trail_in(state_dir, by)
    )
    said = held(state_dir)
    lasts = format_duration(stored.expires - stored.starts)
    why = printable(f"{who}: {reason}")
    text = f"{stored.id}: EMERGENCY: nothing is denied to anybody for {lasts}; {why}\n{said}"
    show(as_json, {**asdict(stored), "held": said}, text)


@command.command("close")
@click.option("--reason", callback=line, default="", metavar="TEXT", help="Why; kept in the audit.")
@click.option("--by", metavar="WHO", callback=line, help="Who decided it [default: the user]")
@with_config
@with_json
def close(reason: str, by: str | None, config: Path, as_json: bool) -> None:
    """Keep the policy again from now on."""
    state_dir = state_dir_of(config)
    ids = [one.id for one in switches_store.load(state_dir) if one.turn == EMERGENCY]
    if not ids:
        show(as_json, {"ended": []}, "No emergency is in force.")
        return
    ended = switch_changes.resume(state_dir, ids, time.time(), why=reason, trail=trail_in(state_dir, by))
    said = held(state_dir)
    show(as_json, {"ended": [asdict(one) for one in ended], "held": said}, f"{ended_text(ended)}\n{said}")
