"""`sm-dns cache`: what the running server has cached."""

from __future__ import annotations

from typing import TypeVar

import click

from sm_dns.cli.common import Group, show, with_json, with_settings
from sm_dns.ipc import client
from sm_dns.ipc.requests import Flush, Request, TellStatus
from sm_dns.ipc.status import WorkerStatus
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput

A = TypeVar("A")
_FIGURES = ("cache_entries", "cache_bytes", "memo_hits", "queries_udp", "queries_tcp", "under_way")


@click.group("cache", cls=Group)
def command() -> None:
    """Show and flush what the running server has cached."""


@command.command("stats")
@with_settings
@with_json
def stats(settings: Settings, as_json: bool) -> None:
    """Show how full each worker's cache is."""
    for worker in _asked(settings, TellStatus()).workers:
        _show(worker, as_json)


def _show(worker: WorkerStatus, as_json: bool) -> None:
    found = worker.figures
    entries, size = (0, 0) if found is None else (found.cache_entries, found.cache_bytes)
    figures = {name: None if found is None else getattr(found, name) for name in _FIGURES}
    text = f"worker {worker.number}: {entries} answers in {size / (1 << 20):.1f} MB"
    show(as_json, {"worker": worker.number, **figures}, text)


@command.command("flush")
@click.argument("name")
@with_settings
@with_json
def flush(name: str, settings: Settings, as_json: bool) -> None:
    """Forget a name and everything below it; the next question for it goes upstream."""
    flushed = _asked(settings, Flush(name))
    data = {"name": name, "ok": True, "answers": flushed.answers}
    show(as_json, data, f"{name}: {flushed.answers} answers forgotten")


def _asked(settings: Settings, request: Request[A]) -> A:
    answer = client.ask(settings.state_dir, request)
    if answer is None:
        raise BadInput("no server is running on this configuration")
    return answer
