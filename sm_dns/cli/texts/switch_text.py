"""Switches as commands say them, and what is common to the commands that turn them."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click

from sm_dns.admin import switch_changes
from sm_dns.admin.exemption_changes import zone_of
from sm_dns.admin.switch_changes import Wanted, whom_in_words
from sm_dns.cli import completing
from sm_dns.cli.common import line, show, trail_of
from sm_dns.cli.terminal import printable
from sm_dns.ipc import client
from sm_dns.ipc.requests import HeedSwitches
from sm_dns.policy.clients.switches import CLOSE, EMERGENCY, OPEN, PAUSE, Switch
from sm_dns.settings.settings import Settings
from sm_dns.state import audit
from sm_dns.util import walltime
from sm_dns.util.errors import BadInput

F = TypeVar("F", bound=Callable[..., Any])

_DOES = {
    PAUSE: "nothing is denied",
    EMERGENCY: "EMERGENCY: nothing is denied",
    OPEN: "{what} is open",
    CLOSE: "{what} is closed",
}


def with_switch_options(command: F) -> F:
    """Add what every switch takes: `--until`, `--who`, `--reason`, `--by`."""
    for option in (
        click.option("--by", metavar="WHO", callback=line, help="Who decided it [default: the user]"),
        click.option(
            "--reason",
            callback=line,
            required=True,
            metavar="TEXT",
            help="Why; the audit and the status tell it.",
        ),
        click.option(
            "--who",
            multiple=True,
            metavar="WHO",
            shell_complete=completing.groups,
            help="For whom: a group, a network, a hardware address, host:…, staff:…, department:…; may be given"
            " several times [default: everybody]",
        ),
        click.option(
            "--until",
            default="",
            metavar="WHEN",
            help="Until when: 18:00, or up to 31 days away with the day.",
        ),
    ):
        command = option(command)
    return command


def switch_text(switch: Switch, zone: ZoneInfo) -> str:
    """One line: what holds for whom until when, who turned it and why."""
    what = _DOES[switch.turn].format(what=switch.category or switch.service)
    until = walltime.iso_local(switch.expires, zone)
    why = printable(f"{switch.by}: {switch.reason}")
    return f"{switch.id}: {what} for {whom_in_words(switch.who)} until {until}; {why}"


def turn(settings: Settings, wanted: Wanted, by: str | None, as_json: bool) -> None:
    """Turn a switch, have the running server go by it, and say so."""
    trail = trail_of(settings, by)
    stored = switch_changes.turn(settings, wanted, time.time(), by=by or audit.current_user(), trail=trail)
    said = held(settings.state_dir)
    show(as_json, {**asdict(stored), "held": said}, f"{switch_text(stored, zone_of(settings, None))}\n{said}")


def held(state_dir: Path) -> str:
    """Have the running server go by the file of switches; what came of it, in a line. Raises `BadInput`."""
    try:
        answer = client.ask(state_dir, HeedSwitches())
    except client.Refused as error:
        raise BadInput("written, but the server does not go by it: {reason}", reason=error) from error
    if answer is None:
        return "No server is running; it holds from the next start."
    return f"In force on {answer.workers} of {answer.of} workers."


def ended_text(ended: Sequence[Switch]) -> str:
    """What was ended."""
    names = ", ".join(f"{one.turn} {one.category or one.service or ''}".strip() for one in ended)
    return f"ended: {names}" if ended else "No switch is in force."
