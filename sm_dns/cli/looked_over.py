"""What there is to find without asking upstreams: files and folders, and this host's addresses and ports."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sm_dns.admin.policy_document import assemble, temporary_snapshot
from sm_dns.builder.checks import findings, monitoring_files
from sm_dns.builder.hours_checks import week_lines
from sm_dns.builder.list_checks import list_sources
from sm_dns.builder.start_plan import address_findings, part_findings
from sm_dns.builder.validation import validation_findings
from sm_dns.cli.service_user import as_user, service_user
from sm_dns.control.list_standings import list_standings
from sm_dns.generation.certificate import certificate_findings, read_certificate
from sm_dns.ipc import client
from sm_dns.ipc.requests import TellStatus
from sm_dns.ipc.status import ListStanding
from sm_dns.settings.load import load_settings
from sm_dns.state.account_findings import account_findings
from sm_dns.state.place import possible_state_dirs
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding, finding


@dataclass(frozen=True)
class LookedOver:
    """What the service's user found in files and folders, what is listed, weeks of schedules and lists."""

    names: int
    weeks: dict[str, tuple[str, ...]]
    findings: tuple[Finding, ...]
    lists: tuple[ListStanding, ...]


def look_over_as_service(config: Path) -> LookedOver:
    """What the service's user finds there. Raises `BadInput` where a file cannot be used."""
    place = possible_state_dirs(config)[0]
    return as_user(service_user(place), LookedOver, lambda: look_over(config))


def look_over(config: Path) -> LookedOver:
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
    return LookedOver(listed, weeks, tuple(found), list_standings(sources, settings.state_dir))


def address_findings_now(config: Path) -> list[Finding]:
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


def each_once(findings: Iterable[Finding]) -> list[Finding]:
    """The findings without those that the running server has as well."""
    return list({(each.level, str(each.text)): each for each in findings}.values())
