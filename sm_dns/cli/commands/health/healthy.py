"""`sm-dns healthy`: whether this server answers by a policy that is in force; for keepalived, exabgp, load balancers.

It is run every second: nothing that is heavy is loaded for it.
"""

from __future__ import annotations

import secrets
import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click

from sm_dns.ipc import client
from sm_dns.ipc.requests import TellStatus
from sm_dns.ipc.status import Status
from sm_dns.settings.location import default_config
from sm_dns.state.place import possible_state_dirs
from sm_dns.util.errors import BadInput
from sm_dns.util.message import Message

FAILED = 1
SECONDS = 0.8  # for the word of the service, and for the answer to a question: the whole within two seconds
_QUESTION = bytes.fromhex("01000001000000000000") + b"\x09localhost" + bytes.fromhex("0000010001")
"""A question that policy passes and no upstream is asked for (RFC 6761 §6.3), behind its ID."""
_ANY = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 (where to ask who listens everywhere)


@dataclass(frozen=True)
class Health:
    """generation: the one it answers by; reason: why it is not healthy, or nothing."""

    healthy: bool
    generation: int | None
    reason: Message


@click.command("healthy")
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False, readable=False),
    help="Configuration file [default: $SM_DNS_CONFIG, ./config/sm-dns.yaml, /etc/sm-dns/sm-dns.yaml;"
    " for root the last goes first]",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for programs.")
@click.pass_context
def command(ctx: click.Context, config: Path | None, as_json: bool) -> None:
    """Say by the exit code whether this server answers by a policy that is in force: 0 it does, 1 it does not."""
    found = _health(possible_state_dirs(config or default_config()))
    if as_json:
        from sm_dns.cli.common import show

        show(as_json, found, "")
    elif found.healthy:
        click.echo(f"healthy: it answers by generation {found.generation}")
    else:
        click.echo(f"not healthy: {found.reason}")
    ctx.exit(0 if found.healthy else FAILED)


def _health(places: Iterable[Path]) -> Health:
    status = None
    try:
        for place in places:
            status = status or client.ask(place, TellStatus(), timeout=SECONDS)
    except BadInput as error:
        return Health(False, None, error.message)
    if status is None:
        return Health(False, None, Message("no server is running"))
    if not status.is_healthy:
        return Health(False, None, Message("no worker answers by a policy"))
    if not any(_answers(each) for each in _addresses(status)):
        return Health(False, status.generation, Message("a question was not answered"))
    return Health(True, status.generation, Message(""))


def _addresses(status: Status) -> list[tuple[str, int]]:
    """Where questions in the clear are answered."""
    found = []
    for shown in status.listening:
        if "://" in shown or " " in shown:
            continue
        host, _, port = shown.rpartition(":")
        host = host.strip("[]")
        found.append((_ANY.get(host, host), int(port)))
    return found


def _answers(address: tuple[str, int]) -> bool:
    """Whether a question there is answered, whatever with."""
    number = secrets.token_bytes(2)
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with suppress(OSError, ValueError), socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.settimeout(SECONDS)
        sock.connect(_with_link(*address))
        sock.send(number + _QUESTION)
        return sock.recv(65_535)[:2] == number
    return False


def _with_link(host: str, port: int) -> tuple[str, int] | tuple[str, int, int, int]:
    host, mark, link = host.partition("%")
    return (host, port, 0, socket.if_nametoindex(link)) if mark else (host, port)
