"""`sm-dns status`: how the running server is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import click

from sm_dns.cli.common import show, with_config, with_json
from sm_dns.cli.main import FAILED
from sm_dns.cli.terminal import duration, printable
from sm_dns.cli.texts.group_text import group_line
from sm_dns.cli.texts.list_text import list_line
from sm_dns.ipc import client
from sm_dns.ipc.figures import UpstreamFigures, WorkerFigures
from sm_dns.ipc.requests import TellStatus
from sm_dns.ipc.status import MonitoringStatus, PortalStatus, Status, WebStatus, WorkerStatus
from sm_dns.ipc.status_json import status_json
from sm_dns.ipc.upstream_state import ANSWERS, IN_WORDS, state
from sm_dns.policy.status import SwitchTold
from sm_dns.settings.load import load_settings
from sm_dns.state.place import possible_state_dirs
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import finding

DEGRADED = 3  # the exit code of a server that runs, but not as it should


@click.command("status")
@with_config
@with_json
@click.pass_context
def command(ctx: click.Context, config: Path, as_json: bool) -> None:
    """Show what is open now and until when, the workers, the upstreams, and what wants attention.

    Exit code 1 where no server runs, 3 where it does without something, keeps an older policy, or finds an error.
    """
    obstacle = ""
    try:
        state_dir = load_settings(config).state_dir
        status = client.ask(state_dir, TellStatus())
        obstacle = "" if status else client.obstacle(state_dir)
    except BadInput as error:
        status = _status_in_spite_of(error, config)
    if status is None:
        text = (
            f"not running, or running where no command reaches it: {obstacle}" if obstacle else "not running"
        )
        show(as_json, {"ok": False, "error": text}, text)
        ctx.exit(FAILED)
    show(as_json, {"ok": True, **status_json(status)}, "\n".join(_lines(status)))
    if status.last_error or any(finding.level == "error" for finding in status.findings):
        ctx.exit(DEGRADED)


def _status_in_spite_of(error: BadInput, config: Path) -> Status:
    """What the server that was started on a configuration says, though the file cannot be used now.

    Raises the error itself where no such server runs.
    """
    for place in possible_state_dirs(config):
        with suppress(BadInput):
            status = client.ask(place, TellStatus())
            if status is not None and status.config == str(config.absolute()):
                text = f"the configuration cannot be used, the server goes on by the one before: {error}"
                return replace(status, findings=(finding("error", text), *status.findings))
    raise error


def _lines(status: Status) -> Iterator[str]:
    yield from map(_switch, status.switches)
    where = " ".join(status.listening)
    yield f"running (pid {status.pid}) for {duration(status.uptime_seconds)} on {where}"
    if status.last_error:
        yield f"NOT RELOADED: {printable(status.last_error)}"
    yield from _findings(status, lambda level: level == "error")
    if status.rehearsal:
        yield f"REHEARSAL: its clock shows {status.schedules[0].at}"
    yield from map(group_line, status.groups)
    if status.not_compiled:
        yield f"pure Python: {printable(status.not_compiled)}"
    yield f"policy: generation {status.generation}, version {status.version}, {status.names} names"
    if status.last_flip:
        flip = status.last_flip
        yield f"last flip: {flip.schedule} {flip.state} at {flip.at}, noticed {flip.lag_ms} ms later"
    for worker in status.workers:
        yield from _worker(worker)
    if status.portal:
        yield _portal(status.portal)
    yield _monitoring(status.monitoring)
    yield from _dashboard(status.web)
    yield from map(list_line, status.lists)
    yield from _findings(status, lambda level: level != "error")
    yield from (f"alarm {one.at}: {printable(one.text)}" for one in status.alarms)


def _switch(switch: SwitchTold) -> str:
    """What holds for a while in place of the policy: it stands before all else."""
    what = switch.category or switch.service or ""
    says = {"pause": "PAUSED", "emergency": "EMERGENCY, NOTHING IS DENIED", "open": f"OPENED: {what}"}
    head = says.get(switch.turn, f"CLOSED: {what}")
    whom = f" for {', '.join(switch.who)}" if switch.who else ""
    left = duration(switch.seconds_left)
    return (
        f"{head}{whom} until {switch.expires} (in {left}), by {printable(switch.by)}: {printable(switch.reason)}"
        f" [{switch.id}]"
    )


def _findings(status: Status, wanted: Callable[[str], bool]) -> Iterator[str]:
    """Those of the levels that are `wanted`, a line each."""
    for one in status.findings:
        if wanted(one.level):
            yield f"{one.level}: {printable(one.text)}"


def _portal(portal: PortalStatus) -> str:
    figures = portal.figures
    if figures is None:
        return "portal: DOWN"
    counts = f"{figures.requests} requests, {figures.turned_away} turned away, {portal.restarts} restarts"
    return f"portal (pid {portal.pid}): {counts}"


def _monitoring(found: MonitoringStatus | None) -> str:
    if found is None:
        return "monitoring: off"
    known = found.subjects
    staff, devices, made_up = (
        (0, 0, 0) if known is None else (known.staff, known.devices, known.random_devices)
    )
    text = f"monitoring: {staff} staff mapped, {devices} devices known"
    if made_up:
        text += f", {made_up} by made-up hardware addresses"
    if found.waiting or found.lost:
        text += f"; {found.waiting} counts wait, {found.lost} queries not counted"
    return text


def _dashboard(found: WebStatus | None) -> Iterator[str]:
    if found is None:
        return
    if found.listening:
        yield f"dashboard: {' '.join(found.listening)}, {found.restarts} restarts"
    else:
        yield f"dashboard: DOWN{f': {found.problem}' if found.problem else ''}"


def _query_path(figures: WorkerFigures) -> str:
    """Which form of the query path runs."""
    if not figures.compiled:
        return "pure Python"
    drains, listeners = figures.drains_compiled, figures.listeners_udp
    return "compiled" if drains == listeners else f"compiled, its drain on {drains} of {listeners} addresses"


def _worker(worker: WorkerStatus) -> Iterator[str]:
    figures = worker.figures
    if figures is None:
        yield f"worker {worker.number}: DOWN"
        return
    queries = figures.queries
    share = f", {100 * figures.memo_hits // queries} % replayed" if queries else ""
    yield (
        f"worker {worker.number} (pid {worker.pid}): {queries} queries{share},"
        f" {figures.cache_entries} answers cached, {worker.restarts} restarts, {_query_path(figures)}"
    )
    for forwarder in figures.forwarders:
        yield f"  forwarder {forwarder.address}: {forwarder.told} questions said who asks, {forwarder.untold} did not"
    for upstream in figures.upstreams:
        yield f"  upstream {upstream.address}: {', '.join(_upstream(upstream))}"


def _upstream(upstream: UpstreamFigures) -> Iterator[str]:
    """How one is, and what was found out of it."""
    how = state(upstream)
    yield f"{upstream.latency_ms} ms" if how == ANSWERS else IN_WORDS[how]
    if upstream.without_edns:
        yield "does not take EDNS"
    if upstream.without_tcp:
        yield "no TCP"
    if upstream.trouble:
        yield str(upstream.trouble)
