"""`sm-dns doctor`: what is wrong here or on the network, and what to type."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import click
import yaml

import sm_dns
from sm_dns.builder.upstreams import routes, upstreams
from sm_dns.cli.common import show, with_config, with_json
from sm_dns.cli.looked_over import each_once, look_over_as_service
from sm_dns.cli.main import FAILED
from sm_dns.diagnose.probe import probe
from sm_dns.doctor.answers import asked_at, examine_answers
from sm_dns.doctor.bundle import bundle
from sm_dns.doctor.client import examine_client
from sm_dns.doctor.examined import Advice, Examined, advise, advised, found, well
from sm_dns.doctor.links import examine_advertisements, examine_dhcp
from sm_dns.doctor.service import examine_service
from sm_dns.doctor.this_host import examine_clock, examine_disk, examine_firewall, examine_port
from sm_dns.doctor.validation import examine_validation
from sm_dns.ipc import client as server
from sm_dns.ipc.requests import TellStatus
from sm_dns.ipc.status import Status
from sm_dns.lan.netlink import neighbour_table
from sm_dns.lan.own_addresses import OwnAddress, own_addresses
from sm_dns.settings.load import load_settings
from sm_dns.settings.own_words import own_words
from sm_dns.settings.settings import Settings
from sm_dns.setup.host import Host
from sm_dns.setup.port_holder import port_holders
from sm_dns.setup.shipped_files import CONFIG, shipped_config
from sm_dns.state import audit
from sm_dns.util.durations import parse_duration
from sm_dns.util.errors import BadInput
from sm_dns.util.files import write_output
from sm_dns.util.message import Message, reason_of
from sm_dns.util.typed_json import to_json
from sm_dns.validation.three_names import ThreeNames

_WATCH = "15s"


@click.command("doctor")
@with_config
@with_json
@click.option(
    "--client", "address", metavar="ADDRESS", help="Look at the network as this client has it, too."
)
@click.option(
    "--watch",
    default=_WATCH,
    show_default=True,
    metavar="LENGTH",
    help="For how long to watch the client.",
)
@click.option(
    "--bundle",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what was found into FILE, for a question to others: names and addresses are masked.",
)
@click.pass_context
def command(
    ctx: click.Context, config: Path, as_json: bool, address: str | None, watch: str, file: Path | None
) -> None:
    """Say what is wrong with this resolver or on its network, and what to type.

    Looks at the configuration, the service and its answers, port 53, the firewall, the clock, the disk, the
    upstreams, and what DHCP servers and routers of the own links tell clients to ask. Changes nothing. With
    --client: whether that client is known, and asks here; that it is watched stands in the audit. Exit code 1
    where something is wrong.
    """
    seconds = _seconds(watch)
    host = Host()
    done = list[Examined]()
    status: Status | None = None
    try:
        settings = load_settings(config)
    except BadInput as error:
        examinations = iter(
            [
                found(
                    "configuration",
                    advise("error", "{reason}", f"sudoedit {config}", reason=reason_of(error)),
                ),
                examine_clock(),
            ]
        )
    else:
        status = _status(settings)
        examinations = _examinations(config, settings, status, host)
        if address is not None:
            examinations = _with_client(examinations, settings, address, seconds)
    for each in examinations:
        done.append(each)
        if not as_json:
            click.echo(_text(each))
    if as_json:
        show(True, {"ok": all(each.is_well for each in done), "examined": to_json(tuple(done), str)}, "")
    if file is not None:
        _write(file, done, config, status)
    if not all(each.is_well for each in done):
        ctx.exit(FAILED)


def _examinations(config: Path, settings: Settings, status: Status | None, host: Host) -> Iterator[Examined]:
    own = own_addresses()
    places = asked_at(settings.listen, own)
    files = _configuration(config)
    yield files
    yield examine_service(status, host, str(config), told=[each.text for each in files.advice])
    if status is not None:
        yield examine_answers(places)
    yield examine_port(settings.listen, port_holders(host.proc))
    yield examine_firewall(host)
    yield examine_clock()
    yield examine_disk(settings.state_dir)
    yield _upstreams(settings)
    yield _validation(settings, str(config))
    links = _links(own)
    ours = [place.address for place in places]
    yield examine_dhcp(links, ours)
    yield examine_advertisements(links, ours)


def _with_client(
    examinations: Iterator[Examined], settings: Settings, address: str, seconds: int
) -> Iterator[Examined]:
    yield from examinations
    click.echo(f"watching {address} for {seconds} s: open a page there now", err=True)
    ask = partial(server.ask, settings.state_dir)
    yield examine_client(
        ask, address, audit.current_user(), seconds, neighbour_table(), _links(own_addresses())
    )


def _configuration(config: Path) -> Examined:
    """What `check` finds in files and folders, as the service's user reads them."""
    try:
        over = look_over_as_service(config)
    except BadInput as error:
        return found(
            "configuration", advise("error", "{reason}", f"sudoedit {config}", reason=reason_of(error))
        )
    if over.findings:
        return found("configuration", *advised(each_once(over.findings), str(config)))
    return well(
        "configuration", Message("{file} is good: {names} names are listed", file=config, names=over.names)
    )


def _upstreams(settings: Settings) -> Examined:
    told = probe(upstreams(settings), routes(settings))
    return found("upstreams", *(Advice(each.level, each.text, "") for each in told))


def _validation(settings: Settings, config: str) -> Examined:
    block = settings.validation
    wanted = ThreeNames(block.signed, block.unsigned, block.bogus)
    return examine_validation(upstreams(settings), wanted, config)


def _status(settings: Settings) -> Status | None:
    try:
        return server.ask(settings.state_dir, TellStatus())
    except BadInput:  # it does not answer, which is as bad
        return None


def _links(own: tuple[OwnAddress, ...]) -> list[OwnAddress]:
    return [each for each in own if each.is_everywhere and not each.is_temporary]


def _text(one: Examined) -> str:
    """A line a finding, with what to type below it."""
    if not one.advice:
        return f"good     {one.subject}: {one.good}"
    lines = list[str]()
    for each in one.advice:
        lines.append(f"{each.level:8} {one.subject}: {each.text}")
        if each.command:
            lines.append(f"         > {each.command}")
    return "\n".join(lines)


def _write(file: Path, done: list[Examined], config: Path, status: Status | None) -> None:
    written = yaml.safe_load(config.read_text("utf-8"))
    shipped = yaml.safe_load((shipped_config() / CONFIG).read_text("utf-8"))
    told = None if status is None else to_json(status, str)
    data = bundle(sm_dns.__version__, done, written, told, own_words(), shipped)
    text = json.dumps(data, ensure_ascii=False, indent=1, default=str)
    write_output(file, f"{text}\n".encode(), mode=0o600)
    click.echo(f"{file} is written: read it before you send it", err=True)


def _seconds(text: str) -> int:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise BadInput("--watch: {reason}", reason=error) from error
