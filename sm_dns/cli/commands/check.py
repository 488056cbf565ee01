"""`sm-dns check`: does the configuration load, and does it do what its owner thinks?"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from sm_dns.admin.policy_document import assemble, temporary_snapshot
from sm_dns.builder.checks import findings, monitoring_files
from sm_dns.builder.hours_checks import week_lines
from sm_dns.builder.list_checks import list_sources
from sm_dns.builder.start_plan import address_findings, part_findings
from sm_dns.builder.upstreams import routes, upstreams
from sm_dns.builder.validation import validation_findings
from sm_dns.cli.common import show, with_config, with_json
from sm_dns.cli.list_text import list_line
from sm_dns.cli.main import FAILED
from sm_dns.cli.service_user import as_user, service_user
from sm_dns.control.list_standings import list_standings
from sm_dns.diagnose.probe import BOGUS, SIGNED, Names, probe
from sm_dns.dns import names
from sm_dns.generation.certificate import certificate_findings, read_certificate
from sm_dns.ipc import client
from sm_dns.ipc.requests import TellStatus
from sm_dns.ipc.status import ListStanding
from sm_dns.native import why_not_compiled
from sm_dns.settings.load import load_settings
from sm_dns.state.account_findings import account_findings
from sm_dns.state.place import possible_state_dirs
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding, finding
from sm_dns.util.typed_json import to_json


@dataclass(frozen=True)
class _Found:
    """What the service's user found in files and folders, what is listed, weeks of schedules and lists."""

    names: int
    weeks: dict[str, tuple[str, ...]]
    findings: tuple[Finding, ...]
    lists: tuple[ListStanding, ...]


@click.command("check")
@with_config
@with_json
@click.option("--probe", "is_probing", is_flag=True, help="Ask each upstream what it takes and gives.")
@click.option("--signed", default=SIGNED, metavar="NAME", help=f"Probe with this signed name ({SIGNED}).")
@click.option("--bogus", default=BOGUS, metavar="NAME", help=f"… and this one, wrongly signed ({BOGUS}).")
@click.pass_context
def command(
    ctx: click.Context, config: Path, as_json: bool, is_probing: bool, signed: str, bogus: str
) -> None:
    """Read the configuration, calendars, lists and exemptions, and say what is wrong or odd.

    Does what a start does, with the rights of the service's user, and says what it would have to do without. Exit
    code 1 where a finding is an error, 2 where a file cannot be used.
    """
    place = possible_state_dirs(config)[0]
    found = as_user(service_user(place), _Found, lambda: _look(config))
    findings = _each_once([*found.findings, *_addresses(config)])
    if is_probing:
        findings += _probed(config, signed, bogus)
    ok = all(finding.level != "error" for finding in findings)
    lines = [list_line(one) for one in found.lists]
    lines += [f"{finding.level}: {finding.text}" for finding in findings]
    lines += [
        line for name, week in found.weeks.items() for line in (f"schedule {name} permits:", *_indented(week))
    ]
    not_compiled = why_not_compiled()
    if not_compiled:
        lines.append(f"pure Python: {not_compiled}")
    lines.append(f"{config}: {'good' if ok else 'NOT GOOD'}; {found.names} names are listed")
    data = {
        "file": str(config),
        "ok": ok,
        "names": found.names,
        "weeks": found.weeks,
        "not_compiled": not_compiled,
        "findings": [to_json(finding, str) for finding in findings],
        "lists": to_json(found.lists),
    }
    show(as_json, data, "\n".join(lines))
    if not ok:
        ctx.exit(FAILED)


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)


def _look(config: Path) -> _Found:
    """What files and folders give. Raises `BadInput` where a file cannot be used."""
    settings = load_settings(config)
    now = time.time()
    assembly = assemble(settings, now)
    with temporary_snapshot(assembly) as snapshot:
        listed = len(snapshot.names)
        weeks = {name: week_lines(each, now) for name, each in snapshot.schedules.items()}
    found = [
        *part_findings(settings),
        *findings(settings, assembly.around, assembly.reads, now),
        *monitoring_files(settings),
        *validation_findings(settings),
    ]
    if settings.web.listen:
        found += account_findings(settings.state_dir, now)
    certificate = read_certificate(settings.tls.certificate)
    if certificate is not None:
        found += certificate_findings(certificate, now)
    sources = list_sources(settings, assembly.around, assembly.reads)
    return _Found(listed, weeks, tuple(found), list_standings(sources, settings.state_dir))


def _probed(config: Path, signed: str, bogus: str) -> list[Finding]:
    """What the upstreams say of themselves."""
    for name in (signed, bogus):
        _checked(name)
    settings = load_settings(config)
    return list(probe(upstreams(settings), routes(settings), Names(signed, bogus)))


def _checked(name: str) -> None:
    try:
        names.from_text(name)
    except ValueError as error:
        raise BadInput("{name!r} is not a domain name: {reason}", name=name, reason=error) from error


def _addresses(config: Path) -> list[Finding]:
    """What this host's addresses and ports give, and what the running server finds; its addresses are its own."""
    settings = load_settings(config)
    try:
        running = client.ask(settings.state_dir, TellStatus())
    except client.OtherVersion:  # between an upgrade and the restart, which is not to be refused for it
        return [finding("note", "no address was tried: the running server is of another version")]
    except BadInput:
        running = None
    if running is None:
        return list(address_findings(settings, held=()))
    held = [*running.listening, *(running.web.listening if running.web else ())]
    found = address_findings(settings, held, [each.part for each in running.left_out])
    return [*found, *running.findings]


def _each_once(findings: Iterable[Finding]) -> list[Finding]:
    """The findings without those that the running server has as well."""
    return list({(each.level, str(each.text)): each for each in findings}.values())
