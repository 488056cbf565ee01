"""`sm-dns serve`: run the resolver."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import Any

import click

from sm_dns.control.clock import Clock
from sm_dns.control.config_path import found_config
from sm_dns.control.policy_state import group_rows, schedule_states
from sm_dns.control.supervisor import Supervisor, serve
from sm_dns.errors import BadInput
from sm_dns.log_lines import log_to_stderr
from sm_dns.query_path import why_not_compiled

NO_UPSTREAM = "no upstream (this machine names no server to ask: write one into `upstreams`)"
STAFF_PORTS = (53, 853, 443, 80)  # plain, DoT, DoH, pages


@click.command("serve")
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="Configuration file.")
@click.option("--at", metavar="ISO8601", help="Rehearse: start the clock there, and run it at real speed.")
@click.option("--hints", is_flag=True, help="Say what is open now and what to try.")
def command(config: Path | None, at: str | None, hints: bool) -> None:
    """Answer queries until stopped. Prints one line `ready` with the addresses when it does."""
    log_to_stderr()
    file = (config or found_config()).absolute()
    clock = Clock() if at is None else _rehearsal(file, at)
    asyncio.run(serve(file, clock, partial(_announce, hints)))


def _rehearsal(config: Path, at: str) -> Clock:
    """A clock that shows `at` now, in the zone of the default schedule. Refuses to stand in for the real service."""
    from sm_dns.control.settings import load_settings  # only a rehearsal needs it in this process
    from sm_dns.policy import instants
    from sm_dns.policy.schedule import Schedule

    settings = load_settings(config)
    if any(endpoint.port in STAFF_PORTS for endpoint in (*settings.listeners, *settings.portal.places)):
        raise BadInput(
            "a rehearsal does not answer on port 53, 80, 443 or 853: staff would get answers of another time"
        )
    zone = Schedule.from_json(settings.schedules[settings.default_schedule]).zone
    return Clock.starting_at(instants.parse(at, zone))


def _announce(hints: bool, supervisor: Supervisor) -> None:
    if supervisor.clock.rehearsal:
        at = _states(supervisor)[0]["at"]
        click.echo(
            f"REHEARSAL: this server's clock started at {at}. Its answers are not those of now.", err=True
        )
    lines = [f"ready {' '.join(supervisor.listening)}", *(_hints(supervisor) if hints else ())]
    click.echo("\n".join(lines))  # in one piece: who waits for `ready` may read the rest at once


def _states(supervisor: Supervisor) -> list[dict[str, Any]]:
    return schedule_states(supervisor.generations.current.snapshot, supervisor.clock.now())


def _hints(supervisor: Supervisor) -> list[str]:
    """What a first-time user sees: what holds now, and what to type."""
    host, _, port = supervisor.listening[0].rpartition(":")
    ask = f"dig @{host.strip('[]')} -p {port}"
    states = _states(supervisor)
    at, start = ("", "")
    if supervisor.clock.rehearsal:  # the commands read the files and know nothing of the server's clock
        at, start = f" --at {states[0]['at']}", f" --from {states[0]['at']}"
    policy, now = supervisor.generations.current.snapshot, supervisor.clock.now()
    lines = [
        f"  social media ({one['group']}): {one['state'].upper()} now, {states[0]['at']}, {one['reason']}"
        + (f"; changes at {one['until']}" if one["until"] else "")
        for one in group_rows(policy, now)
    ]
    rest = "resolved as usual" if supervisor.generations.current.upstreams() else NO_UPSTREAM
    not_compiled = why_not_compiled()
    return [
        *lines,
        f"  streaming: DENIED at all times     everything else: {rest}",
        *([f"  pure Python, which is slower: {not_compiled}"] if not_compiled else ()),
        f"  try:  {ask} www.facebook.com      {ask} www.netflix.com HTTPS",
        f"        .venv/bin/sm-dns explain www.facebook.com{at}      .venv/bin/sm-dns timetable --days 7{start}",
        "  stop: Ctrl-C",
    ]
