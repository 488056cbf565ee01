"""`sm-dns check`: does the configuration load, and does it do what its owner thinks?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from sm_dns.builder.upstreams import routes, upstreams
from sm_dns.cli.common import show, with_config, with_json
from sm_dns.cli.looked_over import address_findings_now, each_once, look_over_as_service
from sm_dns.cli.main import FAILED
from sm_dns.cli.texts.list_text import list_line
from sm_dns.diagnose.probe import BOGUS, SIGNED, Names, probe
from sm_dns.dns import names
from sm_dns.native import why_not_compiled
from sm_dns.settings.load import load_settings
from sm_dns.util.errors import BadInput
from sm_dns.util.finding import Finding
from sm_dns.util.typed_json import to_json


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
    found = look_over_as_service(config)
    findings = each_once([*found.findings, *address_findings_now(config)])
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
