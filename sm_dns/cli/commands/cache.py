"""`sm-dns cache`: what the running server has cached."""

from __future__ import annotations

from typing import Any

import click

from sm_dns.cli.common import Group, show, with_json, with_settings
from sm_dns.ipc import client
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput

_FIGURES = ("cache_entries", "cache_bytes", "memo_hits", "queries_udp", "queries_tcp", "under_way")


@click.group("cache", cls=Group)
def command() -> None:
    """Show and flush what the running server has cached."""


@command.command("stats")
@with_settings
@with_json
def stats(settings: Settings, as_json: bool) -> None:
    """Show how full each worker's cache is."""
    for worker in _asked(settings, {"command": "status"})["workers"]:
        figures = {"worker": worker["number"], **{name: worker.get(name) for name in _FIGURES}}
        text = (
            f"worker {worker['number']}: {worker.get('cache_entries', 0)} answers"
            f" in {worker.get('cache_bytes', 0) / (1 << 20):.1f} MB"
        )
        show(as_json, figures, text)


@command.command("flush")
@click.argument("name")
@with_settings
@with_json
def flush(name: str, settings: Settings, as_json: bool) -> None:
    """Forget a name and everything below it; the next question for it goes upstream."""
    answer = _asked(settings, {"command": "flush", "name": name})
    show(as_json, {"name": name, **answer}, f"{name}: {answer['answers']} answers forgotten")


def _asked(settings: Settings, request: dict[str, Any]) -> dict[str, Any]:
    answer = client.request(settings.state_dir, request)
    if answer is None:
        raise BadInput("no server is running on this configuration")
    if not answer.get("ok"):
        raise BadInput(str(answer.get("error", "no reason given")))
    return answer
