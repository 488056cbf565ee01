"""`sm-dns status`: how the running server is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from sm_dns.cli.common import show, with_config, with_json
from sm_dns.cli.group_text import group_line
from sm_dns.cli.main import FAILED
from sm_dns.cli.terminal import duration, printable
from sm_dns.ipc import client
from sm_dns.ipc.upstream_state import ANSWERS, IN_WORDS, state
from sm_dns.settings.load import load_settings
from sm_dns.state.place import possible_state_dirs
from sm_dns.util.errors import BadInput

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
        answer = client.request(state_dir, {"command": "status"})
        obstacle = "" if answer else client.obstacle(state_dir)
    except BadInput as error:
        answer = _status_in_spite_of(error, config)
    if answer is None:
        text = (
            f"not running, or running where no command reaches it: {obstacle}" if obstacle else "not running"
        )
        show(as_json, {"ok": False, "error": text}, text)
        ctx.exit(FAILED)
    show(as_json, answer, "\n".join(_lines(answer)))
    if answer["last_error"] or any(finding["level"] == "error" for finding in answer["findings"]):
        ctx.exit(DEGRADED)


def _status_in_spite_of(error: BadInput, config: Path) -> dict[str, Any]:
    """What the server that was started on a configuration says, though the file cannot be used now.

    Raises the error itself where no such server runs.
    """
    for place in possible_state_dirs(config):
        with suppress(BadInput):
            answer = client.request(place, {"command": "status"})
            if answer is not None and answer.get("config") == str(config.absolute()):
                text = f"the configuration cannot be used, the server goes on by the one before: {error}"
                return {**answer, "findings": [{"level": "error", "text": text}, *answer["findings"]]}
    raise error


def _lines(answer: dict[str, Any]) -> Iterator[str]:
    where = " ".join(answer["listening"])
    yield f"running (pid {answer['pid']}) for {duration(answer['uptime_seconds'])} on {where}"
    if answer["last_error"]:
        yield f"NOT RELOADED: {printable(answer['last_error'])}"
    yield from _findings(answer, lambda level: level == "error")
    if answer["rehearsal"]:
        yield f"REHEARSAL: its clock shows {answer['schedules'][0]['at']}"
    yield from map(group_line, answer["groups"])
    if answer.get("not_compiled"):
        yield f"pure Python: {printable(answer['not_compiled'])}"
    yield f"policy: generation {answer['generation']}, version {answer['version']}, {answer['names']} names"
    if answer["last_flip"]:
        flip = answer["last_flip"]
        yield f"last flip: {flip['schedule']} {flip['state']} at {flip['at']}, noticed {flip['lag_ms']} ms later"
    for worker in answer["workers"]:
        yield from _worker(worker)
    if answer["portal"]:
        yield _portal(answer["portal"])
    yield _monitoring(answer["monitoring"])
    yield from _dashboard(answer["web"])
    yield from _findings(answer, lambda level: level != "error")
    yield from (f"alarm {one['at']}: {printable(one['text'])}" for one in answer["alarms"])


def _findings(answer: dict[str, Any], wanted: Callable[[str], bool]) -> Iterator[str]:
    """Those of the levels that are `wanted`, a line each."""
    for one in answer["findings"]:
        if wanted(one["level"]):
            yield f"{one['level']}: {printable(one['text'])}"


def _portal(found: dict[str, Any]) -> str:
    if "requests" not in found:
        return "portal: DOWN"
    counts = f"{found['requests']} requests, {found['turned_away']} turned away, {found['restarts']} restarts"
    return f"portal (pid {found['pid']}): {counts}"


def _monitoring(found: dict[str, Any] | None) -> str:
    if found is None:
        return "monitoring: off"
    text = f"monitoring: {found.get('staff', 0)} staff mapped, {found.get('devices', 0)} devices known"
    if found.get("random_devices"):
        text += f", {found['random_devices']} by made-up hardware addresses"
    if found["waiting"] or found["lost"]:
        text += f"; {found['waiting']} counts wait, {found['lost']} queries not counted"
    return text


def _dashboard(found: dict[str, Any] | None) -> Iterator[str]:
    if found is None:
        return
    if found["listening"]:
        yield f"dashboard: {' '.join(found['listening'])}, {found['restarts']} restarts"
    else:
        yield f"dashboard: DOWN{': ' + found['problem'] if found['problem'] else ''}"


def _query_path(worker: dict[str, Any]) -> str:
    """Which form of the query path runs."""
    if not worker["compiled"]:
        return "pure Python"
    drains, listeners = worker["drains_compiled"], worker["listeners_udp"]
    return "compiled" if drains == listeners else f"compiled, its drain on {drains} of {listeners} addresses"


def _worker(worker: dict[str, Any]) -> Iterator[str]:
    if "queries_udp" not in worker:
        yield f"worker {worker['number']}: DOWN"
        return
    queries = sum(count for key, count in worker.items() if key.startswith("queries_"))
    share = f", {100 * worker['memo_hits'] // queries} % replayed" if queries else ""
    yield (
        f"worker {worker['number']} (pid {worker['pid']}): {queries} queries{share},"
        f" {worker['cache_entries']} answers cached, {worker['restarts']} restarts, {_query_path(worker)}"
    )
    for upstream in worker["upstreams"]:
        yield f"  upstream {upstream['address']}: {', '.join(_upstream(upstream))}"


def _upstream(upstream: dict[str, Any]) -> Iterator[str]:
    """How one is, and what was found out of it."""
    how = state(upstream)
    yield f"{upstream['latency_ms']} ms" if how == ANSWERS else IN_WORDS[how]
    if upstream["without_edns"]:
        yield "does not take EDNS"
    if upstream["without_tcp"]:
        yield "no TCP"
    if upstream["trouble"]:
        yield upstream["trouble"]
