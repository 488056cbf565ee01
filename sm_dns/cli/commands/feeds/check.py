"""`sm-dns feeds check`: what other resolvers really do, asked as their clients do."""

from __future__ import annotations

import asyncio
import socket
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import click

from sm_dns.cli.common import show, with_json, with_settings
from sm_dns.feeds.checking.asking import Asked, look_at_all
from sm_dns.feeds.checking.examining import Expected, Fault, examine
from sm_dns.feeds.checking.samples import samples
from sm_dns.feeds.engines.ready import Place
from sm_dns.feeds.feed import check_name
from sm_dns.feeds.serving import folder_of
from sm_dns.feeds.status_file import ZoneStatus, read_status
from sm_dns.feeds.zones.expected import gets_everything, is_open_to
from sm_dns.feeds.zones.gate import GateState, gate_state
from sm_dns.feeds.zones.places import places
from sm_dns.ipc import client
from sm_dns.ipc.requests import TellStatus
from sm_dns.lists.index import NameIndex
from sm_dns.policy import snapshot
from sm_dns.policy.snapshot import NAMES_FILE, Snapshot
from sm_dns.settings.endpoint import DNS_PORT, parse_endpoint
from sm_dns.settings.settings import Settings
from sm_dns.state import switches_store
from sm_dns.util.errors import BadInput
from sm_dns.util.message import reason_of


@dataclass(frozen=True, slots=True)
class _InForce:
    """The policy in force, the gate by it now, and the zone of the gate as it is handed out."""

    policy: Snapshot
    state: GateState
    gate: ZoneStatus
    asked: Asked


@dataclass(frozen=True, slots=True)
class _Checked:
    """One resolver: where it was asked, whether it should be open, and what is wrong."""

    resolver: str
    should_be_open: bool
    gets_everything: bool
    serial: int | None
    faults: tuple[Fault, ...]


@click.command("check")
@click.argument("addresses", nargs=-1, metavar="[ADDRESS[:PORT]]...")
@click.option("--alias", default="", metavar="NAME", help="An unlisted name that leads to a listed one.")
@with_settings
@with_json
def check(addresses: tuple[str, ...], alias: str, settings: Settings, as_json: bool) -> None:
    """Ask each resolver what it really does, and say what to change.

    Without addresses, every resolver of feeds.secondaries. It is asked from this host, and must serve it. Exit code 1
    where one does not keep the hours.
    """
    resolvers = _resolvers(addresses, settings)
    in_force = _in_force(settings, alias)
    seen = asyncio.run(look_at_all(resolvers, in_force.asked))
    failed = False
    for place, each in zip(resolvers, seen, strict=True):
        wanted = _expected(place, in_force, settings)
        faults = tuple(examine(each, wanted))
        failed = failed or any(fault.level == "error" for fault in faults)
        checked = _Checked(
            f"{place.address}:{place.port}", wanted.is_open, wanted.gets_everything, each.serial, faults
        )
        show(as_json, checked, _text(checked))
    if failed:
        click.get_current_context().exit(1)


def _resolvers(addresses: tuple[str, ...], settings: Settings) -> list[Place]:
    try:
        given = [parse_endpoint(text, default_port=DNS_PORT) for text in addresses]
    except ValueError as error:
        raise BadInput(reason_of(error)) from error
    # A distributor answers nobody.
    known = [one.address for one in settings.feeds.secondaries if one.engine != "knot"]
    found = [Place(one.address, one.port) for one in given or known]
    if not found:
        raise BadInput("say which resolvers: there are none in feeds.secondaries")
    return found


def _in_force(settings: Settings, alias: str) -> _InForce:
    """What is in force now. Raises `BadInput` where no server runs, or none with feeds."""
    status = client.ask(settings.state_dir, TellStatus())
    if status is None:
        raise BadInput("no server is running: what its resolvers should do is of the policy in force")
    directory = Path(status.directory)
    policy = snapshot.load(directory).switched(switches_store.load(settings.state_dir))
    handed_out = read_status(folder_of(settings.state_dir, is_rehearsal=status.rehearsal))
    gate = (
        next((one for one in handed_out.zones if one.zone.startswith("gate.")), None) if handed_out else None
    )
    if gate is None:
        raise BadInput(
            "nothing was handed out yet: is there feeds.listen in the configuration, and does it run?"
        )
    now = datetime.fromisoformat(status.at).timestamp() if status.rehearsal else time.time()
    index = NameIndex.open(directory / NAMES_FILE)
    scheduled, always = samples(policy, index)
    index.close()
    suffix = settings.feeds.suffix
    asked = Asked(check_name("gate", suffix), check_name("hours", suffix), scheduled, always, alias)
    return _InForce(policy, gate_state(policy, places(policy.clients), now), gate, asked)


def _expected(place: Place, in_force: _InForce, settings: Settings) -> Expected:
    own = _own_address(place)
    return Expected(
        is_open=is_open_to(in_force.state, own),
        gets_everything=gets_everything(in_force.state, own),
        serial=in_force.gate.serial,
        passed=max(0.0, time.time() - in_force.gate.changed_ms / 1000),
        ttl=settings.ttl.permitted,
        sinkhole=(in_force.policy.sinkhole_ipv4, in_force.policy.sinkhole_ipv6),
    )


def _own_address(place: Place) -> str:
    """The address by which a resolver knows this host. Raises `OSError` where there is no way to it."""
    family = socket.AF_INET6 if ":" in place.address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sock:
        sock.connect((place.address, place.port))
        address: str = sock.getsockname()[0]
    return address.partition("%")[0]


def _text(checked: _Checked) -> str:
    if checked.gets_everything:
        return f"{checked.resolver}: answers; this host is under no policy, ask from another"
    state = "open" if checked.should_be_open else "closed"
    if not checked.faults:
        return f"{checked.resolver}: keeps the hours ({state} now)"
    faults = "\n".join(f"  {fault.level}: {fault.text}" for fault in checked.faults)
    return f"{checked.resolver}: should be {state} to this host now\n{faults}"
