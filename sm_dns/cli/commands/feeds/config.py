"""`sm-dns feeds config`: ready configuration for another resolver."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from pathlib import Path

import click

from sm_dns.cli.common import show, with_json, with_settings
from sm_dns.feeds.engines import bind, dnsmasq, knot, powerdns, unbound, windows
from sm_dns.feeds.engines.ready import FORWARD, GATE, Place, Ready, Wanted
from sm_dns.feeds.forwarding import governed_domains
from sm_dns.feeds.wire.tsig import Key, read_key
from sm_dns.ipc import client
from sm_dns.ipc.requests import TellStatus
from sm_dns.settings.endpoint import DNS_PORT, Endpoint, parse_endpoint
from sm_dns.settings.settings import Settings
from sm_dns.util.errors import BadInput
from sm_dns.util.files import write_output
from sm_dns.util.message import reason_of

_MADE: dict[tuple[str, str], Callable[[Wanted], Ready]] = {
    ("bind", GATE): bind.gate,
    ("bind", FORWARD): bind.forward,
    ("unbound", GATE): unbound.gate,
    ("unbound", FORWARD): unbound.forward,
    ("powerdns", GATE): powerdns.gate,
    ("knot", GATE): knot.gate,
    ("knot-resolver", FORWARD): knot.resolver_forward,
    ("dnsmasq", FORWARD): dnsmasq.forward,
    ("windows", FORWARD): windows.forward,
}
ENGINES = tuple(dict.fromkeys(engine for engine, _ in _MADE))
FEEDS = (GATE, FORWARD)
_UNQUOTED = frozenset("\"'\\\n")  # in a path that the files of the engines put between quotes


def _place(ctx: click.Context, option: click.Parameter, given: tuple[str, ...]) -> tuple[Endpoint, ...]:
    try:
        return tuple(parse_endpoint(text, default_port=DNS_PORT) for text in given)
    except ValueError as error:
        raise BadInput("{option}: {reason}", option=option.opts[0], reason=reason_of(error)) from error


@click.command("config")
@click.argument("engine", type=click.Choice(ENGINES))
@click.option("--feed", type=click.Choice(FEEDS), help="Which feed [default: gate, else forward]")
@click.option(
    "--for", "whom", metavar="ADDRESS", help="Which of feeds.secondaries it is for, whose key it signs with."
)
@click.option(
    "--primary", "primaries", multiple=True, callback=_place, metavar="ADDRESS[:PORT]",
    help="Where it takes the zones; one for each sm-dns [default: feeds.listen]",
)  # fmt: skip
@click.option(
    "--resolver", "resolvers", multiple=True, callback=_place, metavar="ADDRESS[:PORT]",
    help="Where it asks sm-dns, for forward [default: listen]",
)  # fmt: skip
@click.option(
    "--into", type=click.Path(path_type=Path, file_okay=False), help="Write the files into this folder."
)
@with_settings
@with_json
def config(
    engine: str,
    feed: str | None,
    whom: str | None,
    primaries: tuple[Endpoint, ...],
    resolvers: tuple[Endpoint, ...],
    into: Path | None,
    settings: Settings,
    as_json: bool,
) -> None:
    """Print ready configuration for another resolver, or write it into a folder.

    That of powerdns and knot holds the key where one is used.
    """
    feed = feed or (GATE if (engine, GATE) in _MADE else FORWARD)
    make = _MADE.get((engine, feed))
    if make is None:
        raise BadInput("{engine} cannot take the feed {feed}", engine=engine, feed=feed)
    if into is not None and not _UNQUOTED.isdisjoint(str(into.absolute())):
        raise BadInput(
            "--into: the files could not name this folder: leave quotes, backslashes and lines out"
        )
    wanted = Wanted(
        primaries=_asked(primaries or settings.feeds.listen, "feeds.listen") if feed == GATE else (),
        resolvers=() if feed == GATE else _asked(resolvers or settings.listen, "listen"),
        suffix=settings.feeds.suffix,
        ttl=settings.ttl.permitted,
        key=_key(settings, whom) if feed == GATE else None,
        domains=_domains(settings) if feed == FORWARD else (),
        secondaries=_takers(settings),
        folder="" if into is None else str(into.absolute()),
    )
    if engine == "windows" and any(one.port != DNS_PORT for one in wanted.resolvers):
        raise BadInput("windows asks at port 53 alone: say where sm-dns answers there, --resolver ADDRESS")
    ready = make(wanted)
    if into is not None:
        _write(into, ready)
    show(as_json, ready, _text(ready, into))


def _asked(endpoints: tuple[Endpoint, ...], key: str) -> tuple[Place, ...]:
    """Where others ask. Raises `BadInput` where that is nowhere, or every address of this host."""
    if not endpoints:
        raise BadInput("there is no {key}: the feed is not handed out", key=key)
    if any(ipaddress.ip_address(one.address).is_unspecified for one in endpoints):
        raise BadInput("{key} is every address of this host: say which one others ask", key=key)
    return tuple(Place(one.address, one.port) for one in endpoints)


def _takers(settings: Settings) -> tuple[Place, ...]:
    """Whom a distributor hands the zones on to: everybody who is none."""
    resolvers = (one.address for one in settings.feeds.secondaries if one.engine != "knot")
    return tuple(Place(one.address, one.port) for one in resolvers)


def _key(settings: Settings, whom: str | None) -> Key | None:
    """The key of a secondary; of the only one, without its address. Raises `BadInput`."""
    known = {str(one.address): one for one in settings.feeds.secondaries}
    by_address = {one.address.address: one for one in settings.feeds.secondaries}
    if whom is None:
        keys = {one.key for one in known.values()}
        if len(keys) > 1:
            raise BadInput("say which of feeds.secondaries it is for: --for {known}", known=" | ".join(known))
        path = next(iter(keys), None)
    else:
        one = known.get(whom) or by_address.get(whom)
        if one is None:
            raise BadInput("there is no {whom} in feeds.secondaries", whom=whom)
        path = one.key
    return None if path is None else read_key(path)


def _domains(settings: Settings) -> tuple[str, ...]:
    """What is forwarded, of the policy in force. Raises `BadInput` where no server runs."""
    status = client.ask(settings.state_dir, TellStatus())
    if status is None:
        raise BadInput("no server is running: what is forwarded is of the policy in force")
    return governed_domains(Path(status.directory))


def _write(folder: Path, ready: Ready) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in ready.files.items():
        write_output(folder / name, text.encode(), mode=0o640)


def _text(ready: Ready, into: Path | None) -> str:
    parts = [] if into is not None else [f"# ---- {name}\n{text}" for name, text in ready.files.items()]
    steps = "\n".join(f"# {number}. {step}" for number, step in enumerate(ready.steps, 1))
    return "\n".join((*parts, steps))
