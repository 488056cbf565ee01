"""`sm-dns resume`: what was paused, opened or closed for a while ends now."""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path

import click

from sm_dns.admin import switch_changes
from sm_dns.cli import completing
from sm_dns.cli.common import show, with_config, with_json, with_reason
from sm_dns.cli.state_in_spite import state_dir_of, trail_in
from sm_dns.cli.texts.switch_text import ended_text, held


@click.command("resume")
@click.argument("ids", metavar="[ID]...", nargs=-1, shell_complete=completing.switches)
@with_reason
@with_config
@with_json
def command(ids: tuple[str, ...], reason: str, by: str | None, config: Path, as_json: bool) -> None:
    """End switches now: those named, or all that are in force. `status` shows them with their ids."""
    state_dir = state_dir_of(config)
    ended = switch_changes.resume(state_dir, ids, time.time(), why=reason, trail=trail_in(state_dir, by))
    said = held(state_dir)
    data = {"ended": [asdict(one) for one in ended], "held": said}
    show(as_json, data, f"{ended_text(ended)}\n{said}" if ended else ended_text(ended))
