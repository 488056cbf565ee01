"""`sm-dns feeds status`: which zones are handed out, and how far each secondary is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

import click

from sm_dns.cli.common import show, with_json, with_settings
from sm_dns.feeds.serving import FRESH_SECONDS, folder_of
from sm_dns.feeds.status_file import FeedsStatus, TakerStatus, read_status
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput

STALE_SECONDS = 2 * FRESH_SECONDS  # after that the process is taken not to run


@click.command("status")
@click.option("--rehearsal", is_flag=True, help="Of a server that was started with --at.")
@with_settings
@with_json
def status(rehearsal: bool, settings: Settings, as_json: bool) -> None:
    """Say which zones are handed out, and how far each secondary is."""
    found = read_status(folder_of(settings.state_dir, is_rehearsal=rehearsal))
    if found is None:
        raise BadInput(
            "nothing was handed out yet: is there feeds.listen in the configuration, and does it run?"
        )
    age = time.time() - datetime.fromisoformat(found.at).timestamp()
    if age > STALE_SECONDS:
        raise BadInput("the feeds do not run: what is known is of {at}", at=found.at)
    show(as_json, found, "\n".join(_lines(found)))


def _lines(found: FeedsStatus) -> Iterator[str]:
    yield f"the gate is {'open to everybody' if found.is_open else 'closed, or open to some'}"
    for zone in found.zones:
        ready = "" if zone.is_ready else ", not ready: the lists are being built"
        yield f"{zone.zone}  serial {zone.serial}, {zone.rules} rules for clients and checks{ready}"
    serials = {zone.zone.partition(".")[0]: zone.serial for zone in found.zones}
    for one in sorted(found.takers, key=lambda each: (each.address, each.port, each.zone)):
        yield f"{one.address}:{one.port}  {_progress(one, serials.get(one.zone, 0))}"
    if found.stricter:
        yield f"{found.stricter} rules are stricter than the policy: of names below others that are always denied"
    if found.refused:
        yield f"refused: {found.refused} (strangers, or more than an address may ask)"


def _progress(one: TakerStatus, serial: int) -> str:
    if one.serial == serial:
        return f"{one.zone}: has it, {one.lag_ms} ms after the change"
    if one.asked:
        return f"{one.zone}: behind at {one.serial or 'nothing'}, asked last at {one.asked}"
    return f"{one.zone}: has never asked; was told at {one.notified or 'no time'}"
