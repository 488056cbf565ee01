"""`sm-dns trace`: one client's questions, live, for a few minutes."""

from __future__ import annotations

import time
from contextlib import suppress
from zoneinfo import ZoneInfo

import click

from sm_dns.admin.exemption_changes import zone_of
from sm_dns.cli.common import show, with_json, with_needed_reason, with_settings
from sm_dns.cli.terminal import printable
from sm_dns.dns.codes import Rcode, Type
from sm_dns.ipc import client as server
from sm_dns.ipc.requests import BeginTrace, EndTrace, TakeTrace, TraceBegun, Traced
from sm_dns.ipc.traced import TracedQuestion
from sm_dns.policy.explain import reason_text
from sm_dns.settings.settings import Settings
from sm_dns.state import audit
from sm_dns.util import walltime
from sm_dns.util.durations import parse_duration
from sm_dns.util.errors import BadInput

TURN_SECONDS = 0.5  # between two looks
# What is said of a stage of the pipeline (`resolve.pipeline`).
_STAGES = {
    "unsupported": "not taken",
    "discovery": "answered here",
    "policy": "answered here",
    "local": "answered by local.zone",
    "special": "answered here",
    "any": "answered here",
    "cache": "known already",
    "clients": "not served",
    "limit": "over its limit of questions",
}


@click.command("trace")
@click.argument("client")
@click.option(
    "--for", "length", default="5m", show_default=True, metavar="LENGTH", help="For how long: at most 10m."
)
@with_needed_reason
@with_settings
@with_json
def command(client: str, length: str, reason: str, by: str | None, settings: Settings, as_json: bool) -> None:
    """Show the questions of the client at an address as they are asked.

    Each with what decided, which upstream answered and how long it took; those from other addresses of its device,
    where leases tell them, too. Ends by itself, or by Ctrl-C. Nothing of the questions is kept; that there was a
    trace, by whom and why, stands in the audit, and in the status while it lasts. One client at a time."""
    begun = server.ask(
        settings.state_dir, BeginTrace(client, _seconds(length), by or audit.current_user(), reason)
    )
    if begun is None:
        raise BadInput("no server is running")
    zone = zone_of(settings, None)
    if not as_json:
        click.echo(_begun_text(begun, zone))
    with suppress(KeyboardInterrupt):
        try:
            _follow(settings, zone, as_json)
        finally:
            with suppress(BadInput):
                server.ask(settings.state_dir, EndTrace())


def _follow(settings: Settings, zone: ZoneInfo, as_json: bool) -> None:
    """Show what is traced until the trace ends."""
    while True:
        time.sleep(TURN_SECONDS)
        traced: Traced | None = server.ask(settings.state_dir, TakeTrace())
        if traced is None:
            raise BadInput("the server has ended, and the trace with it")
        for question in traced.questions:
            show(as_json, question, _text(question, zone))
        if traced.lost:
            click.echo(f"{traced.lost} more questions were too many to be kept", err=True)
        if not traced.goes_on:
            return


def _begun_text(begun: TraceBegun, zone: ZoneInfo) -> str:
    until = walltime.to_local(begun.until, zone).strftime("%H:%M:%S")
    return f"questions from {', '.join(begun.addresses)} until {until}; Ctrl-C ends it"


def _text(one: TracedQuestion, zone: ZoneInfo) -> str:
    at = walltime.to_local(one.at, zone).strftime("%H:%M:%S") + f"{one.at % 1:.3f}"[1:]
    by = f", by {one.decided_by}" if one.decided_by else ""
    decided = f"{one.action}: {reason_text(one.reason_code)}{by}; " if one.action else ""
    rcode = _name(Rcode, one.rcode, "RCODE")
    return f"{at}  {printable(one.name)} {_name(Type, one.qtype, 'TYPE')}  {decided}{rcode}, {_source(one)}"


def _source(one: TracedQuestion) -> str:
    """Where the answer came from, and how long that took."""
    took = f"in {one.milliseconds:.1f} ms"
    if one.upstream:
        return f"from {one.upstream} {took}"
    if one.stage in _STAGES:
        return _STAGES[one.stage]
    if one.rcode == Rcode.NOERROR:
        return f"the last that was known, as no upstream answered {took}"
    return f"no upstream answered {took}"


def _name(codes: type[Rcode] | type[Type], number: int, otherwise: str) -> str:
    return next((code.name for code in codes if code == number), f"{otherwise}{number}")


def _seconds(text: str) -> int:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise BadInput("--for: {reason}", reason=error) from error
