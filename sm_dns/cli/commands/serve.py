"""`sm-dns serve`: run the resolver."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from pathlib import Path

import click

from sm_dns.cli.terminal import duration
from sm_dns.cli.texts.group_text import moment, whose
from sm_dns.control.serving import serve
from sm_dns.control.supervisor import Supervisor
from sm_dns.diagnose.explainer import Explanation, explainer_of
from sm_dns.dns import names
from sm_dns.native import why_not_compiled
from sm_dns.policy.explain import WhoAsks
from sm_dns.policy.status import GroupRow, ScheduleState, group_rows, schedule_states
from sm_dns.settings.location import found_config
from sm_dns.util.clock import Clock
from sm_dns.util.errors import BadInput
from sm_dns.util.log_lines import log_to_stderr

NO_UPSTREAM = "no upstream (this machine names no server to ask: write one into `upstreams`)"
DASHBOARD = "it needs the extra `web` (docs/dashboard.md)"
TO_TRY = ("www.facebook.com", "www.netflix.com")
STAFF_PORTS = (53, 853, 443, 80)  # plain, DoT, DoH, pages


@click.command("serve")
@click.option("--config", type=click.Path(path_type=Path, dir_okay=False), help="Configuration file.")
@click.option(
    "--at",
    metavar="WHEN",
    help="Rehearse: start the clock there (10:12 of today, 2026-11-28, 2026-11-28T10:12), and run it at real speed.",
)
@click.option("--hints", is_flag=True, help="Say what is open now and what to try.")
def command(config: Path | None, at: str | None, hints: bool) -> None:
    """Answer queries until stopped. Prints one line `ready` with the addresses when it does."""
    log_to_stderr()
    file = (config or found_config()).absolute()
    clock = Clock() if at is None else _rehearsal(file, at)
    asyncio.run(serve(file, clock, partial(_announce, hints)))


def _rehearsal(config: Path, at: str) -> Clock:
    """A clock that shows `at` now, in the zone of the default schedule. Refuses to stand in for the real service."""
    from sm_dns.policy.schedule import Schedule
    from sm_dns.settings.load import load_settings  # only a rehearsal needs it in this process
    from sm_dns.util import walltime

    settings = load_settings(config)
    if any(endpoint.port in STAFF_PORTS for endpoint in (*settings.listeners, *settings.portal.places)):
        raise BadInput(
            "a rehearsal does not answer on port 53, 80, 443 or 853: staff would get answers of another time"
        )
    zone = Schedule.from_json(settings.schedules[settings.default_schedule]).zone
    return Clock.starting_at(walltime.since(at, zone, time.time()))


def _announce(hints: bool, supervisor: Supervisor) -> None:
    if supervisor.clock.rehearsal:
        at = _states(supervisor)[0].at
        click.echo(
            f"REHEARSAL: this server's clock started at {at}. Its answers are not those of now.", err=True
        )
    lines = [f"ready {' '.join(supervisor.listening)}", *(_hints(supervisor) if hints else ())]
    click.echo("\n".join(lines))  # in one piece: who waits for `ready` may read the rest at once


def _states(supervisor: Supervisor) -> list[ScheduleState]:
    return schedule_states(supervisor.generations.current.snapshot, supervisor.clock.now())


def _hints(supervisor: Supervisor) -> list[str]:
    """What a first-time user sees: what holds now, and what to type."""
    current, now = supervisor.generations.current, supervisor.clock.now()
    at, start = "", ""
    here = _states(supervisor)[0].at
    if supervisor.clock.rehearsal:  # the commands read the files and know nothing of the server's clock
        at, start = f" --at {here}", f" --from {here}"
    rest = "resolved as usual" if current.upstreams() else NO_UPSTREAM
    not_compiled = why_not_compiled()
    return [
        *(_held(row, here) for row in group_rows(current.snapshot, now)),
        f"  streaming: DENIED at all times     everything else: {rest}",
        *([f"  pure Python, which is slower: {not_compiled}"] if not_compiled else ()),
        *([] if current.service.web.is_on else [f"  dashboard: off; {DASHBOARD}"]),
        *_tries(current.directory, now, supervisor.listening[0]),
        f"        .venv/bin/sm-dns explain www.facebook.com{at}      .venv/bin/sm-dns timetable --days 7{start}",
        "  stop: Ctrl-C",
    ]


def _held(row: GroupRow, here: str) -> str:
    """What the clients of a group get."""
    state = f"{row.state.upper()} now, {here}, {row.reason}"
    changes = f"; changes at {moment(row)}" if row.until else ""
    return f"  social media for {whose(row)}: {state}{changes}"


def _tries(generation: Path, now: float, listening: str) -> list[str]:
    """Questions to ask, with what is answered to them at this moment: those that are denied come first."""
    host, _, port = listening.rpartition(":")
    host = host.strip("[]")
    explainer = explainer_of(generation)
    found = [explainer.explain(WhoAsks(host), names.from_text(name), "A", now) for name in TO_TRY]
    explainer.snapshot.names.close()
    found.sort(key=lambda each: bool(each.decision != "deny"))
    ask = f"dig @{host} -p {port}"
    return [
        f"{'  try:' if not number else '':8}{ask} {each.name:<20} # {_answered(each)}"
        for number, each in enumerate(found)
    ]


def _answered(each: Explanation) -> str:
    verb = {"deny": "denied", "permit": "permitted"}.get(each.decision, "resolved")
    seconds = each.seconds_to_transition
    left = f" For another {duration(seconds)}." if each.decision == "permit" and seconds else ""
    return f"{verb}: {each.reason}{left}"
